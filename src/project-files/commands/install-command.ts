import { canonicalPath } from '../shell/posix-path.ts'
import type { ShellCommand } from '../shell/script.ts'
import type { Word } from '../shell/words.ts'
import { type CommandOption, optionsNamed, readOptions, takesValue } from './options.ts'

export type InstallTool = 'pip' | 'uv pip' | 'uv' | 'poetry' | 'pipenv' | 'conda'

/** A command that installs Python packages, as it is written. */
export interface InstallCommand {
  readonly tool: InstallTool
  /** `install`, `sync`, `add`, `wheel`, `uninstall`, … */
  readonly verb: Word
  readonly command: ShellCommand
  /** What the command names itself. */
  readonly named: readonly Word[]
  /** The files that `-r` names. */
  readonly files: readonly Word[]
  readonly options: readonly CommandOption[]
  /** Some of its words are known only to a build: what seems to be missing may be there. */
  readonly uncertain: boolean
  /** The Python that the program's name gives: `pip3.11`, `python3.11 -m pip`. */
  readonly python: string | undefined
  /** The folder of the environment that the program's path gives: `/opt/venv` of `/opt/venv/bin/pip`. */
  readonly environment: string | undefined
}

const verbs: Readonly<Record<InstallTool, RegExp>> = {
  pip: /^(?:install|wheel|download|uninstall)$/,
  'uv pip': /^(?:install|sync|uninstall)$/,
  uv: /^(?:sync|add)$/,
  poetry: /^(?:install|add|sync)$/,
  pipenv: /^(?:install|sync)$/,
  conda: /^(?:install|create|env|update)$/,
}

/** Reads a command as one that installs; undefined: it is something else. */
export function readInstallCommand(command: ShellCommand): InstallCommand | undefined {
  const program = readProgram(command.words)
  if (!program) return undefined
  const { options, plain, uncertain } = readOptions(command.words.slice(program.length))
  const [verb, ...named] = plain
  if (!verb || !verbs[program.tool].test(verb.value ?? '')) return undefined
  return {
    tool: program.tool,
    verb,
    command,
    named,
    files: optionsNamed(options, '-r', '--requirement', '--requirements').flatMap(({ value }) => value ?? []),
    options,
    uncertain,
    python: program.python,
    environment: environmentOf(program.path, command),
  }
}

/** A program that installs packages. */
interface Program {
  readonly tool: InstallTool
  /** How many words it takes. */
  readonly length: number
  readonly python?: string
  readonly path?: string
}

function readProgram(words: readonly Word[]): Program | undefined {
  const path = words[0]?.value ?? words[0]?.tail
  const program = path?.replace(/^.*[/\\]/, '').replace(/\.exe$/, '')
  if (path === undefined || program === undefined) return undefined
  const pip = /^pip(?:3(?:\.(\d+))?)?$/.exec(program)
  if (pip) return { tool: 'pip', length: 1, path, ...pythonNamed(pip[1]) }
  const python = /^(?:python(?:3(?:\.(\d+))?)?|py)$/.exec(program)
  if (python) {
    const at = words.findIndex(({ value }) => value === '-m')
    const flags = at > 0 && words.slice(1, at).every(({ value }) => /^-[a-zA-Z]+$/.test(value ?? ''))
    if (!flags && at !== 1) return undefined
    const module = words[at + 1]?.value
    if (module === 'pip') return { tool: 'pip', length: at + 2, path, ...pythonNamed(python[1]) }
    return module === 'uv' ? programOfUv(words, at + 2) : undefined
  }
  if (program === 'uv') return programOfUv(words, 1)
  if (program === 'poetry' || program === 'pipenv') return { tool: program, length: 1, path }
  return /^(?:conda|mamba|micromamba)$/.test(program) ? { tool: 'conda', length: 1, path } : undefined
}

function programOfUv(words: readonly Word[], length: number): Program {
  let at = length
  while (words[at]?.value?.startsWith('-')) at += takesValue(words[at]!.value!, 'install') ? 2 : 1
  return words[at]?.value === 'pip' ? { tool: 'uv pip', length: at + 1 } : { tool: 'uv', length: at }
}

function pythonNamed(minor: string | undefined): { readonly python?: string } {
  return minor === undefined ? {} : { python: `3.${minor}` }
}

function environmentOf(path: string | undefined, { words, folder }: ShellCommand): string | undefined {
  const environment = path === undefined ? undefined : /^(.*)\/bin\/[^/]+$/.exec(path)?.[1]
  return environment === undefined || words[0]?.value === undefined ? undefined : canonicalPath(folder, environment)
}
