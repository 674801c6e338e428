import { dirname, posix } from 'node:path'
import type { Code } from '../contract/codes/codes.ts'
import type { FileResult, Finding } from '../contract/results/rewrite.ts'
import { pathFrom } from '../files/folders.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { type InstallCommand, readInstallCommand } from '../project-files/commands/install-command.ts'
import { optionsNamed } from '../project-files/commands/options.ts'
import { readWrittenList } from '../project-files/commands/written-list.ts'
import { installerCommands, type ScriptCommand, scriptsAround } from '../project-files/script-commands.ts'
import { commandsOf } from '../project-files/shell/lines.ts'
import type { Unit } from '../run/open.ts'
import { isSolved } from '../run/solve/choose.ts'
import { torchFamily } from '../torch/family.ts'

/**
 * What a project and the scripts around it do to keep CUDA out, and does not: settings that its tool does not heed,
 * UV_TORCH_BACKEND beside `uv sync`, an index that `uv export` leaves out. None of requirements files.
 *
 * @param files of the project, rewritten
 * @param isOpen CUDA comes, or may: else what does nothing does no harm
 */
export async function deadWays(unit: Unit, files: readonly FileResult[], isOpen: boolean): Promise<Finding[]> {
  const { project, options } = unit
  const { choice } = await unit.answer()
  if (!project || !isSolved(choice) || !choice.withTorch) return []
  const found = isOpen ? deadSettings(files) : []
  if (project.manager !== 'uv') return found
  for await (const { path, text } of scriptsAround(dirname(project.root.absolute))) {
    // Most files of a repository have nothing of uv.
    if (!/\buv\b/i.test(text)) continue
    const readings = [...installerCommands(text)].flat()
    const inScript = [...(isOpen ? deadBackends(text, readings) : []), ...bareExports(text, readings)]
    found.push(...inScript.map(one => ({ ...one, path: pathFrom(options.cwd, path) })))
  }
  return found
}

const settingCodes: readonly Code[] = ['torch-backend-not-locked', 'index-without-source', 'source-without-requirement']

function deadSettings(files: readonly FileResult[]): Finding[] {
  return files.flatMap(({ path, diagnostics }) =>
    diagnostics.filter(({ code }) => settingCodes.includes(code)).map(found => ({ path, ...found })),
  )
}

type InScript = Omit<Finding, 'path'>

/** `UV_TORCH_BACKEND=cpu` in a file whose commands are all of those that do not heed it. */
function deadBackends(text: string, readings: readonly ScriptCommand[]): InScript[] {
  const verbs = readings.map(({ command: { words } }) => words[1]?.value ?? '')
  const beside = verbs.find(verb => /^(?:sync|lock|run|add)$/.test(verb))
  if (beside === undefined || verbs.some(verb => verb === 'pip' || verb === 'tool')) return []
  const lines = [...commandsOf(text)].flatMap(command => {
    const at = /\bUV_TORCH_BACKEND["']?(?:[ \t]*[=:][ \t]*|[ \t]+)["']?\w/.exec(command.text)?.index
    return at === undefined ? [] : [command.lineOf(at)]
  })
  return lines.map(line => ({
    code: 'torch-backend-not-locked',
    level: 'warning',
    line,
    message: `UV_TORCH_BACKEND counts in uv pip and uv tool alone: uv ${beside} does not read it`,
    hint: 'a source for each torch project does what it was meant to do',
  }))
}

/** A list without an index that a later command of the same file installs from. */
function bareExports(text: string, readings: readonly ScriptCommand[]): InScript[] {
  const lists = readings.flatMap(({ command, line }, i) => {
    const list = readWrittenList(command)
    return list?.tool === 'uv' && !list.indexed && !leavesTorchOut(list.options) ? [{ list, line, i }] : []
  })
  return lists.flatMap(({ list, line, i }) => {
    const names = list.files.flatMap(file => (file === undefined ? [] : posix.basename(file)))
    const reader = readings
      .slice(i + 1)
      .map(({ command, line: at }) => ({ install: readInstallCommand(command), at }))
      .find(({ install, at }) => install && reads(install, names, at === line))
    if (!reader?.install || asksAnIndex(reader.install, text)) return []
    return [
      {
        code: 'export-without-index',
        level: 'error',
        line,
        message: `uv export writes no index, and ${reader.install.tool} install on line ${reader.at} asks its own for torch`,
        hint: 'add --emit-index-url to uv export',
      },
    ]
  })
}

function leavesTorchOut(options: InstallCommand['options']): boolean {
  return optionsNamed(options, '--no-emit-package', '--no-install-package', '--prune').some(({ text }) =>
    torchFamily.has(canonicalizeName(text ?? '')),
  )
}

/** @param isPiped whether the list may come through a pipe */
function reads({ tool, verb, files, named }: InstallCommand, names: readonly string[], isPiped: boolean): boolean {
  if ((tool !== 'pip' && tool !== 'uv pip') || verb.value === 'uninstall') return false
  const given = [...files, ...(verb.value === 'sync' ? named : [])]
  return given.some(({ value = '' }) =>
    value === '-' || value === '/dev/stdin' ? isPiped : names.includes(posix.basename(value)),
  )
}

const indexOptions = ['-i', '--index-url', '--default-index', '--extra-index-url', '--index', '-f', '--find-links']

function asksAnIndex({ tool, options }: InstallCommand, text: string): boolean {
  if (optionsNamed(options, ...indexOptions, '--torch-backend', '--no-index').length > 0) return true
  return tool === 'pip'
    ? /\bPIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|CONFIG_FILE)\b/.test(text)
    : /\bUV_(?:INDEX|INDEX_URL|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|CONFIG_FILE|TORCH_BACKEND)\b/.test(text)
}
