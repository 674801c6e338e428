import { type Folder, type FoldersUpwards, foldersUpwards, pathFrom } from '../files/folders.ts'
import { once, onceForEachText } from '../text/memo.ts'
import { type InstallCommand, readInstallCommand } from './commands/install-command.ts'
import { type CommandOption, optionsNamed, readOptions } from './commands/options.ts'
import { compiledFrom } from './compiled.ts'
import { installerCommands, scriptsIn } from './script-commands.ts'
import type { ShellCommand } from './shell/script.ts'

/** What a repository installs its requirements files with. */
export interface DetectedInstaller {
  readonly installer: 'uv' | 'pip'
  /** The file, relative to the current folder, and the line that show it: `Dockerfile:7`. */
  readonly source: string
  /** Whether it writes bytecode beside what it unpacks: pip does by default, uv only with an option. */
  readonly compiles: boolean
}

/**
 * Which installer the commands of a repository give requirements files to, from a folder up to the top of the repository.
 * uv only where none of them is pip's, since what suits uv alone must not be written for pip; a header of uv in the
 * requirements says so where there is no such command.
 */
export function detectInstaller(
  directory: string,
  requirements = '',
  cwd = process.cwd(),
): Promise<DetectedInstaller | undefined> {
  return installersDetected(cwd)(directory, requirements)
}

/** See `detectInstaller`. @param requirements the text of a requirements file */
export type DetectInstaller = (directory: string, requirements: string) => Promise<DetectedInstaller | undefined>

/** `detectInstaller` for many folders: the scripts of a folder are read once. */
export function installersDetected(cwd: string, upwards: FoldersUpwards = foldersUpwards): DetectInstaller {
  const installs = onceForEachText(async script => [...installsIn(script)])
  const installerOf = once(
    ({ path }: Folder) => path,
    folder => installerIn(folder, cwd, installs),
  )
  return async (directory, requirements) => {
    let uv: DetectedInstaller | undefined
    for (const folder of upwards(directory)) {
      const found = await installerOf(folder)
      if (found?.installer === 'pip') return found
      uv ??= found
    }
    if (uv) return uv
    return compiledFrom(requirements)?.tool === 'uv'
      ? { installer: 'uv', source: 'its header', compiles: false }
      : undefined
  }
}

/** The first install by pip in the scripts of a folder, else the first by uv. */
async function installerIn(
  folder: Folder,
  cwd: string,
  installs: (script: string) => Promise<readonly ScriptInstall[]>,
): Promise<DetectedInstaller | undefined> {
  let uv: DetectedInstaller | undefined
  for await (const { path, text } of scriptsIn(folder)) {
    for (const { installer, line, compiles } of await installs(text)) {
      const found = { installer, compiles, source: `${pathFrom(cwd, path)}:${line}` }
      if (installer === 'pip') return found
      uv ??= found
    }
  }
  return uv
}

/** A command of a script that installs requirements files. */
type ScriptInstall = Omit<DetectedInstaller, 'source'> & { readonly line: number }

function* installsIn(script: string): Generator<ScriptInstall> {
  for (const readings of installerCommands(script))
    for (const { command, line } of readings) {
      const found = requirementsInstall(command)
      if (!found) continue
      const { installer, options } = found
      yield { installer, line, compiles: compiles[installer](options, script) }
      break
    }
}

type Options = readonly CommandOption[]

/**
 * By flag, or by a variable that the script sets. pip heeds no PYTHONDONTWRITEBYTECODE: that is for what runs later.
 */
const compiles: Readonly<Record<DetectedInstaller['installer'], (options: Options, script: string) => boolean>> = {
  pip: (options, script) =>
    optionsNamed(options, '--no-compile').length === 0 &&
    !/\bPIP_NO_COMPILE\b[\s=:"']*(?:1|true|yes|on)\b/i.test(script),
  uv: (options, script) =>
    optionsNamed(options, '--compile', '--compile-bytecode').length > 0 ||
    /\bUV_COMPILE_BYTECODE\b[\s=:"']*(?:1|true|yes|on)\b/i.test(script),
}

function requirementsInstall(command: ShellCommand) {
  const { words } = command
  if (words[0]!.tail.endsWith('pip-sync'))
    return { installer: 'pip', options: readOptions(words.slice(1)).options } as const
  const install = readInstallCommand(command)
  return install && installsRequirements(install)
    ? ({ installer: install.tool === 'pip' ? 'pip' : 'uv', options: install.options } as const)
    : undefined
}

/** uv also takes the requirements of a project from `-r pyproject.toml`. */
function installsRequirements({ tool, verb, files }: InstallCommand): boolean {
  if (tool === 'uv pip' && verb.value === 'sync') return true
  if ((tool !== 'pip' && tool !== 'uv pip') || verb.value !== 'install') return false
  return files.some(({ value }) => !/(?:pyproject\.toml|setup\.(?:py|cfg))$/.test(value ?? ''))
}
