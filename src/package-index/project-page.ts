import type { PythonSource } from '../packaging/bytecode.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'
import type { Requirement } from '../packaging/requirement.ts'
import type { Version } from '../packaging/version.ts'
import type { WheelTags } from '../packaging/wheel.ts'

/** One file of a project, as its index describes it. */
export interface IndexFile {
  /** Percent signs decoded. */
  readonly filename: string
  /** Absolute, without fragment; a `+` in the path is written `%2B`, which some hosts insist on. */
  readonly url: string
  /** Digests by algorithm, in lower-case hexadecimal. */
  readonly hashes: Readonly<Record<string, string>>
  /** Bytes to download. */
  readonly size?: number
  readonly requiresPython?: string
  readonly yanked: boolean
  /** Listed nowhere: a line pins it, and its index could not be asked. */
  readonly unverified?: true
  /** As the index writes it: ISO 8601, UTC. */
  readonly uploadTime?: string
  /** Whether the index says that `<url>.metadata` is there (PEP 658). Silence proves nothing. */
  readonly metadataOffered: boolean
  /** Digest of what `<url>.metadata` gives: never that of the file itself. */
  readonly metadataSha256?: string
  /** Bytes after unpacking. Snapshots have them, indexes do not. */
  readonly installedSize?: number
}

/**
 * Where an answer came from. `live`: the server gave it just now, or said earlier that it still holds. `cache`: an older answer,
 * used because the server could not be reached. `snapshot`: shipped with this package.
 */
export type Origin = 'live' | 'cache' | 'snapshot'

/**
 * One version on a page, and its files in the order of the page, by number from 0. What decides between them is asked for
 * piece by piece, so that of the thousands that are looked at only the one that is taken becomes an object.
 */
export interface Release {
  /** The version in its normal form. */
  readonly text: string
  readonly version: Version
  /** How many files it has. */
  readonly length: number
  /** Undefined: a source distribution. Equal tags are one object. */
  wheel(i: number): WheelTags | undefined
  requiresPython(i: number): string | undefined
  yanked(i: number): boolean
  /** All that is known of it. */
  file(i: number): IndexFile
}

/** What decides about a file before anything else: what its name and its Requires-Python say. */
export interface FileJudge {
  /** @param wheel undefined: a source distribution */
  takes(wheel: WheelTags | undefined): boolean
  /** The same of a wheel's tags that are not read yet. */
  takesTags(text: string): boolean
  admitsPython(requiresPython: string | undefined): boolean
}

/** Of a release: no file passes a judge, only yanked ones do, or others too. */
export const nonePasses = 0
export const yankedPasses = 1
export const passes = 2

/**
 * The releases of a page, oldest first, by number from 0. There are thousands on a page, of which a run looks closely at few:
 * what is asked of all is answered at once, and a release becomes an object when it is looked at.
 */
export interface ReleaseList {
  readonly length: number
  /** The version in its normal form. */
  text(n: number): string
  /** The same number gives the same object. */
  at(n: number): Release
  /** The releases of which a file is yanked. */
  withYanked(): readonly number[]
  /** What a judge says of each release: one of the three numbers above. */
  judged(judge: FileJudge): Uint8Array
}

/** The files of one project on one index. */
export interface ProjectPage {
  /** The canonical name. */
  readonly project: string
  readonly files: readonly IndexFile[]
  readonly origin: Origin
  /** Where the page keeps them; else `releaseListOf` works them out each time. */
  releases?(): ReleaseList
}

/** What a file costs, in bytes. Unknown sizes are absent. */
export interface FileSizes {
  readonly download?: number
  readonly installed?: number
  /** Its `.py` files, which pip compiles. */
  readonly source?: PythonSource
  /** False where the numbers are estimates. */
  readonly exact: boolean
  /** The file whose bytes these are, where those of the file itself are not known. */
  readonly estimatedFrom?: string
}

/** An answer of an index: a page, or that there is none. */
export interface Answered {
  readonly page: ProjectPage | undefined
}

/** An index of packages, live or not. */
export interface PackageIndex {
  /** Where it is, without credentials. */
  readonly url: string
  /** @returns undefined where the index has no such project */
  project(name: string): Promise<ProjectPage | undefined>
  /** What `project` would answer, where it has answered that already; undefined: not known. Absent: it never is. @param name canonical */
  known?(name: string): Answered | undefined
  /** Says that `project` will probably be called, so that an index may fetch the page ahead. Errors go to the caller of `project`. */
  expect?(name: string): void
  /**
   * What is probably taken for a requirement, as far as that is known without asking anybody: good for fetching ahead, and for no answer.
   * Absent: nothing is known of what the index has.
   */
  likely?(asked: Pick<Requirement, 'key' | 'specifier'>): CoreMetadata | undefined
  /** @returns undefined where the metadata cannot be known without running code of the package */
  metadata(file: IndexFile): Promise<CoreMetadata | undefined>
  sizes(file: IndexFile): Promise<FileSizes>
}
