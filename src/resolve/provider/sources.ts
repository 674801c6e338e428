import type { PackageIndex, ProjectPage } from '../../package-index/project-page.ts'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import type { Version } from '../../packaging/version.ts'
import type { CandidateRules } from './candidates.ts'

/** The page of a project, and the index that gave it. */
export interface FoundPage {
  readonly page: ProjectPage
  readonly index: PackageIndex
}

/** Where the projects of a resolution come from and which of their versions count. */
export interface Sources {
  /** The indexes that are asked for the project, merged as pip merges them. */
  indexesFor(project: string): readonly PackageIndex[]
  /** Looks for pages of what the indexes may have besides, where they could not be asked. Undefined: they list it all. */
  unlisted?(project: string, found: readonly FoundPage[]): (() => Promise<readonly FoundPage[]>) | undefined
  rulesFor(project: string): CandidateRules
  /** Which suitable version is tried first: the oldest, or the first of these that is suitable; else the newest. */
  preference?(project: string): 'oldest' | readonly Version[]
  /** Whether a line names a pre-release of the project, so that its pre-releases count like any other version. */
  wantsPrereleases(project: string): boolean
  /** Completes the core metadata of a file with what is known to be missing from it, whatever the lines say. */
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
