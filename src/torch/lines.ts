import { TorchpinError } from '../contract/errors.ts'
import { reachable } from '../formats/requirements/files.ts'
import type { ReferenceStatement, RequirementStatement } from '../formats/requirements/parse.ts'
import { isIgnored, type RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { resolveFileLink } from '../package-index/file-link.ts'
import type { IndexFile, PackageIndex } from '../package-index/project-page.ts'
import type { Marker } from '../packaging/marker-syntax.ts'
import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { type Target, wheelRank } from '../packaging/target.ts'
import type { Version } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import { keysOf } from '../resolve/provider/package-key.ts'
import type { Line } from '../resolve/provider/problem.ts'
import { targetsOf } from '../resolve/resolve.ts'
import { positionAt } from '../text/position.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { torchFamily } from './family.ts'
import { meaningOf, meant, type RequirementLine, type WrittenLine, withoutDoubles } from './meaning.ts'
import { type TorchUser, torchUserAt, torchUsers } from './torch-users.ts'

export type { RequirementLine } from './meaning.ts'

export interface DirectLine {
  readonly file: RequirementsFile
  readonly statement: ReferenceStatement | RequirementStatement
  readonly lineNumber: number
  readonly project: string | undefined
  readonly version: string | undefined
  /** The targets that its marker admits. */
  readonly targets: readonly Target[]
  /** Set where the place is a wheel for exactly these targets: it can be looked into. */
  readonly wheel: LinkedWheel | undefined
  /** What it is known to bring; undefined: not known. */
  readonly brings: Brought | undefined
  /** The line says `# torchpin: keep`. */
  readonly ignoredByComment: boolean
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

/** The wheel that replaces that of a line in a CPU-only file. */
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

/** The wheel as a line with another URL would name it. */
export function linkedWheel(line: DirectLine, url: string, targets: readonly Target[]): LinkedWheel | undefined {
  const { statement } = line
  const { marker } = statement.kind === 'reference' ? statement : statement.requirement
  const extras = statement.kind === 'reference' ? [] : statement.requirement.extras
  const place = { name: line.project!, target: url, extras, ...(marker && { marker }) }
  return linked(place, line, targets).wheel
}

/** What a line brings whose project comes from a place that no index can look into. */
export interface Brought {
  readonly requirements: readonly Requirement[]
  /** Whether that is everything it needs. */
  readonly whole: boolean
  /** Who says so: `openai-whisper 20250625`, `pyproject.toml`. */
  readonly source: string
}

/** Whether everything that a line brings is known. */
export function isLookedInto({ wheel, brings }: DirectLine): boolean {
  return wheel !== undefined || brings?.whole === true
}

/** What a line takes from elsewhere, for people: its project, else the place without secrets. */
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

/** Whether a line takes a CPU build of the torch family from a URL, which is as it should be. */
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

/** The most projects and extras that the files of an install may ask for: solving takes time that grows with their square. */
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
        const ignoredByComment = isIgnored(file, statement)
        const user = torchUserAt(statement.target)
        const project = statement.name ?? user?.project
        const { wheel, targets: applies } = linked(statement, where, targets)
        const brings = wheel ? undefined : broughtBy(project, user)
        direct.push({ ...where, statement, ignoredByComment, project, version, targets: applies, wheel, brings })
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
        const ignoredByComment = isIgnored(file, statement)
        direct.push({
          ...where,
          statement,
          ignoredByComment,
          project,
          version: undefined,
          targets: applies,
          wheel,
          brings,
        })
        continue
      }
      const written: WrittenLine = {
        requirement: asked.requirement,
        statement: asked.statement,
        file,
        lineNumber,
        where: `${file.path}:${lineNumber}`,
        targets: targetsOf(asked.requirement, targets),
        ignoredByComment: isIgnored(file, asked.statement),
      }
      const line = meant(written, meaningOf(written))
      ;(file.role === 'constraints' ? constraints : requirements).push(line)
    }
  }
  refuseTooMany([...requirements, ...direct])
  return { requirements: withoutDoubles(requirements), constraints, direct }
}

/** What the files install as they are. Sources of compiled files are not installed, unless an installed file includes them. */
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

type Asked = Pick<WrittenLine, 'requirement' | 'statement'>

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
