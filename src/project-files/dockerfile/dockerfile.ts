import { type Joined, joinLines, verbatim } from '../shell/joined.ts'
import { canonicalPath } from '../shell/posix-path.ts'
import type { Assignment } from '../shell/prefix.ts'
import { isShell, readExec, readScript, type ShellCommand, unwrapped } from '../shell/script.ts'
import { dockerWords, eachDockerWord, execWords, type Values, type Word } from '../shell/words.ts'
import { type Instruction, readInstructions } from './instructions.ts'

/** A Dockerfile as a build without arguments reads it: values that only `--build-arg` or a base image gives are not known. */
export interface Dockerfile {
  readonly source: string
  readonly escaper: '\\' | '`'
  readonly instructions: readonly Instruction[]
  readonly stages: readonly Stage[]
}

export interface Stage {
  readonly name: string | undefined
  readonly from: Instruction
  /** The image or stage as written. */
  readonly written: Word
  /** The name of the image it starts from; undefined where it is a stage, or not known. */
  readonly image: string | undefined
  /** The stage it starts from. */
  readonly parent: Stage | undefined
  /** `linux/amd64`, where `--platform` gives one. */
  readonly platform: string | undefined
  readonly as: Word | undefined
  readonly steps: readonly Step[]
  /** Variables at its end. */
  readonly values: Values
  readonly folder: string | undefined
  /** Whether its RUN instructions use a shell that this model reads. */
  readonly shell: boolean
}

/** An instruction of a stage, with what is known where it stands. */
export type Step = RunStep | CopyStep | StartStep | OtherStep

interface Common {
  readonly instruction: Instruction
  /** Of variables, before it. */
  readonly values: Values
  /** WORKDIR. */
  readonly folder: string | undefined
}

export interface RunStep extends Common {
  readonly kind: 'run'
  readonly commands: readonly ShellCommand[]
  readonly mounts: readonly Mount[]
}

/** `--mount=type=cache,target=/root/.cache/pip`. */
export interface Mount {
  readonly type: string
  readonly target: string | undefined
  readonly source: string | undefined
  readonly from: string | undefined
}

export interface CopyStep extends Common {
  readonly kind: 'copy'
  readonly sources: readonly Word[]
  readonly target: Word
  /** What `--from` names; undefined: the build context. */
  readonly from: CopyFrom | undefined
  readonly fromHeredoc: boolean
}

/** A stage, or an image, or what is not known. */
export interface CopyFrom {
  readonly stage: Stage | undefined
  readonly image: string | undefined
}

/** CMD or ENTRYPOINT. */
export interface StartStep extends Common {
  readonly kind: 'start'
  readonly commands: readonly ShellCommand[]
}

export interface OtherStep extends Common {
  readonly kind: 'other'
}

/** A stage while it is read. */
interface Building {
  name: string | undefined
  steps: Step[]
  values: Map<string, string | undefined>
  /** What ENV sets, which no ARG of the same name changes. */
  environment: Set<string>
  folder: string | undefined
  shell: boolean
}

/** Where a path is looked up when no image has said otherwise. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** More stages than any Dockerfile written by hand has: the chain of each stage is followed to its first one. */
const LONGEST = 2 ** 18
const MOST_STAGES = 200
const MOST_INSTRUCTIONS = 2_000

/** Why a text is too large to be read as a Dockerfile: `more than` this. */
export function excessOf(text: string): string | undefined {
  if (text.length > LONGEST) return `${LONGEST} characters`
  // Counted before the stages are read one by one, since each is read with all variables so far.
  const { instructions } = readInstructions(text)
  if (instructions.length > MOST_INSTRUCTIONS) return `${MOST_INSTRUCTIONS} instructions`
  const stages = instructions.filter(({ keyword }) => keyword === 'FROM').length
  return stages > MOST_STAGES ? `${MOST_STAGES} stages` : undefined
}

/** Reads a Dockerfile. Lines that are no instruction are skipped; without FROM there are no stages. */
export function readDockerfile(source: string): Dockerfile {
  const { instructions, escaper } = readInstructions(source)
  const reader = new Reader(source, escaper)
  for (const instruction of instructions) reader.take(instruction)
  return { source, escaper, instructions, stages: reader.stages }
}

/** An instruction with what follows its keyword as one line. */
interface Line {
  readonly instruction: Instruction
  readonly rest: Joined
}

/** Reads instructions one after the other, and keeps the state that they leave to the next ones. */
class Reader {
  readonly stages: (Stage & Building)[] = []
  readonly #source: string
  readonly #escaper: '\\' | '`'
  /** Of ARG before the first stage. */
  readonly #defaults = new Map<string, string | undefined>()

  constructor(source: string, escaper: '\\' | '`') {
    this.#source = source
    this.#escaper = escaper
  }

  take(instruction: Instruction): void {
    const line = { instruction, rest: joinLines(this.#source, instruction.rest, this.#escaper) }
    const stage = this.stages.at(-1)
    if (instruction.keyword === 'FROM') this.#open(line)
    else if (stage) stage.steps.push(this.#step(line, stage))
    else if (instruction.keyword === 'ARG') this.#setDefaults(line)
  }

  #open({ instruction, rest }: Line): void {
    const words = dockerWords(rest, 0, this.#defaults, this.#escaper)
    const flags = words.filter(({ lead }) => lead.startsWith('--'))
    const [written, as, name] = words.filter(({ lead }) => !lead.startsWith('--'))
    if (!written) return
    const parent = written.value === undefined ? undefined : stageNamed(this.stages, written.value)
    this.stages.push({
      name: as?.value?.toLowerCase() === 'as' ? name?.value?.toLowerCase() : undefined,
      as: as?.value?.toLowerCase() === 'as' ? as : undefined,
      from: instruction,
      written,
      parent,
      image: parent ? undefined : written.value,
      platform: flags.map(({ value }) => /^--platform=(.+)$/.exec(value ?? '')?.[1]).find(found => found !== undefined),
      steps: [],
      environment: new Set(parent?.environment),
      values: new Map<string, string | undefined>(parent?.values ?? [['PATH', DEFAULT_PATH]]),
      folder: parent ? parent.folder : '/',
      shell: parent?.shell ?? true,
    })
  }

  #step({ instruction, rest }: Line, stage: Building): Step {
    const values: Values = new Map(stage.values)
    const common = { instruction, values, folder: stage.folder }
    const words = () => dockerWords(rest, 0, values, this.#escaper)
    switch (instruction.keyword) {
      case 'ARG':
        for (const word of words()) this.#setArgument(word, stage, values)
        break
      case 'ENV':
        setEnvironment(stage, rest, words())
        break
      case 'WORKDIR':
        stage.folder = canonicalPath(stage.folder, words()[0]?.value)
        break
      case 'SHELL':
        stage.shell = isShell(execWords(rest, 0)?.[0]?.value ?? '')
        break
      case 'RUN':
        return { ...common, kind: 'run', ...this.#run({ instruction, rest }, stage, values) }
      case 'COPY':
      case 'ADD':
        return { ...common, ...this.#copy({ instruction, rest }, values) }
      case 'CMD':
      case 'ENTRYPOINT':
        return { ...common, kind: 'start', commands: readCommands(rest, 0, common) }
    }
    return { ...common, kind: 'other' }
  }

  /** A variable may use another one of the same line. */
  #setDefaults({ rest }: Line): void {
    const defaults = this.#defaults
    for (const word of eachDockerWord(rest, 0, defaults, this.#escaper)) {
      const set = readArgument(word, name => defaults.get(name))
      if (set) defaults.set(set.name, set.value)
    }
  }

  /** An ARG without a default takes the default of an ARG before the first stage; else its value is not known. */
  #setArgument(word: Word, { values, environment }: Building, before: Values): void {
    const set = readArgument(word, name => this.#defaults.get(name) ?? before.get(name))
    if (set && !environment.has(set.name)) values.set(set.name, set.value)
  }

  #run({ instruction, rest }: Line, stage: Building, values: Values): Pick<RunStep, 'commands' | 'mounts'> {
    const { flags, end } = leadingFlags(rest)
    const mounts = flags.filter(flag => flag.startsWith('--mount=')).map(flag => readMount(flag, values))
    if (!stage.shell) return { commands: [], mounts }
    const start = { values, folder: stage.folder }
    const commands = readCommands(rest, end, start)
    const bodies = new Map(instruction.heredocs.map(({ name, body }) => [name, body]))
    const inBody = (name: string, at: Pick<ShellCommand, 'values' | 'folder'>): ShellCommand[] => {
      const body = bodies.get(name)
      if (!body || !isScript(this.#source.slice(body.start, body.end))) return []
      return readScript(verbatim(this.#source, body), at.values, at.folder).flatMap(unwrapped)
    }
    if (commands.length === 0) {
      // `RUN <<EOF` alone: the here-document is the script.
      const [first] = instruction.heredocs
      return { commands: first ? inBody(first.name, start) : [], mounts }
    }
    const withInputs = commands.flatMap(command => {
      const takes = isShell(command.words[0]?.value ?? '')
      return [command, ...(takes ? command.inputs.flatMap(name => inBody(name, command)) : [])]
    })
    return { commands: withInputs, mounts }
  }

  #copy({ instruction, rest }: Line, values: Values): Omit<CopyStep, keyof Common> | { kind: 'other' } {
    const { flags, end } = leadingFlags(rest)
    const words = execWords(rest, end) ?? dockerWords(rest, end, values, this.#escaper)
    if (words.length < 2) return { kind: 'other' }
    const flag = flags.find(found => found.startsWith('--from='))
    const name = flag === undefined ? undefined : expand(flag.slice('--from='.length), values)
    const earlier = this.stages.slice(0, -1)
    const stage = name === undefined ? undefined : (stageNamed(earlier, name) ?? stageNumbered(earlier, name))
    return {
      kind: 'copy',
      sources: words.slice(0, -1),
      target: words.at(-1)!,
      from: flag === undefined ? undefined : { stage, image: stage ? undefined : name },
      fromHeredoc: instruction.heredocs.length > 0,
    }
  }
}

function stageNamed<T extends Stage>(stages: readonly T[], name: string): T | undefined {
  const lower = name.toLowerCase()
  return stages.findLast(stage => stage.name === lower)
}

function stageNumbered(stages: readonly Stage[], number: string): Stage | undefined {
  return /^\d+$/.test(number) ? stages[Number(number)] : undefined
}

/** `NAME=value` or `NAME` of an ARG; without a value it takes an inherited one. */
function readArgument({ value, lead }: Word, inherited: (name: string) => string | undefined): Assignment | undefined {
  const [, name, given] = /^(\w+)(?:=(.*))?$/s.exec(value ?? '') ?? []
  if (name !== undefined) return { name, value: given ?? inherited(name) }
  const unknown = /^(\w+)=/.exec(lead)?.[1]
  return unknown === undefined ? undefined : { name: unknown, value: undefined }
}

/** `ENV A=1 B=2`, or `ENV A the rest of the line`. Within one instruction, variables keep the values they had before it. */
function setEnvironment({ values, environment }: Building, { text }: Joined, words: readonly Word[]): void {
  const set = (name: string, value: string | undefined) => {
    environment.add(name)
    values.set(name, value)
  }
  const [first, ...rest] = words
  if (!first) return
  if (!first.lead.includes('=')) {
    if (first.value === undefined || text.trim() === first.value) return
    set(
      first.value,
      rest.every(({ value }) => value !== undefined) ? rest.map(({ value }) => value).join(' ') : undefined,
    )
    return
  }
  for (const { lead, value } of words) {
    const name = /^([^=]+)=/.exec(lead)?.[1]
    if (name !== undefined) set(name, value?.slice(name.length + 1))
  }
}

/** The shebang of a here-document may name another program. */
function isScript(body: string): boolean {
  const program = /^\s*#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(body)
  if (!program) return true
  return isShell(program[1]!.endsWith('/env') ? (program[2] ?? '') : program[1]!)
}

function readCommands(line: Joined, at: number, { values, folder }: Pick<Common, 'values' | 'folder'>): ShellCommand[] {
  const exec = execWords(line, at)
  const commands = exec
    ? readExec(exec, values, folder)
    : readScript({ text: line.text.slice(at), offsets: line.offsets.slice(at) }, values, folder)
  return commands.flatMap(unwrapped)
}

function leadingFlags({ text }: Joined): { flags: string[]; end: number } {
  const flags: string[] = []
  let end = 0
  for (;;) {
    const found = /^\s*(--[a-z][\w-]*(?:=(?:"[^"]*"|[^\s"])*)?)(?=\s|$)/.exec(text.slice(end))
    if (!found) return { flags, end }
    flags.push(found[1]!)
    end += found[0].length
  }
}

function readMount(flag: string, values: Values): Mount {
  const fields = new Map(
    flag
      .slice('--mount='.length)
      .split(',')
      .map(field => {
        const [key, ...value] = field.split('=')
        return [key!.trim().toLowerCase(), expand(value.join('=').replace(/^"|"$/g, ''), values)] as const
      }),
  )
  return {
    type: fields.get('type') ?? 'bind',
    target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination'),
    source: fields.get('source') ?? fields.get('src'),
    from: fields.get('from'),
  }
}

function expand(text: string, values: Values): string | undefined {
  const words = dockerWords({ text, offsets: Array.from({ length: text.length + 1 }, (_, i) => i) }, 0, values, '\\')
  return words.length === 1 ? words[0]!.value : undefined
}

/** A stage and those it starts from, the first one first. */
export function chainOf(stage: Stage): Stage[] {
  return [...(stage.parent ? chainOf(stage.parent) : []), stage]
}

/** The steps of a stage and of those it starts from. */
export function stepsOf(stage: Stage): Step[] {
  return chainOf(stage).flatMap(({ steps }) => steps)
}

/** The image at the bottom of a stage; undefined where it is not known. */
export function rootOf(stage: Stage): Stage {
  return chainOf(stage)[0]!
}
