import { setImmediate } from 'node:timers/promises'
import { isUnreachable, withoutAnswer } from '../../contract/errors.ts'
import type { Origin, PackageIndex, ProjectPage } from '../../package-index/project-page.ts'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import { admitsPrereleases, satisfies } from '../../packaging/specifier.ts'
import type { Target } from '../../packaging/target.ts'
import { compareVersions, type Version } from '../../packaging/version.ts'
import type { Constraint, Dependency, Provider } from '../pubgrub/solver.ts'
import { VersionSet } from '../pubgrub/version-set.ts'
import { ResolveCache } from './cache.ts'
import {
  admitsPython,
  type Build,
  type Candidate,
  type CandidateRules,
  type Candidates,
  type OfferedFile,
} from './candidates.ts'
import { kinOf } from './kin.ts'

/** A release whose dependencies are not known. */
export interface UnknownNeeds {
  readonly project: string
  readonly version: string
  /** The release whose needs are taken in their place, or `any release`; undefined: none are. */
  readonly as: string | undefined
}

/** The page of a project, and the index that gave it. */
export interface FoundPage {
  readonly page: ProjectPage
  readonly index: PackageIndex
}

/** Where the projects of a resolution come from and which of their versions count. */
export interface Sources {
  /** The indexes that are asked for the project, merged as pip merges them. */
  indexesFor(project: string): readonly PackageIndex[]
  /** Pages of what the indexes may have besides, where they could not be asked. */
  unlisted?(project: string, found: readonly FoundPage[]): Promise<readonly FoundPage[]>
  rulesFor(project: string): CandidateRules
  /** Which suitable version is tried first: the oldest, or the first of these that is suitable; else the newest. */
  preference?(project: string): 'oldest' | readonly Version[]
  /** Whether a line names a pre-release of the project, so that its pre-releases count like any other version. */
  wantsPrereleases(project: string): boolean
  /** Completes the core metadata of a file with what is known to be missing from it. */
  amend(project: string, version: Version, metadata: CoreMetadata | undefined): CoreMetadata | undefined
  /** What every release of a project is known to need; undefined: not known. */
  knownNeeds?(project: string): CoreMetadata | undefined
  /** What the version excludes of projects that are installed anyway: traps that no metadata states. */
  traps?(project: string, version: Version): readonly Requirement[]
  /** Whether no index is to be asked: a version is skipped where nothing at hand says what it needs. */
  readonly offline?: boolean
  /** Ends the search. */
  readonly signal?: AbortSignal | undefined
  /** A project that a line takes from a URL, a repository or a folder: its one version, where the name tells it. */
  direct(project: string): { readonly version: Version | undefined } | undefined
}

/** Why a version is unusable of which only the name is known, when no index can be asked. */
export const NOT_AT_HAND = 'needs what neither the cache nor the snapshot tells'

/** A package of the solver: a project, or a project with one extra (`name[extra]`), which brings the extra's needs. */
export interface PackageKey {
  readonly project: string
  readonly extra?: string
}

/** What is looked at to choose between versions. */
type Choosable = Pick<Candidate, 'version' | 'isPrerelease'>

export function packageKey(project: string, extra?: string): string {
  return extra ? `${project}[${extra}]` : project
}

export function parseKey(key: string): PackageKey {
  const bracket = key.indexOf('[')
  return bracket < 0 ? { project: key } : { project: key.slice(0, bracket), extra: key.slice(bracket + 1, -1) }
}

/** The packages of the solver that a requirement asks for: the project, and each extra of it. */
export function keysOf({ key, extras }: Pick<Requirement, 'key' | 'extras'>): string[] {
  return [packageKey(key), ...extras.map(extra => packageKey(key, canonicalizeName(extra)))]
}

/** The view that one target has of package indexes, for the solver. Fetches each page and each core metadata once, on first use. */
export class ProjectProvider implements Provider {
  readonly #sources: Sources
  readonly #target: Target
  readonly #cache: ResolveCache
  readonly #projects = new Map<string, Promise<Candidates>>()
  readonly #loaded = new Map<string, Candidates>()
  /** Failures are kept too: they are not retried within a resolution. */
  readonly #metadata = new Map<string, Promise<CoreMetadata | undefined>>()
  readonly #unknown = new Map<string, UnknownNeeds>()
  readonly #foreseen = new Set<string>()
  readonly #expected = new WeakSet<VersionSet>()
  readonly #skipped = new Set<string>()
  readonly #origins = new Map<string, readonly Origin[]>()

  /** @param cache what other resolutions of the run have worked out */
  constructor(sources: Sources, target: Target, cache = new ResolveCache()) {
    this.#sources = sources
    this.#target = target
    this.#cache = cache
  }

  /** The versions of a project that can be chosen, oldest first. A project that no index has gives none. */
  async project(project: string): Promise<Candidates> {
    let pending = this.#projects.get(project)
    if (!pending) {
      pending = this.#load(project)
      this.#projects.set(project, pending)
    }
    return pending
  }

  /** What has been loaded so far, for words about it. */
  known(project: string): Candidates | undefined {
    // The one version of a project from a URL is none of its candidates, even where they were looked up.
    return this.#sources.direct(project) ? undefined : this.#loaded.get(project)
  }

  /**
   * Whether a version that no loaded page lists is known not to exist. A snapshot lists only some versions, and a cached page
   * only those up to its date.
   *
   * @param version undefined: any version
   */
  knowsAll(project: string, version?: Version): boolean {
    const origins = this.#origins.get(project) ?? []
    if (origins.includes('snapshot')) return false
    if (!version || !origins.includes('cache')) return true
    const { candidates = [], rejections = [] } = this.#loaded.get(project) ?? {}
    return [...candidates, ...rejections].some(listed => compareVersions(listed.version, version) > 0)
  }

  /** Releases whose dependencies cannot be known without running code. */
  get withoutMetadata(): readonly UnknownNeeds[] {
    return [...this.#unknown.values()]
  }

  /** Versions that are unusable because no index can be asked what they need: `name==version`, in the order of the search. */
  get skipped(): readonly string[] {
    return [...this.#skipped]
  }

  /** What all builds of one release have in common. */
  releaseOf(project: string, version: Version): string {
    return this.#sources.rulesFor(project).releaseOf?.(version) ?? version.text
  }

  /** Whether a line takes the project from a URL, a repository or a folder. */
  isDirect(project: string): boolean {
    return this.#sources.direct(project) !== undefined
  }

  projectOf(key: string): string {
    return parseKey(key).project
  }

  async count(key: string): Promise<number> {
    const { project } = parseKey(key)
    if (this.#sources.direct(project)) return 1
    return (await this.project(project)).candidates.length
  }

  prefer(key: string, allowed: VersionSet): number {
    const { project } = parseKey(key)
    return this.preferAmong(project, this.#loaded.get(project)?.candidates ?? [], allowed)
  }

  /** The one to try first of these candidates, or releases, of a project. */
  preferAmong(project: string, candidates: readonly Choosable[], allowed: VersionSet): number {
    const isFinal = (position: number) => !candidates[position]?.isPrerelease
    const isAny = () => true
    const preference = this.#sources.preference?.(project)
    if (preference === 'oldest') return allowed.first(isFinal) ?? allowed.first(isAny)!
    return (
      this.#asPreferred(project, preference ?? [], candidates, allowed) ?? allowed.last(isFinal) ?? allowed.last(isAny)!
    )
  }

  /** The candidate of a project to try first among those that all of some requirements for it admit; undefined: none. */
  async firstAdmitted(project: string, requirements: readonly Requirement[]): Promise<number | undefined> {
    const { candidates } = await this.project(project)
    const asked = await Promise.all(requirements.map(requirement => this.dependenciesOf(requirement)))
    const allowed = VersionSet.where(candidates.length, at => asked.every(([first]) => first!.admits(at)))
    return allowed.isEmpty ? undefined : this.prefer(project, allowed)
  }

  expect(key: string, allowed: VersionSet): void {
    // The solver asks again after every step, mostly for the same set.
    if (this.#expected.has(allowed)) return
    const { project, extra } = parseKey(key)
    const candidates = this.#loaded.get(project)?.candidates
    if (!candidates) return
    this.#expected.add(allowed)
    const build = candidates[allowed.isEmpty ? -1 : this.prefer(key, allowed)]?.build
    if (!build) return
    this.#metadataOf(build).then(
      metadata => metadata && this.#foresee(metadata, extra),
      // A failure is reported when the answer is needed; until then it must not end the process.
      () => undefined,
    )
  }

  /** @throws the reason of the signal once it is aborted: work on data in memory would not notice otherwise */
  async pause(): Promise<void> {
    await setImmediate()
    this.#sources.signal?.throwIfAborted()
  }

  /** Tells the indexes what the release that will probably be chosen is going to need, so that they can fetch it early. */
  #foresee(metadata: CoreMetadata, extra: string | undefined): void {
    for (const { key } of this.#cache.needsOn(this.#target, metadata, extra)) {
      if (this.#foreseen.has(key) || this.#projects.has(key) || this.#sources.direct(key)) continue
      this.#foreseen.add(key)
      for (const index of this.#sources.indexesFor(key)) index.expect?.(key)
    }
  }

  async dependencies(key: string, position: number): Promise<readonly Dependency[] | { readonly unusable: string }> {
    const { project, extra } = parseKey(key)
    if (this.#sources.direct(project)) return []
    const needs = await this.needs(key, position)
    if ('unusable' in needs) return needs
    const { version } = (await this.project(project)).candidates[position]!
    const needed = await Promise.all(needs.map(requirement => this.dependenciesOf(requirement)))
    if (extra) return [this.#sameVersion(project, position, version), ...needed.flat()]
    const traps = await Promise.all((this.#sources.traps?.(project, version) ?? []).map(trap => this.#barring(trap)))
    return [...needed.flat(), ...traps]
  }

  /** What a release needs on the target; with an extra, what the extra adds to that. */
  async needs(key: string, position: number): Promise<readonly Requirement[] | { readonly unusable: string }> {
    const { project, extra } = parseKey(key)
    const { build, version } = (await this.project(project)).candidates[position]!
    const described = await this.#described(build)
    if (described === NOT_AT_HAND) {
      this.#skipped.add(`${project}==${version.text}`)
      return { unusable: NOT_AT_HAND }
    }
    const amended = this.#sources.amend(project, version, described)
    const metadata = amended ?? (await this.#guessed(project, position))
    if (!metadata) return []
    return admitsPython(metadata.requiresPython, this.#target)
      ? this.#cache.needsOn(this.#target, metadata, extra)
      : { unusable: `needs Python ${metadata.requiresPython}` }
  }

  /** What a release without metadata probably needs: what the nearest release needs, else what every release needs. Notes the guess. */
  async #guessed(project: string, position: number): Promise<CoreMetadata | undefined> {
    const { candidates } = await this.project(project)
    const { version } = candidates[position]!
    const kin = await kinOf(candidates, position, async ({ build, version }) => {
      const described = await this.#described(build).catch(withoutAnswer)
      return described === NOT_AT_HAND ? undefined : this.#sources.amend(project, version, described)
    })
    const metadata = kin?.metadata ?? this.#sources.knownNeeds?.(project)
    const guess = kin ? kin.release.version.text : metadata && ('any release' as const)
    this.#unknown.set(`${project}==${version.text}`, { project, version: version.text, as: guess })
    return metadata && withoutPython(metadata)
  }

  /** The dependencies of the solver that one requirement amounts to: the project, and each extra of it. */
  async dependenciesOf(requirement: Requirement, where?: string): Promise<Dependency[]> {
    const admits = await this.#admitted(requirement)
    const text = requirementText(requirement)
    return keysOf(requirement).map(key => ({ key, admits, requirement: text, ...(where ? { where } : {}) }))
  }

  /** What a `-c` line bars. */
  constraintOf(requirement: Requirement, where: string): Constraint {
    return {
      key: packageKey(requirement.key),
      admits: () => this.#admitted(requirement),
      requirement: requirementText(requirement),
      where,
    }
  }

  async #load(project: string): Promise<Candidates> {
    const indexes = this.#sources.indexesFor(project)
    const pages = await Promise.all(indexes.map(async index => ({ index, page: await index.project(project) })))
    const found = pages.flatMap(({ index, page }) => (page ? [{ index, page }] : []))
    this.#origins.set(
      project,
      found.map(({ page }) => page.origin),
    )
    const unlisted = (await this.#sources.unlisted?.(project, found)) ?? []
    const candidates = this.#cache.candidatesOf([...found, ...unlisted], this.#sources.rulesFor(project))
    this.#loaded.set(project, candidates)
    return candidates
  }

  #asPreferred(
    project: string,
    wanted: readonly Version[],
    candidates: readonly Choosable[],
    allowed: VersionSet,
  ): number | undefined {
    for (const version of wanted) {
      const release = this.releaseOf(project, version)
      const found = allowed.first(position => this.releaseOf(project, candidates[position]!.version) === release)
      if (found !== undefined) return found
    }
    return undefined
  }

  #sameVersion(project: string, position: number, { text }: Version): Dependency {
    return { key: packageKey(project), admits: other => other === position, requirement: `${project}==${text}` }
  }

  async #barring(requirement: Requirement): Promise<Dependency> {
    const admits = await this.#admitted(requirement)
    return { key: packageKey(requirement.key), admits, when: 'present', requirement: requirementText(requirement) }
  }

  async #admitted({ key, specifier }: Requirement): Promise<(position: number) => boolean> {
    const direct = this.#sources.direct(key)
    if (direct) return () => !direct.version || satisfies(specifier, direct.version)
    const known = await this.project(key)
    const { candidates } = known
    const matches = this.#cache.matching(known, specifier)
    const takesPrereleases =
      this.#sources.wantsPrereleases(key) ||
      admitsPrereleases(specifier) ||
      // pip and packaging fall back to pre-releases if nothing else matches. The newest release is rarely one.
      candidates.findLastIndex(({ isPrerelease }, i) => matches[i] && !isPrerelease) < 0
    return position => matches[position]! && (takesPrereleases || !candidates[position]!.isPrerelease)
  }

  /**
   * The core metadata of a build; NOT_AT_HAND if it is not cached and no index can be asked. If an index that has just given
   * its page fails now, that is an error: going on without it would take an older version for the newest.
   */
  async #described(build: Build): Promise<CoreMetadata | undefined | typeof NOT_AT_HAND> {
    try {
      return await this.#metadataOf(build)
    } catch (error) {
      if (isUnreachable(error) && (this.#sources.offline === true || build.origin !== 'live')) return NOT_AT_HAND
      throw error
    }
  }

  #metadataOf({ file, index }: OfferedFile): Promise<CoreMetadata | undefined> {
    const known = this.#metadata.get(file.url)
    if (known) return known
    const pending = this.#cache.metadata(index, file)
    this.#metadata.set(file.url, pending)
    return pending
  }
}

/** The Requires-Python of another release does not apply to this one. */
function withoutPython({ requiresPython: _, ...metadata }: CoreMetadata): CoreMetadata {
  return metadata
}

/** `name[extra]>=1 ; marker`, in one line. */
function requirementText({ name, extras, specifier, url }: Requirement): string {
  return `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${url ? ` @ ${url}` : specifier.text}`
}
