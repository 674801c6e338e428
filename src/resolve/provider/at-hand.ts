import type { Origin } from '../../package-index/project-page.ts'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import type { Target } from '../../packaging/target.ts'
import type { Version } from '../../packaging/version.ts'
import type { VersionSet } from '../pubgrub/version-set.ts'
import type { ResolveCache } from './cache.ts'
import { admitsPython, type Candidate, type Candidates, type Needs, newestIn } from './candidates.ts'
import type { PackageKey } from './package-key.ts'
import type { FoundPage, Sources } from './sources.ts'

/** A project whose pages have been read. */
export interface Loaded {
  readonly candidates: Candidates
  /** Where its pages came from. */
  readonly origins: readonly Origin[]
}

/** What is looked at to choose between versions. */
export type Choosable = Pick<Candidate, 'version' | 'isPrerelease'>

/** What one target can tell of projects, by the rules of its sources, of what the run has read; nobody is asked. */
export class AtHand {
  readonly #sources: Sources
  readonly #target: Target
  readonly #cache: ResolveCache

  constructor(sources: Sources, target: Target, cache: ResolveCache) {
    this.#sources = sources
    this.#target = target
    this.#cache = cache
  }

  /** Undefined: an index would have to be asked, or a line takes the project from elsewhere. */
  project(project: string): Loaded | undefined {
    if (this.#sources.direct(project)) return undefined
    const found: FoundPage[] = []
    for (const index of this.#sources.indexesFor(project)) {
      const answer = index.known?.(project)
      if (!answer) return undefined
      if (answer.page) found.push({ page: answer.page, index })
    }
    return this.#sources.unlisted?.(project, found) ? undefined : this.loaded(project, found, found)
  }

  /** @param all the pages that were found, and what the indexes may have besides */
  loaded(project: string, found: readonly FoundPage[], all: readonly FoundPage[]): Loaded {
    return {
      candidates: this.#cache.candidatesOf(all, this.#sources.rulesFor(project)),
      origins: found.map(({ page }) => page.origin),
    }
  }

  /** The candidates that a requirement lets in. */
  admitted({ key, specifier }: Requirement, candidates: Candidates): VersionSet {
    return this.#cache.admitted(candidates, specifier, this.#sources.wantsPrereleases(key))
  }

  /** The candidate of a project to try first among those that are left. */
  prefer(project: string, candidates: Candidates, left: VersionSet): number {
    const preference = this.#sources.preference?.(project) ?? []
    return preference.length === 0
      ? this.#cache.newestIn(candidates, left)
      : this.preferAmong(project, candidates.candidates, left)
  }

  /** The one to try first of these candidates, or releases, of a project. */
  preferAmong(project: string, candidates: readonly Choosable[], allowed: VersionSet): number {
    const preference = this.#sources.preference?.(project)
    if (preference === 'oldest') {
      const isFinal = (position: number) => !candidates[position]?.isPrerelease
      return allowed.first(isFinal) ?? allowed.first(() => true)!
    }
    return this.#asPreferred(project, preference ?? [], candidates, allowed) ?? newestIn(candidates, allowed)
  }

  /** What all builds of one release have in common. */
  releaseOf(project: string, version: Version): string {
    return this.#sources.rulesFor(project).releaseOf?.(version) ?? version.text
  }

  /** What a candidate needs on the target; with an extra, what the extra adds to that. Undefined: no metadata of it has been read. */
  needs({ project, extra }: PackageKey, of: Candidates, position: number): Needs | undefined {
    return this.#cache.needsOf(of, extra === undefined ? position : `${position} ${extra}`, () => {
      const { build, version } = of.candidates[position]!
      const described = this.#cache.metadataRead(build)
      const metadata = described && this.#sources.amend(project, version, described)
      return metadata && this.needsIn(metadata, extra)
    })
  }

  /** The same of a release that has this metadata. */
  needsIn(metadata: CoreMetadata, extra: string | undefined): Needs {
    return admitsPython(metadata.requiresPython, this.#target)
      ? this.#cache.needsOn(this.#target, metadata, extra)
      : { unusable: `needs Python ${metadata.requiresPython}` }
  }

  /** Whether more is known against a version than its metadata says. */
  hasTraps(project: string, version: Version): boolean {
    return (this.#sources.traps?.(project, version) ?? []).length > 0
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
}
