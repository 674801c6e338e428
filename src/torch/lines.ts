import { TorchpinError } from '../errors.ts'
import { resolveFileLink } from '../package-index/file-link.ts'
import type { IndexFile, PackageIndex } from '../package-index/project-page.ts'
import type { Marker } from '../packaging/marker.ts'
import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet } from '../packaging/specifier.ts'
import { type Target, wheelRank } from '../packaging/target.ts'
import { parseVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import { type RequirementsFile, reachable } from '../requirements/files.ts'
import type { ReferenceStatement, RequirementStatement, UnreadableStatement } from '../requirements/parse.ts'
import type { Line } from '../resolve/problem.ts'
import { keysOf } from '../resolve/project-provider.ts'
import { targetsOf } from '../resolve/resolve.ts'
import type { Span } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { cpuForm } from './cpu-form.ts'
import { torchFamily } from './family.ts'
import { ruleFor } from './rules.ts'
import { type TorchUser, torchUserAt, torchUsers } from './torch-users.ts'

/**
 * Why a line goes, unless something that stays asks for its project. `cuda-only`: it serves CUDA builds of others;
 * `no-cpu-form`: it is for GPUs alone; `twin`: its CPU twin has a line of its own.
 */
export type Leaving = 'cuda-only' | 'no-cpu-form' | 'twin'

/** A line of a file that asks for a project, with what it means for the CPU-only install. */
export interface RequirementLine extends Line {
  readonly file: RequirementsFile
  readonly statement:
    | RequirementStatement
    | (UnreadableStatement & { readonly repairable: NonNullable<UnreadableStatement['repairable']> })
  readonly lineNumber: number
  /** What the CPU-only file asks for in its place: a `+cu118` pin asks for the same release, a GPU package for its twin. */
  readonly cpu: Requirement
  /** The version that a compiled file holds, where it is a wish and no condition: see `loosened`. */
  readonly held?: Version
  /** The targets on which its marker lets it apply. */
  readonly targets: readonly Target[]
  /** The line says `# torchpin: keep`. */
  readonly kept: boolean
  readonly leaves: Leaving | undefined
  /**
   * Why a line stays whose project is for GPUs: something that stays needs it, nobody knows what it is for, or its CPU
   * alternative has no release that the line takes.
   */
  readonly stays: 'needed' | 'unproved' | 'unreleased' | undefined
}

export interface DirectLine {
  readonly file: RequirementsFile
  readonly statement: ReferenceStatement | RequirementStatement
  readonly lineNumber: number
  readonly project: string | undefined
  readonly version: string | undefined
  /** The targets on which its marker lets it apply. */
  readonly targets: readonly Target[]
  /** Set where the place is a wheel for exactly these targets: it can be looked into. */
  readonly wheel: LinkedWheel | undefined
  /** What else is known to come with it; undefined: nothing is known. */
  readonly brings: Brought | undefined
  /** The line says `# torchpin: keep`. */
  readonly kept: boolean
  /**
   * Set where the place is a build for GPUs: the CPU wheel of the same release; `missing` where the CPU index has none,
   * `unknown` where it cannot be asked.
   */
  readonly cpuWheel?: CpuWheel | 'missing' | 'unknown'
}

/** A wheel of the CPU index that takes the place of another one. */
export interface CpuWheel {
  readonly file: IndexFile
  readonly index: PackageIndex
  /** As in {@link DirectLine.wheel}. */
  readonly linked: LinkedWheel | undefined
}

/** The wheel that a CPU-only file takes in the place of a line's own. */
export function cpuWheelOf({ cpuWheel }: DirectLine): CpuWheel | undefined {
  return typeof cpuWheel === 'object' ? cpuWheel : undefined
}

/** A line as the CPU-only file has it. */
export function asCpuWheel(line: DirectLine): DirectLine {
  const cpu = cpuWheelOf(line)
  return cpu ? { ...line, wheel: cpu.linked } : line
}

/** The place that a line names: a URL, a repository or a folder. */
export function urlOf({ statement }: DirectLine): string | undefined {
  return statement.kind === 'reference' ? statement.target : statement.requirement.url
}

/** Where that stands in the file. */
export function placeSpan({ statement }: DirectLine): Span | undefined {
  return statement.kind === 'reference' ? statement.at : statement.at.url
}

/** The wheel at another URL, as a line would name it. */
export function linkedWheel(line: DirectLine, url: string, targets: readonly Target[]): LinkedWheel | undefined {
  const { statement } = line
  const { marker } = statement.kind === 'reference' ? statement : statement.requirement
  const extras = statement.kind === 'reference' ? [] : statement.requirement.extras
  const place = { name: line.project!, target: url, extras, ...(marker && { marker }) }
  return linked(place, line, targets).wheel
}

/** What a line brings that takes its project from where an index cannot look into. */
export interface Brought {
  readonly requirements: readonly Requirement[]
  /** Whether that is all it needs. */
  readonly whole: boolean
  /** Who says so: `openai-whisper 20250625`, `pyproject.toml`. */
  readonly source: string
}

/** Whether all that a line brings is known. */
export function isLookedInto({ wheel, brings }: DirectLine): boolean {
  return wheel !== undefined || brings?.whole === true
}

/** What a line takes from elsewhere, for people: its project, else the place without what is secret in it. */
export function directName({ project, statement, file }: DirectLine): string {
  if (project !== undefined) return project
  if (statement.kind !== 'reference') return statement.requirement.name
  return withoutSecrets(file.source.slice(statement.at.start, statement.at.end))
}

/** A wheel that a line takes from a URL. */
export interface LinkedWheel extends Line {
  readonly url: string
  readonly version: Version
}

/** Whether a line takes the CPU build of one of the torch family from a URL: it is what it should be. */
export function isCpuWheel({ project, wheel }: DirectLine): boolean {
  return project !== undefined && torchFamily.has(project) && wheel?.version.local === 'cpu'
}

export interface RequirementLines {
  readonly requirements: readonly RequirementLine[]
  readonly constraints: readonly RequirementLine[]
  /** Lines that name a URL, a repository or a folder. */
  readonly direct: readonly DirectLine[]
}

/** The lines of one file, requirements before constraints. */
export interface FileLines {
  readonly asked: readonly RequirementLine[]
  readonly direct: readonly DirectLine[]
}

/** The lines of each file, worked out once for all files. */
export function linesByFile({ requirements, constraints, direct }: RequirementLines) {
  const byFile = new Map<RequirementsFile, { readonly asked: RequirementLine[]; readonly direct: DirectLine[] }>()
  const linesOf = (file: RequirementsFile) => {
    const known = byFile.get(file) ?? { asked: [], direct: [] }
    byFile.set(file, known)
    return known
  }
  for (const line of [...requirements, ...constraints]) linesOf(line.file).asked.push(line)
  for (const line of direct) linesOf(line.file).direct.push(line)
  return (file: RequirementsFile): FileLines => linesOf(file)
}

/** Whether a line carries hashes, and with it its file: pip then wants them on every line. */
export function isHashed({ statement }: RequirementLine): boolean {
  return statement.kind === 'requirement' && statement.hashes.length > 0
}

/** `# torchpin: keep` at the end of a line leaves the line alone. */
const KEEP = /#\s*torchpin:\s*keep\b/i

function isKept({ source }: RequirementsFile, { comment }: Pick<RequirementStatement, 'comment'>): boolean {
  return comment !== undefined && KEEP.test(source.slice(comment.start, comment.end))
}

/** Projects, and extras of projects, that the files of an install may ask for: the time it takes to choose grows with their square. */
export const MOST_PROJECTS = 3_000

/**
 * Collects what files ask for, in include order.
 * @throws TorchpinError FILE_UNREADABLE for more than MOST_PROJECTS
 */
export function requirementLines(files: Iterable<RequirementsFile>, targets: readonly Target[]): RequirementLines {
  const requirements: RequirementLine[] = []
  const constraints: RequirementLine[] = []
  const direct: DirectLine[] = []
  for (const file of files) {
    for (const statement of file.statements) {
      const lineNumber = positionAt(file.source, statement.span.start).line
      const where = { file, lineNumber }
      if (statement.kind === 'reference') {
        const { version } = statement
        const kept = isKept(file, statement)
        const user = torchUserAt(statement.target)
        const project = statement.name ?? user?.project
        const { wheel, targets: applies } = linked(statement, where, targets)
        const brings = wheel ? undefined : broughtBy(project, user)
        direct.push({ ...where, statement, kept, project, version, targets: applies, wheel, brings })
        continue
      }
      const asked = askedBy(statement)
      if (!asked) continue
      if (asked.statement.kind === 'requirement' && asked.requirement.url !== undefined) {
        const { key: project, url: target, extras, marker } = asked.requirement
        const place = { name: project, target, extras, ...(marker && { marker }) }
        const { wheel, targets: applies } = linked(place, where, targets)
        const brings = wheel ? undefined : broughtBy(project, torchUserAt(target))
        const { statement } = asked
        const kept = isKept(file, statement)
        direct.push({ ...where, statement, kept, project, version: undefined, targets: applies, wheel, brings })
        continue
      }
      const line = requirementLine(asked, file, lineNumber, targets)
      ;(file.role === 'constraints' ? constraints : requirements).push(line)
    }
  }
  refuseTooMany([...requirements, ...direct])
  return { requirements: withoutDoubles(requirements), constraints, direct }
}

/**
 * The lines with the pins of compiled files as wishes: what pip-compile and uv make of their output where it no longer goes
 * with the sources. Where compiled files hold different versions of a project, nobody knows which is wished for, and they
 * stay. Undefined where there is no such pin.
 */
export function loosened(
  lines: RequirementLines,
  isCompiled: (file: RequirementsFile) => boolean,
): RequirementLines | undefined {
  const held = new Map<string, Set<string>>()
  const pins = new Map<RequirementLine, Version>()
  for (const line of [...lines.requirements, ...lines.constraints]) {
    const version = isCompiled(line.file) && !line.kept && line.targets.length > 0 ? pinnedVersion(line) : undefined
    if (!version) continue
    pins.set(line, version)
    held.set(line.cpu.key, (held.get(line.cpu.key) ?? new Set()).add(version.publicKey))
  }
  const loose = (line: RequirementLine): RequirementLine => {
    const version = pins.get(line)
    if (!version || held.get(line.cpu.key)!.size > 1) return line
    return { ...line, cpu: { ...line.cpu, specifier: parseSpecifierSet('') }, held: version }
  }
  if (pins.size === 0) return undefined
  return { ...lines, requirements: lines.requirements.map(loose), constraints: lines.constraints.map(loose) }
}

function pinnedVersion({ requirement }: RequirementLine): Version | undefined {
  const pin = requirement.specifier.clauses.find(({ operator, version }) => operator === '==' && !version.endsWith('*'))
  return pin && parseVersion(pin.version)
}

/** What the files install as they are: of compiled files the sources are not installed, unless an installed file brings them in. */
export function installedLines(
  { requirements, constraints, direct }: RequirementLines,
  files: ReadonlyMap<string, RequirementsFile>,
  sources: ReadonlyMap<string, readonly RequirementsFile[]>,
): RequirementLines {
  const read = new Set([...sources.values()].flat())
  const installed = new Set(
    [...files.values()].filter(file => file.root && !read.has(file)).flatMap(file => reachable(file, files)),
  )
  const isInstalled = ({ file }: { readonly file: RequirementsFile }) => read.size === 0 || installed.has(file.absolute)
  return {
    requirements: requirements.filter(isInstalled),
    constraints: constraints.filter(isInstalled),
    direct: direct.filter(isInstalled),
  }
}

/** What is known of projects that need torch, whatever their release. */
function broughtBy(project: string | undefined, user: TorchUser | undefined): Brought | undefined {
  const brings = user?.brings ?? torchUsers.get(project ?? '')
  if (!brings || torchFamily.has(project ?? '')) return undefined
  return { requirements: ['torch', ...brings].map(parseRequirement), whole: false, source: 'every release of it' }
}

/** Where a line applies, and its wheel if it names one on the web that installs there and nowhere else. */
function linked(
  place: { name?: string; target: string; extras?: readonly string[]; marker?: Marker },
  { file, lineNumber }: Pick<DirectLine, 'file' | 'lineNumber'>,
  all: readonly Target[],
): Pick<DirectLine, 'targets' | 'wheel'> {
  const { name, target: url, extras = [] } = place
  const link = /^https?:/i.test(url) ? resolveFileLink(url, url) : undefined
  const wheel = link && parseWheelFilename(link.filename)
  const targets = targetsOf(place, all)
  if (!wheel || !name || all.some(target => targets.includes(target) !== (wheelRank(wheel, target) !== undefined)))
    return { targets, wheel: undefined }
  const requirement = {
    ...parseRequirement(`${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}`),
    ...(place.marker && { marker: place.marker }),
  }
  return { targets, wheel: { url, version: wheel.version, requirement, where: `${file.path}:${lineNumber}` } }
}

type Asked = Pick<RequirementLine, 'requirement' | 'statement'>

function requirementLine(
  { requirement, statement }: Asked,
  file: RequirementsFile,
  lineNumber: number,
  all: readonly Target[],
): RequirementLine {
  const kept = isKept(file, statement)
  const targets = targetsOf(requirement, all)
  const action = ruleFor(requirement.key)?.action
  // A constraint asks for nothing, and a line that does not apply is none of this run's business.
  const stays = kept || targets.length === 0 || file.role === 'constraints'
  const leaves = action === 'cuda-only' ? action : action === 'drop' ? 'no-cpu-form' : undefined
  return {
    requirement,
    statement,
    file,
    lineNumber,
    where: `${file.path}:${lineNumber}`,
    cpu: kept || targets.length === 0 ? requirement : cpuForm(requirement, targets),
    targets,
    kept,
    leaves: stays ? undefined : leaves,
    stays: undefined,
  }
}

/** The lines as they are once it turns out that something which stays asks for a GPU package: its own line then counts. */
export function keepNeeded(lines: RequirementLines, isInstalled: (project: string) => boolean): RequirementLines {
  const wanted = ({ leaves, cpu, requirement: { key } }: RequirementLine) =>
    (leaves !== undefined || cpu.key !== key) && isInstalled(key)
  if (!lines.requirements.some(wanted)) return lines
  const requirements = lines.requirements.map(line =>
    wanted(line) ? ({ ...line, cpu: line.requirement, leaves: undefined, stays: 'needed' } as const) : line,
  )
  return { ...lines, requirements }
}

/** Where a twin has a line of its own, or two packages share one twin, one line for it is enough. */
function withoutDoubles(lines: readonly RequirementLine[]): RequirementLine[] {
  const isTwin = (line: RequirementLine) => line.cpu.key !== line.requirement.key
  // By project, where it has a line: of equal lists of targets one is kept, however many lines there are.
  const places = new Map<string, Map<string, readonly Target[]>>()
  const add = ({ cpu, targets }: RequirementLine) => {
    const known = places.get(cpu.key) ?? new Map<string, readonly Target[]>()
    places.set(cpu.key, known.set(targets.map(({ python, platform }) => `${python} ${platform}`).join(), targets))
  }
  for (const line of lines) if (!isTwin(line)) add(line)
  return lines.map(line => {
    if (!isTwin(line)) return line
    const others = [...(places.get(line.cpu.key)?.values() ?? [])]
    const other = others.some(targets => line.targets.every(target => targets.includes(target)))
    add(line)
    return other && !line.leaves ? { ...line, leaves: 'twin' } : line
  })
}

function refuseTooMany(lines: readonly (RequirementLine | DirectLine)[]): void {
  const asked = new Set<string>()
  for (const line of lines) {
    if ('requirement' in line) for (const key of keysOf(line.requirement)) asked.add(key)
    else if (line.project !== undefined) asked.add(line.project)
    if (asked.size <= MOST_PROJECTS) continue
    throw new TorchpinError(
      'FILE_UNREADABLE',
      `${line.file.path}:${line.lineNumber} asks for one more than ${MOST_PROJECTS} projects`,
      { hint: 'at most so many, an extra counted as one, are resolved together; split the file' },
    )
  }
}

function askedBy(statement: RequirementsFile['statements'][number]): Asked | undefined {
  if (statement.kind === 'requirement') return { requirement: statement.requirement, statement }
  if (statement.kind !== 'unreadable' || !statement.repairable) return undefined
  const { repairable } = statement
  return { requirement: repairable.requirement, statement: { ...statement, repairable } }
}
