import { posix } from 'node:path'
import { verbatim } from '../project-files/shell/joined.ts'
import { canonicalPath } from '../project-files/shell/posix-path.ts'
import { isShell, readScript, type ShellCommand, unwrapped } from '../project-files/shell/script.ts'
import type { Values } from '../project-files/shell/words.ts'
import type { Script, Variant } from './job.ts'
import { scriptsOfTool } from './readers/tools.ts'
import type { SourceFiles } from './source-files.ts'

/** A command of a variant, and the script that it stands in. */
export interface Occurrence {
  readonly script: Script
  readonly command: ShellCommand
}

/** Scripts within scripts that are followed. */
const DEEPEST = 4

/** Characters of a script; a longer one has no commands. */
const LONGEST_SCRIPT = 2 ** 17

/** Commands of a variant, those of the scripts that it runs included. */
const MOST_COMMANDS = 2000

/** Where the shell of a runner finds the file whose lines are variables of the steps behind. */
const GITHUB_ENV = '/github/env'

/** What a walk through the commands of a variant needs. */
export interface Walk {
  readonly files: SourceFiles
  /** Told of each file of the repository whose commands are run. */
  readonly onFile: (absolute: string) => void
}

/**
 * The commands of a variant in their order, those of the scripts, makefiles, tox environments and nox sessions of the repository
 * that it runs in their place. What a step lays down for the steps behind it (`$GITHUB_ENV`) counts there.
 */
export async function commandsOfVariant({ scripts }: Pick<Variant, 'scripts'>, walk: Walk): Promise<Occurrence[]> {
  const found: Occurrence[] = []
  const carried = new Map<string, string | undefined>([['GITHUB_ENV', GITHUB_ENV]])
  for (const script of scripts) await read(script, carried, 0)
  return found

  async function read(script: Script, values: Values, depth: number): Promise<void> {
    if (script.foreignShell !== undefined || script.text.text.length > LONGEST_SCRIPT) return
    const given = new Map([...values, ...script.values])
    for (const command of readScript(script.text, given, script.folder).flatMap(unwrapped)) {
      if (found.length >= MOST_COMMANDS) return
      if (command.writes.includes(GITHUB_ENV)) carry(command, carried)
      found.push({ script, command: script.conditional ? { ...command, conditional: true } : command })
      if (depth >= DEEPEST) continue
      for (const inner of await scriptsRunBy(command, script, walk)) await read(inner, new Map(), depth + 1)
    }
  }
}

/** `echo "NAME=value" >> "$GITHUB_ENV"`. */
function carry({ words, inputs }: ShellCommand, carried: Map<string, string | undefined>): void {
  for (const { value, lead } of words.slice(1)) {
    const [, name, rest] = /^([A-Za-z_]\w*)=(.*)$/s.exec(value ?? lead) ?? []
    if (name !== undefined) carried.set(name, value === undefined ? undefined : rest!.trim())
  }
  if (inputs.length > 0 || words.length === 1)
    for (const name of carried.keys()) if (name !== 'GITHUB_ENV') carried.delete(name)
}

/** The scripts of the repository that a command runs: `bash ci/install.sh`, `make install`, `tox -e py`. */
async function scriptsRunBy(command: ShellCommand, outer: Script, { files, onFile }: Walk): Promise<Script[]> {
  const [program, ...args] = command.words
  const name = program?.value
  if (name === undefined) return []
  const conditional = outer.conditional || command.conditional
  const tool = await scriptsOfTool(command, files, conditional)
  for (const { file } of tool) onFile(file.absolute)
  if (tool.length > 0) return tool
  const runs = isShell(name) || name === 'source' || name === '.'
  const named = runs ? args.find(({ value }) => value !== undefined && !/^[-+]/.test(value))?.value : name
  if (named === undefined || (!runs && !/\//.test(named)) || !/\.(?:ba|z)?sh$/.test(named)) return []
  const path = canonicalPath(command.folder, named)
  const file = path === undefined ? undefined : await files.at(path)
  if (!file) return []
  onFile(file.absolute)
  return [
    {
      file,
      text: verbatim(file.text, { start: 0, end: file.text.length }),
      addition: { by: 'line' },
      values: command.values,
      folder: command.folder,
      conditional,
    },
  ]
}

/** The folder of a file, from the top of the repository. */
export function folderOf(absolute: string, root: string): string {
  return `/${posix.dirname(posix.relative(root.replaceAll('\\', '/'), absolute.replaceAll('\\', '/'))).replace(/^\.$/, '')}`
}
