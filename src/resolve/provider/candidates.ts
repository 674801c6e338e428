import {
  type IndexFile,
  nonePasses,
  type Origin,
  type PackageIndex,
  type ProjectPage,
  passes,
  type Release,
} from '../../package-index/project-page.ts'
import { releaseListOf, releasesOf } from '../../package-index/releases.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import { parseSpecifierSet, type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import {
  environmentFor,
  rankOfTags,
  type Target,
  type WheelMismatch,
  wheelRank,
  whyNot,
} from '../../packaging/target.ts'
import { compareVersions, isPrereleaseText, parseVersion, type Version } from '../../packaging/version.ts'
import type { WheelTags } from '../../packaging/wheel.ts'
import type { VersionSet } from '../pubgrub/version-set.ts'

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

/** One release of a project that can be installed on a target. */
export interface Candidate {
  /** Of the build. */
  readonly version: Version
  /** As the version says. */
  readonly isPrerelease: boolean
  /** What an installer would take of it. */
  readonly build: Build
}

/** What a candidate needs, or why it cannot be used at all. */
export type Needs = readonly Requirement[] | { readonly unusable: string }

/** Why a version that exists is not a candidate. */
export interface Rejection {
  readonly version: Version
  readonly reason: WheelMismatch | 'requires-python' | 'yanked' | 'too-new' | 'no-wheel'
  /** What the files of that version would fit instead: Python tags, Requires-Python. */
  readonly detail?: string
}

export interface Candidates {
  /** Oldest first. */
  readonly candidates: readonly Candidate[]
  /** Computed on demand: only an error needs them. */
  readonly rejections: readonly Rejection[]
  /** The same, newest first and one at a time, for callers that need only the newest. */
  rejectedFromNewest(): Iterable<Rejection>
}

/** What decides which versions may be chosen, besides the files themselves. */
export interface CandidateRules {
  /** Rules with the same name differ only in target, date limit and pins: see `ResolveCache`. */
  readonly name?: string
  readonly target: Target
  /** Whether the project's files may be source distributions. */
  readonly sources: boolean
  /** Whether this file may be considered at all (the label rule of the CPU index). Absent: every file may. */
  readonly admits?: (version: Version, filename: string) => boolean
  /** Versions with the same result are builds of one release, such as `2.13.0+cpu` and `2.13.0`. Absent: each version is a release. */
  readonly releaseOf?: (version: Version) => string
  /** Versions that a line pins with `==` or `===`: pip takes a yanked file only for those (PEP 592). Absent: none. */
  readonly pinned?: (version: Version) => boolean
  readonly uploadedBefore?: Date | undefined
}

/** The page of a project, and the index that has it. */
interface OfferedPage {
  readonly page: ProjectPage
  readonly index: PackageIndex
}

/** One version on one of the indexes. */
interface Offer {
  readonly release: Release
  readonly index: PackageIndex
  readonly origin: Origin
}

/**
 * Sorts the files of a project into releases, and keeps the releases that the target can install.
 * Pages are merged as pip merges indexes: all count alike, and the earlier page wins between equal files.
 */
export function candidatesOf(
  pages: readonly OfferedPage[],
  rules: CandidateRules,
  fit = fitFor(rules.target),
): Candidates {
  const releases = offeredOn(pages, rules, fit)
  const choice = { rules, fit }
  const candidates: Candidate[] = []
  const rejected: number[] = []
  for (let n = 0; n < releases.length; n++) {
    if (releases.isInstallable(n)) candidates.push(new Installable(releases, n, choice))
    else rejected.push(n)
  }
  let rejections: readonly Rejection[] | undefined
  return {
    candidates: releases.inOrder ? candidates : candidates.sort((a, b) => compareVersions(a.version, b.version)),
    get rejections() {
      rejections ??= rejected
        .flatMap(n => rejectionOf(releases.at(n), rules, fit) ?? [])
        .sort((a, b) => compareVersions(a.version, b.version))
      return rejections
    },
    *rejectedFromNewest() {
      const versionOf = (n: number) => releases.at(n)[0]!.release.version
      const ordered = releases.inOrder
        ? rejected
        : rejected.toSorted((a, b) => compareVersions(versionOf(a), versionOf(b)))
      for (const n of ordered.toReversed()) {
        const rejection = rejectionOf(releases.at(n), rules, fit)
        if (rejection) yield rejection
      }
    },
  }
}

/** The newest of some candidates, of which there is one at least; a pre-release only where there is nothing else. */
export function newestIn(candidates: readonly Pick<Candidate, 'isPrerelease'>[], some: VersionSet): number {
  return some.last(position => !candidates[position]?.isPrerelease) ?? some.last(() => true)!
}

/** The releases of a project that are on offer, numbered from 0. */
interface Offered {
  readonly length: number
  /** Whether the releases come oldest first. */
  readonly inOrder: boolean
  /** Where a release has several versions, the highest first. */
  at(n: number): readonly Offer[]
  /** Its version in its normal form; undefined where it has several. */
  text(n: number): string | undefined
  /** Whether the target can install any of its files. */
  isInstallable(n: number): boolean
}

function offeredOn(pages: readonly OfferedPage[], rules: CandidateRules, fit: Fit): Offered {
  const [only, ...more] = pages
  if (only && more.length === 0 && !rules.releaseOf) return offeredOnOne(only, rules, fit)
  const all = offersByRelease(pages, rules)
  return {
    length: all.length,
    inOrder: pages.length < 2 && !rules.releaseOf,
    at: n => all[n]!,
    text: n => (all[n]!.length > 1 ? undefined : all[n]![0]!.release.text),
    isInstallable: n => all[n]!.some(({ release }) => hasFitting(release, rules, fit)),
  }
}

/** The usual case: the releases of a page are sorted already, and few of them need to become objects. */
function offeredOnOne({ page, index }: OfferedPage, rules: CandidateRules, fit: Fit): Offered {
  const releases = releaseListOf(page)
  const judged = releases.judged({
    takes: wheel => (rules.sources || wheel !== undefined) && fit.rank(wheel) !== undefined,
    takesTags: fit.takesTags,
    admitsPython: fit.admitsPython,
  })
  // For files that are not yanked, only name and Requires-Python matter.
  const isPlain = !rules.admits && !rules.uploadedBefore
  return {
    length: releases.length,
    inOrder: true,
    at: n => [{ release: releases.at(n), index, origin: page.origin }],
    text: n => releases.text(n),
    isInstallable: n =>
      judged[n] !== nonePasses && ((isPlain && judged[n] === passes) || hasFitting(releases.at(n), rules, fit)),
  }
}

/** What is on offer for each release; if it has several versions, the highest first. */
function offersByRelease(pages: readonly OfferedPage[], { releaseOf }: CandidateRules): Offer[][] {
  const byRelease = new Map<string, Offer[]>()
  for (const { page, index } of pages) {
    for (const release of releasesOf(page)) {
      const key = releaseOf?.(release.version) ?? release.text
      const known = byRelease.get(key)
      if (known) known.push({ release, index, origin: page.origin })
      else byRelease.set(key, [{ release, index, origin: page.origin }])
    }
  }
  const found = [...byRelease.values()]
  return releaseOf
    ? found.map(offers => offers.sort((a, b) => compareVersions(b.release.version, a.release.version)))
    : found
}

/** How files fit a target. Many files share tags and Requires-Python, so each answer is computed once. */
export interface Fit {
  readonly target: Target
  admitsPython(requiresPython: string | undefined): boolean
  /** As `wheelRank`; a source comes after every wheel. */
  rank(wheel: WheelTags | undefined): number | undefined
  /** Whether wheels with these tags have a rank. */
  takesTags(text: string): boolean
}

/** Makes the fit of a target, which serves all projects. */
export function fitFor(target: Target): Fit {
  return {
    target,
    admitsPython: remembered((requiresPython: string | undefined) => admitsPython(requiresPython, target)),
    takesTags: remembered((text: string) => rankOfTags(text, target) !== undefined),
    rank: remembered((wheel: WheelTags | undefined) => (wheel ? wheelRank(wheel, target) : Number.POSITIVE_INFINITY)),
  }
}

function remembered<Question, Answer>(answer: (question: Question) => Answer): (question: Question) => Answer {
  const known = new Map<Question, Answer>()
  return question => {
    const before = known.get(question)
    if (before !== undefined || known.has(question)) return before!
    const found = answer(question)
    known.set(question, found)
    return found
  }
}

/** A release that the target can install. Which file it would take is computed only for the few releases that are looked at. */
class Installable implements Candidate {
  readonly #releases: Offered
  readonly #n: number
  readonly #choice: Choice
  #build: Build | undefined
  #isPrerelease: boolean | undefined

  constructor(releases: Offered, n: number, choice: Choice) {
    this.#releases = releases
    this.#n = n
    this.#choice = choice
  }

  get version(): Version {
    const [offer, ...more] = this.#releases.at(this.#n)
    return more.length === 0 ? offer!.release.version : this.build.version
  }

  get isPrerelease(): boolean {
    const text = this.#releases.text(this.#n)
    return (this.#isPrerelease ??= text === undefined ? this.version.isPrerelease : isPrereleaseText(text))
  }

  get build(): Build {
    return (this.#build ??= bestBuild(this.#releases.at(this.#n), this.#choice)!)
  }
}

/** Whether a target can install any file of a release. */
function hasFitting(release: Release, rules: CandidateRules, fit: Fit): boolean {
  for (let i = 0; i < release.length; i++) if (rankOf(release, i, rules, fit) !== undefined) return true
  return false
}

/** Whether a file may be taken at all, as far as its release and its tags go. */
function isConsidered(release: Release, i: number, { sources, admits }: CandidateRules): boolean {
  return (sources || release.wheel(i) !== undefined) && (!admits || admits(release.version, release.file(i).filename))
}

function isYanked(release: Release, i: number, { pinned }: CandidateRules): boolean {
  return release.yanked(i) && !pinned?.(release.version)
}

function isLate(release: Release, i: number, { uploadedBefore }: CandidateRules): boolean {
  if (!uploadedBefore) return false
  const { uploadTime } = release.file(i)
  return uploadTime !== undefined && !(new Date(uploadTime) < uploadedBefore)
}

/** Why a release is no candidate; undefined if none of its files is considered, as if it did not exist. */
function rejectionOf(
  offers: readonly Offer[],
  rules: CandidateRules,
  { target, admitsPython, rank }: Fit,
): Rejection | undefined {
  const all = offers
    .flatMap(({ release }) => Array.from({ length: release.length }, (_, i) => ({ release, i })))
    .filter(({ release, i }) => isConsidered(release, i, rules))
  if (all.length === 0) return undefined
  const { version } = all[0]!.release
  const kept = all.filter(({ release, i }) => !isYanked(release, i, rules))
  if (kept.length === 0) return { version, reason: 'yanked' }
  const inTime = kept.filter(({ release, i }) => !isLate(release, i, rules))
  if (inTime.length === 0) return { version, reason: 'too-new' }
  const allowed = inTime.filter(({ release, i }) => admitsPython(release.requiresPython(i)))
  if (allowed.length === 0) {
    const { release, i } = inTime[0]!
    return { version, reason: 'requires-python', detail: release.requiresPython(i) ?? '' }
  }
  const wheels = allowed.map(({ release, i }) => release.wheel(i))
  if (wheels.some(wheel => rank(wheel) !== undefined)) return undefined
  return mismatch(
    version,
    wheels.flatMap(wheel => wheel ?? []),
    target,
  )
}

function mismatch(version: Version, wheels: readonly WheelTags[], target: Target): Rejection {
  const reasons = wheels.map(wheel => whyNot(wheel, target))
  // The nearest miss says most: a wheel for this platform and another Python, rather than one for another platform.
  const nearest = (['python', 'abi', 'glibc', 'musl', 'platform'] as const).find(reason => reasons.includes(reason))
  const near = wheels.filter((_, i) => reasons[i] === nearest)
  const detail =
    nearest === 'python' || nearest === 'abi'
      ? near.flatMap(wheel => wheel.pythons)
      : near.flatMap(wheel => wheel.platforms)
  return { version, reason: nearest ?? 'no-wheel', detail: [...new Set(detail)].join(', ') }
}

/**
 * The build that pip and uv would take: of the highest version that fits the target, the wheel with the best tag, the
 * highest build number among equals, else the source.
 */
function bestBuild(offers: readonly Offer[], { rules, fit }: Choice): Build | undefined {
  let best: RankedFile | undefined
  for (const offer of offers) {
    const { release } = offer
    if (best && compareVersions(release.version, best.offer.release.version) < 0) break
    for (let i = 0; i < release.length; i++) {
      const rank = rankOf(release, i, rules, fit)
      if (rank === undefined || (best && rank > best.rank)) continue
      if (!best || rank < best.rank || laterBuild(release.wheel(i), best.offer.release.wheel(best.i)))
        best = { offer, i, rank }
    }
  }
  return best && buildOf(best, offers, { rules, fit })
}

/** How well a file suits a target, 0 being best; undefined if the target cannot take it. */
function rankOf(release: Release, i: number, rules: CandidateRules, fit: Fit): number | undefined {
  const rank = fit.rank(release.wheel(i))
  if (rank === undefined || !fit.admitsPython(release.requiresPython(i))) return undefined
  const counts = isConsidered(release, i, rules) && !isYanked(release, i, rules) && !isLate(release, i, rules)
  return counts ? rank : undefined
}

/** A file of an offer, and how well it suits. */
interface RankedFile {
  readonly offer: Offer
  readonly i: number
  readonly rank: number
}

/** What decides between files. */
interface Choice {
  readonly rules: CandidateRules
  readonly fit: Fit
}

function buildOf(
  { offer: { release, index, origin }, i }: RankedFile,
  offers: readonly Offer[],
  { rules, fit }: Choice,
): Build {
  return {
    version: release.version,
    index,
    origin,
    get file() {
      return release.file(i)
    },
    // Only hashed lines need them, and only those of the release that is chosen.
    get fitting() {
      return offers
        .filter(other => compareVersions(other.release.version, release.version) >= 0)
        .flatMap(other => Array.from({ length: other.release.length }, (_, i) => ({ of: other.release, i })))
        .filter(({ of, i }) => rankOf(of, i, rules, fit) !== undefined)
        .map(({ of, i }) => of.file(i))
    },
  }
}

function laterBuild(a: WheelTags | undefined, b: WheelTags | undefined): boolean {
  const [number, suffix] = a?.build ?? [-1, '']
  const [otherNumber, otherSuffix] = b?.build ?? [-1, '']
  return number > otherNumber || (number === otherNumber && suffix > otherSuffix)
}

/** Whether Requires-Python admits the target. One that cannot be parsed admits everything, as in pip. */
export function admitsPython(requiresPython: string | undefined, target: Target): boolean {
  if (!requiresPython) return true
  const set = readRequiresPython(requiresPython)
  const python = parseVersion(environmentFor(target)['python_full_version']!)
  return !set || !python || satisfies(set, python)
}

function readRequiresPython(text: string): SpecifierSet | undefined {
  try {
    return parseSpecifierSet(text)
  } catch {
    return undefined
  }
}
