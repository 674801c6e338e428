import { setImmediate } from 'node:timers/promises'
import { isUnreachable, withoutAnswer } from '../../contract/errors.ts'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import { satisfies } from '../../packaging/specifier.ts'
import type { Target } from '../../packaging/target.ts'
import { compareVersions, type Version } from '../../packaging/version.ts'
import type { Constraint, Dependency, Provider } from '../pubgrub/solver.ts'
import { VersionSet } from '../pubgrub/version-set.ts'
import { AtHand, type Choosable, type Loaded } from './at-hand.ts'
import { ResolveCache } from './cache.ts'
import type { Build, Candidates, Needs, OfferedFile } from './candidates.ts'
import { kinOf } from './kin.ts'
import { keysOf, packageKey, parseKey } from './package-key.ts'
import type { Sources } from './sources.ts'

/** A release whose dependencies are not known. */
export interface UnknownNeeds {
  readonly project: string
  readonly version: string
  /** The release whose needs are taken in their place, or `any release`; undefined: none are. */
  readonly as: string | undefined
}

/** Why a version is unusable of which only the name is known, when no index can be asked. */
export const NOT_AT_HAND = 'needs what neither the cache nor the snapshot tells'

/** The view that one target has of package indexes, for the solver. Fetches each page and each core metadata once, on first use. */
export class ProjectProvider implements Provider {
  readonly #sources: Sources
  readonly #target: Target
  readonly #cache: ResolveCache
  readonly #projects = new Map<string, Promise<Candidates>>()
  readonly #loaded = new Map<string, Loaded>()
  /** Failures are kept too: they are not retried within a resolution. */
  readonly #metadata = new Map<string, Promise<CoreMetadata | undefined>>()
  readonly #unknown = new Map<string, UnknownNeeds>()
  readonly #foreseen = new Set<string>()
  readonly #expected = new WeakSet<VersionSet>()
  readonly #skipped = new Set<string>()

  /** What it goes by, and what the run has read: good for all that can be told without asking. */
  readonly atHand: AtHand

  /** @param cache what other resolutions of the run have worked out */
  constructor(sources: Sources, target: Target, cache = new ResolveCache()) {
    this.#sources = sources
    this.#target = target
    this.#cache = cache
    this.atHand = new AtHand(sources, target, cache)
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
    return this.#sources.direct(project) ? undefined : this.#loaded.get(project)?.candidates
  }

  /** Takes over what has been looked at without asking. */
  adopt(loaded: ReadonlyMap<string, Loaded>): void {
    for (const [project, found] of loaded) {
      if (this.#loaded.has(project)) continue
      this.#projects.set(project, Promise.resolve(found.candidates))
      this.#loaded.set(project, found)
    }
  }

  /**
   * Whether a version that no loaded page lists is known not to exist. A snapshot lists only some versions, and a cached page
   * only those up to its date.
   *
   * @param version undefined: any version
   */
  knowsAll(project: string, version?: Version): boolean {
    const { candidates: of, origins = [] } = this.#loaded.get(project) ?? {}
    if (origins.includes('snapshot')) return false
    if (!version || !origins.includes('cache')) return true
    const { candidates = [], rejections = [] } = of ?? {}
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
    return this.atHand.releaseOf(project, version)
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
    return this.preferAmong(project, this.#loaded.get(project)?.candidates.candidates ?? [], allowed)
  }

  /** The one to try first of these candidates, or releases, of a project. */
  preferAmong(project: string, candidates: readonly Choosable[], allowed: VersionSet): number {
    return this.atHand.preferAmong(project, candidates, allowed)
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
    const loaded = this.#loaded.get(project)
    if (!loaded) return
    this.#expected.add(allowed)
    const build = loaded.candidates.candidates[allowed.isEmpty ? -1 : this.prefer(key, allowed)]?.build
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
  async needs(key: string, position: number): Promise<Needs> {
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
    return this.atHand.needsIn(metadata, extra)
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
    const unlisted = (await this.#sources.unlisted?.(project, found)?.()) ?? []
    const loaded = this.atHand.loaded(project, found, [...found, ...unlisted])
    this.#loaded.set(project, loaded)
    return loaded.candidates
  }

  #sameVersion(project: string, position: number, { text }: Version): Dependency {
    return { key: packageKey(project), admits: other => other === position, requirement: `${project}==${text}` }
  }

  async #barring(requirement: Requirement): Promise<Dependency> {
    const admits = await this.#admitted(requirement)
    return { key: packageKey(requirement.key), admits, when: 'present', requirement: requirementText(requirement) }
  }

  async #admitted(requirement: Requirement): Promise<(position: number) => boolean> {
    const { key, specifier } = requirement
    const direct = this.#sources.direct(key)
    if (direct) return () => !direct.version || satisfies(specifier, direct.version)
    const allowed = this.atHand.admitted(requirement, await this.project(key))
    return position => allowed.has(position)
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
