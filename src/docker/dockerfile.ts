import { canonicalPath } from './image-path.ts'
import { type Instruction, readInstructions } from './instructions.ts'
import { type Joined, joinLines, verbatim } from './joined.ts'
import { isShell, readExec, readScript, type ShellCommand, unwrapped } from './shell.ts'
import { dockerWords, execWords, type Values, type Word } from './words.ts'

/** A Dockerfile as a build without arguments reads it: what only `--build-arg` or a base image could tell is not known. */
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
  /** The shell of its RUN instructions is one that this model reads. */
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

/** Reads a Dockerfile. What is no instruction is left out; one without FROM has no stages. */
export function readDockerfile(source: string): Dockerfile {
  const { instructions, escaper } = readInstructions(source)
  const global = new Map<string, string | undefined>()
  const stages: (Stage & Building)[] = []
  for (const instruction of instructions) {
    const line = joinLines(source, instruction.rest, escaper)
    if (instruction.keyword === 'FROM') {
      const stage = openStage(instruction, line, global, stages, escaper)
      if (stage) stages.push(stage)
      continue
    }
    const stage = stages.at(-1)
    if (!stage) {
      if (instruction.keyword === 'ARG') define(global, dockerWords(line, 0, global, escaper), global)
      continue
    }
    stage.steps.push(readStep(source, instruction, line, stage, stages, global, escaper))
  }
  return { source, escaper, instructions, stages }
}

function openStage(
  from: Instruction,
  line: Joined,
  global: Values,
  earlier: readonly Stage[],
  escaper: '\\' | '`',
): (Stage & Building) | undefined {
  const words = dockerWords(line, 0, global, escaper)
  const flags = words.filter(({ lead }) => lead.startsWith('--'))
  const [written, as, name] = words.filter(({ lead }) => !lead.startsWith('--'))
  if (!written) return undefined
  const parent = written.value === undefined ? undefined : (stageNamed(earlier, written.value) as Stage & Building)
  return {
    name: as?.value?.toLowerCase() === 'as' ? name?.value?.toLowerCase() : undefined,
    as: as?.value?.toLowerCase() === 'as' ? as : undefined,
    from,
    written,
    parent,
    image: parent ? undefined : written.value,
    platform: flags.map(({ value }) => /^--platform=(.+)$/.exec(value ?? '')?.[1]).find(found => found !== undefined),
    steps: [],
    environment: new Set(parent?.environment),
    values: new Map<string, string | undefined>(parent?.values ?? [['PATH', DEFAULT_PATH]]),
    folder: parent ? parent.folder : '/',
    shell: parent?.shell ?? true,
  }
}

function stageNamed(stages: readonly Stage[], name: string): Stage | undefined {
  const lower = name.toLowerCase()
  return stages.findLast(stage => stage.name === lower)
}

function readStep(
  source: string,
  instruction: Instruction,
  line: Joined,
  stage: Building,
  stages: readonly Stage[],
  global: Values,
  escaper: '\\' | '`',
): Step {
  const values: Values = new Map(stage.values)
  const common = { instruction, values, folder: stage.folder }
  const words = () => dockerWords(line, 0, values, escaper)
  switch (instruction.keyword) {
    case 'ARG':
      define(stage.values, words(), values, global, stage.environment)
      break
    case 'ENV':
      setEnvironment(stage, line, words())
      break
    case 'WORKDIR':
      stage.folder = canonicalPath(stage.folder, words()[0]?.value)
      break
    case 'SHELL':
      stage.shell = isShell(execWords(line, 0)?.[0]?.value ?? '')
      break
    case 'RUN':
      return { ...common, kind: 'run', ...readRun(source, instruction, line, stage, values) }
    case 'COPY':
    case 'ADD':
      return { ...common, ...readCopy(instruction, line, values, stages, escaper) }
    case 'CMD':
    case 'ENTRYPOINT':
      return { ...common, kind: 'start', commands: readCommands(line, 0, values, stage) }
  }
  return { ...common, kind: 'other' }
}

/** `ARG NAME=value OTHER`: what has no default takes that of an ARG before the first stage, and is not known otherwise. */
function define(
  into: Map<string, string | undefined>,
  words: readonly Word[],
  values: Values,
  global?: Values,
  fixed?: ReadonlySet<string>,
): void {
  for (const word of words) {
    const [, name, given] = /^(\w+)(?:=(.*))?$/s.exec(word.value ?? '') ?? []
    const stated = name ?? /^(\w+)=/.exec(word.lead)?.[1]
    if (stated === undefined || fixed?.has(stated)) continue
    const value = given ?? (word.value === undefined ? undefined : (global?.get(stated) ?? values.get(stated)))
    into.set(stated, value)
  }
}

/** `ENV A=1 B=2`, or `ENV A the rest of the line`. In one instruction a variable has the value of before it. */
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

function readRun(
  source: string,
  instruction: Instruction,
  line: Joined,
  stage: Building,
  values: Values,
): Pick<RunStep, 'commands' | 'mounts'> {
  const { flags, end } = leadingFlags(line)
  const mounts = flags.filter(flag => flag.startsWith('--mount=')).map(flag => readMount(flag, values))
  if (!stage.shell) return { commands: [], mounts }
  const commands = readCommands(line, end, values, stage)
  const bodies = new Map(instruction.heredocs.map(({ name, body }) => [name, body]))
  const read = (name: string, command: Pick<ShellCommand, 'values' | 'folder'>): ShellCommand[] => {
    const body = bodies.get(name)
    if (!body || !isScript(source.slice(body.start, body.end))) return []
    return readScript(verbatim(source, body), command.values, command.folder).flatMap(unwrapped)
  }
  if (commands.length === 0) {
    // `RUN <<EOF` alone: the here-document is the script.
    const [first] = instruction.heredocs
    return { commands: first ? read(first.name, { values, folder: stage.folder }) : [], mounts }
  }
  const withInputs = commands.flatMap(command => {
    const takes = isShell(command.words[0]?.value ?? '')
    return [command, ...(takes ? command.inputs.flatMap(name => read(name, command)) : [])]
  })
  return { commands: withInputs, mounts }
}

/** The first line of a here-document may give it to another program. */
function isScript(body: string): boolean {
  const program = /^\s*#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(body)
  if (!program) return true
  return isShell(program[1]!.endsWith('/env') ? (program[2] ?? '') : program[1]!)
}

function readCommands(line: Joined, at: number, values: Values, stage: Building): ShellCommand[] {
  const exec = execWords(line, at)
  const commands = exec
    ? readExec(exec, values, stage.folder)
    : readScript({ text: line.text.slice(at), offsets: line.offsets.slice(at) }, values, stage.folder)
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

function readCopy(
  instruction: Instruction,
  line: Joined,
  values: Values,
  stages: readonly Stage[],
  escaper: '\\' | '`',
): Omit<CopyStep, keyof Common> | { kind: 'other' } {
  const { flags, end } = leadingFlags(line)
  const words = execWords(line, end) ?? dockerWords(line, end, values, escaper)
  if (words.length < 2) return { kind: 'other' }
  const flag = flags.find(found => found.startsWith('--from='))
  const name = flag === undefined ? undefined : expand(flag.slice('--from='.length), values)
  const stage = name === undefined ? undefined : (stageNamed(stages.slice(0, -1), name) ?? stageNumbered(stages, name))
  return {
    kind: 'copy',
    sources: words.slice(0, -1),
    target: words.at(-1)!,
    from: flag === undefined ? undefined : { stage, image: stage ? undefined : name },
    fromHeredoc: instruction.heredocs.length > 0,
  }
}

function stageNumbered(stages: readonly Stage[], name: string): Stage | undefined {
  return /^\d+$/.test(name) && Number(name) < stages.length - 1 ? stages[Number(name)] : undefined
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
