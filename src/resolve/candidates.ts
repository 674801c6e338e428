import type { IndexFile, Origin, PackageIndex, ProjectPage } from '../package-index/project-page.ts'
import { parseSpecifierSet, type SpecifierSet, satisfies } from '../packaging/specifier.ts'
import { environmentFor, type Target, type WheelMismatch, wheelRank, whyNot } from '../packaging/target.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import { parseSdistFilename, parseWheelFilename, type WheelName } from '../packaging/wheel.ts'

/** A file as one index offers it. */
export interface OfferedFile {
  readonly file: IndexFile
  readonly index: PackageIndex
  /** Of the page that has the file. */
  readonly origin: Origin
}

/** What an installer would take of one release, on one target. */
export interface Build extends OfferedFile {
  readonly version: Version
  /** Every file of that version that installs on the target, the one above among them. */
  readonly fitting: readonly IndexFile[]
}

/** One release of a project that can be installed on every target. */
export interface Candidate {
  /** Of the builds, the highest. */
  readonly version: Version
  /** For each target, in the order of the targets. */
  readonly builds: readonly Build[]
}

/** Why a version that exists is not a candidate. */
export interface Rejection {
  readonly version: Version
  readonly reason: WheelMismatch | 'requires-python' | 'yanked' | 'too-new' | 'no-wheel'
  readonly target?: Target
  /** What the files of that version would fit instead: Python tags, Requires-Python. */
  readonly detail?: string
}

export interface Candidates {
  /** Oldest first. */
  readonly candidates: readonly Candidate[]
  readonly rejections: readonly Rejection[]
}

/** What decides, besides the files themselves, which versions may be chosen. */
export interface CandidateRules {
  readonly targets: readonly Target[]
  /** Whether the project's files may be source distributions. */
  readonly sources: boolean
  /** Whether this version may be considered at all (the label rule of the CPU index). */
  readonly admits: (version: Version, filename: string) => boolean
  /** Versions with the same answer are builds of one release: `2.13.0+cpu` and `2.13.0`, say. Absent: each is its own. */
  readonly releaseOf?: (version: Version) => string
  /** Versions that a line pins with `==` or `===`: pip takes a yanked file only for those (PEP 592). */
  readonly pinned: (version: Version) => boolean
  readonly uploadedBefore?: Date | undefined
}

interface ParsedFile extends OfferedFile {
  readonly version: Version
  readonly wheel: WheelName | undefined
}

/**
 * Sorts the files of a project into versions, and keeps the versions that every target can install.
 * Pages are merged as pip merges indexes: all count alike, and the earlier page wins between equal files.
 */
export function candidatesOf(
  project: string,
  pages: readonly { page: ProjectPage; index: PackageIndex }[],
  rules: CandidateRules,
): Candidates {
  const candidates: Candidate[] = []
  const rejections: Rejection[] = []
  for (const files of filesByRelease(project, pages, rules)) {
    const verdict = judge(files, rules)
    if ('builds' in verdict) candidates.push(verdict)
    else rejections.push(verdict)
  }
  return {
    candidates: candidates.sort((a, b) => compareVersions(a.version, b.version)),
    rejections: rejections.sort((a, b) => compareVersions(a.version, b.version)),
  }
}

/** The files of each release; where a release has several versions, those of the highest first. */
function filesByRelease(
  project: string,
  pages: readonly { page: ProjectPage; index: PackageIndex }[],
  rules: CandidateRules,
): ParsedFile[][] {
  const releases = new Map<string, ParsedFile[]>()
  for (const { page, index } of pages) {
    for (const file of page.files) {
      const wheel = file.filename.endsWith('.whl') ? parseWheelFilename(file.filename) : undefined
      const version = wheel ? wheel.version : rules.sources ? parseSdistFilename(file.filename, project) : undefined
      if (!version || !rules.admits(version, file.filename)) continue
      const release = rules.releaseOf?.(version) ?? version.text
      const known = releases.get(release)
      const parsed = { file, index, origin: page.origin, wheel, version }
      if (known) known.push(parsed)
      else releases.set(release, [parsed])
    }
  }
  const found = [...releases.values()]
  return rules.releaseOf ? found.map(files => files.sort((a, b) => compareVersions(b.version, a.version))) : found
}

function judge(all: readonly ParsedFile[], rules: CandidateRules): Candidate | Rejection {
  const { targets, uploadedBefore } = rules
  const { version } = all[0]!
  const kept = all.filter(file => !file.file.yanked || rules.pinned(file.version))
  if (kept.length === 0) return { version, reason: 'yanked' }
  const inTime = uploadedBefore
    ? kept.filter(({ file }) => !file.uploadTime || new Date(file.uploadTime) < uploadedBefore)
    : kept
  if (inTime.length === 0) return { version, reason: 'too-new' }
  const builds: Build[] = []
  for (const target of targets) {
    const allowed = inTime.filter(({ file }) => admitsPython(file.requiresPython, target))
    if (allowed.length === 0)
      return { version, reason: 'requires-python', target, detail: inTime[0]!.file.requiresPython ?? '' }
    const build = bestBuild(allowed, target)
    if (!build) return mismatch(version, allowed, target)
    builds.push(build)
  }
  return { version: highest(builds), builds }
}

function highest(builds: readonly Build[]): Version {
  return builds.map(({ version }) => version).reduce((a, b) => (compareVersions(a, b) < 0 ? b : a))
}

function mismatch(version: Version, files: readonly ParsedFile[], target: Target): Rejection {
  const wheels = files.flatMap(({ wheel }) => wheel ?? [])
  const reasons = wheels.map(wheel => whyNot(wheel, target))
  // The nearest miss tells most: a wheel for the platform but another Python, rather than one for another platform.
  const nearest = (['python', 'abi', 'glibc', 'musl', 'platform'] as const).find(reason => reasons.includes(reason))
  const near = wheels.filter((_, i) => reasons[i] === nearest)
  const detail =
    nearest === 'python' || nearest === 'abi'
      ? near.flatMap(wheel => wheel.pythons)
      : near.flatMap(wheel => wheel.platforms)
  return { version, reason: nearest ?? 'no-wheel', target, detail: [...new Set(detail)].join(', ') }
}

/**
 * The build that pip and uv would take: of the highest version that fits the target, the wheel with the best tag, the
 * highest build number among equals, else the source.
 */
function bestBuild(files: readonly ParsedFile[], target: Target): Build | undefined {
  let best: { file: ParsedFile; rank: number } | undefined
  const fitting: IndexFile[] = []
  for (const file of files) {
    if (best && compareVersions(file.version, best.file.version) < 0) break
    const rank = file.wheel ? wheelRank(file.wheel, target) : Number.POSITIVE_INFINITY
    if (rank === undefined) continue
    fitting.push(file.file)
    if (!best || rank < best.rank || (rank === best.rank && laterBuild(file.wheel, best.file.wheel)))
      best = { file, rank }
  }
  if (!best) return undefined
  const { version, file, index, origin } = best.file
  return { version, file, index, origin, fitting }
}

function laterBuild(a: WheelName | undefined, b: WheelName | undefined): boolean {
  const [number, suffix] = a?.build ?? [-1, '']
  const [otherNumber, otherSuffix] = b?.build ?? [-1, '']
  return number > otherNumber || (number === otherNumber && suffix > otherSuffix)
}

/** Whether a Requires-Python lets the target in. One that cannot be read lets everything in, as pip has it. */
export function admitsPython(requiresPython: string | undefined, target: Target): boolean {
  if (!requiresPython) return true
  const set = readRequiresPython(requiresPython)
  const python = parseVersion(environmentFor(target)['python_full_version']!)
  return !set || !python || satisfies(set, python)
}

const read = new Map<string, SpecifierSet | undefined>()

function readRequiresPython(text: string): SpecifierSet | undefined {
  if (!read.has(text)) {
    try {
      read.set(text, parseSpecifierSet(text))
    } catch {
      read.set(text, undefined)
    }
  }
  return read.get(text)
}
