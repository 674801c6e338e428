import { parseRequirements, type Statement } from '../requirements/parse.ts'
import type { RunStep, Stage } from './dockerfile.ts'
import { canonicalPath } from './image-path.ts'
import type { ShellCommand } from './shell.ts'
import type { Word } from './words.ts'

export type Installer = 'pip' | 'uv pip' | 'uv' | 'poetry' | 'pipenv' | 'conda'

/** A command that installs Python packages. */
export interface Install {
  readonly tool: Installer
  /** `install`, `sync`, `add`, `wheel`, `uninstall`, … */
  readonly verb: Word
  readonly command: ShellCommand
  readonly run: RunStep
  readonly stage: Stage
  /** What the command names itself. */
  readonly wanted: readonly Wanted[]
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

/** A word that names something to install, read as a line of a requirements file. */
export interface Wanted {
  readonly word: Word
  readonly statement: Statement
}

export interface CommandOption {
  /** As written, without its value. */
  readonly name: string
  readonly value: Word | undefined
  /** The text of the value; undefined where it is not known or there is none. */
  readonly text: string | undefined
  readonly words: readonly Word[]
}

/** Options of pip and uv that take the next word. */
const valued = new Set(
  `-r --requirement --requirements -c --constraint --constraints --build-constraint --build-constraints -b --override --overrides
  --excludes -e --editable -i --index-url --pypi-url --extra-index-url --index --default-index -f --find-links -t --target --prefix
  --root --src --platform --python-version --python-platform --implementation --abi --upgrade-strategy --progress-bar --no-binary
  --only-binary --trusted-host --allow-insecure-host --timeout --default-timeout --retries --resume-retries --cache-dir --log
  --proxy --cert --client-cert --exists-action --config-settings --config-setting -C --global-option --install-option
  --build-option --report --use-feature --use-deprecated --hash --python -p --root-user-action --group --only-group --no-group
  --index-strategy --keyring-provider --resolution --prerelease --exclude-newer --link-mode --torch-backend --refresh-package
  -P --upgrade-package --reinstall-package --extra --no-extra --no-build-isolation-package --config-file --directory --project
  -w --wheel-dir -d --dest -o --output-file --format --color --no-emit-package --no-install-package --package --with --without --only -E --extras -G --source
  --branch --tag --rev --bounds --index-settings --dependency-group -n --name --channel --file --categories`.split(
    /\s+/,
  ),
)

/** The installs of a stage, without those of the stage it starts from. */
export function installsOf(stage: Stage): Install[] {
  return stage.steps.flatMap(run =>
    run.kind === 'run' ? run.commands.flatMap(command => readInstall(command, run, stage) ?? []) : [],
  )
}

interface Recognised {
  readonly tool: Installer
  /** How many words the program takes. */
  readonly skip: number
  readonly python?: string
  readonly path?: string
}

/** Reads a command as one that installs; undefined: it is something else. */
export function readInstall(command: ShellCommand, run: RunStep, stage: Stage): Install | undefined {
  const program = recognise(command.words)
  if (!program) return undefined
  const { options, plain, uncertain } = readOptions(command.words.slice(program.skip))
  const [verb, ...named] = verbOf(program.tool, plain)
  if (!verb) return undefined
  return {
    tool: program.tool,
    verb,
    command,
    run,
    stage,
    wanted: named.map(word => ({ word, statement: statementOf(word) })),
    files: optionsNamed(options, '-r', '--requirement', '--requirements').flatMap(({ value }) => value ?? []),
    options,
    uncertain,
    python: program.python,
    environment: environmentOf(program.path, command),
  }
}

/** The words of a command behind its program: options of pip, uv and Poetry with their values, and the rest. */
export function readOptions(args: readonly Word[]): {
  readonly options: readonly CommandOption[]
  readonly plain: readonly Word[]
  /** Some of the words are known only to a build, and may be options. */
  readonly uncertain: boolean
} {
  const options: CommandOption[] = []
  const plain: Word[] = []
  let uncertain = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word.value === undefined) {
      // `torch==$VERSION` is a name; `$OPTIONS` may be anything.
      if (!/^[A-Za-z]/.test(word.lead) && !/^--[a-z-]+=/.test(word.lead)) uncertain = true
      if (/^--[a-z-]+=/.test(word.lead))
        options.push({ name: word.lead.slice(0, word.lead.indexOf('=')), value: word, text: undefined, words: [word] })
      else plain.push(word)
      continue
    }
    if (word.value[0] !== '-' || word.value === '-') {
      plain.push(word)
      continue
    }
    const [, long, glued] = /^(--[^=]+)=(.*)$/s.exec(word.value) ?? []
    const short = /^-([rcefitwpdC])(.+)$/s.exec(word.value)
    if (long !== undefined) options.push({ name: long, value: word, text: glued, words: [word] })
    else if (short && word.value[1] !== '-')
      options.push({ name: `-${short[1]}`, value: word, text: short[2], words: [word] })
    else if (valued.has(word.value)) {
      const value = args[++i]
      options.push({ name: word.value, value, text: value?.value, words: value ? [word, value] : [word] })
    } else options.push({ name: word.value, value: undefined, text: undefined, words: [word] })
  }
  return { options, plain, uncertain }
}

/** The options of a command under any of some names. */
export function optionsNamed(options: readonly CommandOption[], ...names: readonly string[]): CommandOption[] {
  return options.filter(({ name }) => names.includes(name))
}

function recognise(words: readonly Word[]): Recognised | undefined {
  const path = words[0]?.value ?? words[0]?.tail
  const program = path?.replace(/^.*[/\\]/, '').replace(/\.exe$/, '')
  if (path === undefined || program === undefined) return undefined
  const [, version] = /^pip(?:3(?:\.(\d+))?)?$/.exec(program) ?? []
  if (/^pip(?:3(?:\.\d+)?)?$/.test(program)) return { tool: 'pip', skip: 1, path, ...pythonNamed(version) }
  if (/^(?:python(?:3(?:\.\d+)?)?|py)$/.test(program)) {
    const at = words.findIndex(({ value }) => value === '-m')
    const flags = at > 0 && words.slice(1, at).every(({ value }) => /^-[a-zA-Z]+$/.test(value ?? ''))
    if (!flags && at !== 1) return undefined
    const module = words[at + 1]?.value
    const python = pythonNamed(/^python3\.(\d+)$/.exec(program)?.[1])
    if (module === 'pip') return { tool: 'pip', skip: at + 2, path, ...python }
    if (module === 'uv') return uvOf(words, at + 2)
    return undefined
  }
  if (program === 'uv') return uvOf(words, 1)
  if (program === 'poetry' || program === 'pipenv') return { tool: program, skip: 1, path }
  if (/^(?:conda|mamba|micromamba)$/.test(program)) return { tool: 'conda', skip: 1, path }
  return undefined
}

function uvOf(words: readonly Word[], skip: number): Recognised {
  let at = skip
  while (words[at]?.value?.startsWith('-')) at += valued.has(words[at]!.value!) ? 2 : 1
  return words[at]?.value === 'pip' ? { tool: 'uv pip', skip: at + 1 } : { tool: 'uv', skip: at }
}

function pythonNamed(minor: string | undefined): { python?: string } {
  return minor === undefined ? {} : { python: `3.${minor}` }
}

const verbs: Readonly<Record<Installer, RegExp>> = {
  pip: /^(?:install|wheel|download|uninstall)$/,
  'uv pip': /^(?:install|sync|uninstall)$/,
  uv: /^(?:sync|add)$/,
  poetry: /^(?:install|add|sync)$/,
  pipenv: /^(?:install|sync)$/,
  conda: /^(?:install|create|env|update)$/,
}

function verbOf(tool: Installer, words: readonly Word[]): readonly Word[] {
  return verbs[tool].test(words[0]?.value ?? '') ? words : []
}

function environmentOf(path: string | undefined, command: ShellCommand): string | undefined {
  const folder = path === undefined ? undefined : /^(.*)\/bin\/[^/]+$/.exec(path)?.[1]
  return folder === undefined || command.words[0]?.value === undefined
    ? undefined
    : canonicalPath(command.folder, folder)
}

function statementOf({ value, lead }: Word): Statement {
  // What is not known of a word may be its version: its name is.
  const [statement] = parseRequirements(value ?? /^[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?/.exec(lead)?.[0] ?? '').statements
  return statement ?? { kind: 'blank', span: { start: 0, end: 0 } }
}
