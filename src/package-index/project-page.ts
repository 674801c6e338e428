import type { PythonSource } from '../packaging/bytecode.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'

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
  /** Whether the index says that `<url>.metadata` is there (PEP 658). That it does not say so proves nothing. */
  readonly metadataOffered: boolean
  /** Digest of what `<url>.metadata` gives: never that of the file itself. */
  readonly metadataSha256?: string
  /** Bytes after unpacking. No index tells; snapshots do. */
  readonly installedSize?: number
}

/**
 * Where an answer came from. `live`: asked just now, or one that still holds by what its server said of it. `cache`: an older one,
 * for nobody could be asked. `snapshot`: shipped with this package.
 */
export type Origin = 'live' | 'cache' | 'snapshot'

/** The files of one project on one index. */
export interface ProjectPage {
  /** The canonical name. */
  readonly project: string
  readonly files: readonly IndexFile[]
  readonly origin: Origin
}

/** What a file costs, in bytes. What is not known is absent. */
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

/** An index of packages, live or not. */
export interface PackageIndex {
  /** Where it is, without credentials. */
  readonly url: string
  /** @returns undefined where the index has no such project */
  project(name: string): Promise<ProjectPage | undefined>
  /** Told that a project will probably be asked for, an index may fetch its page ahead. What goes wrong is told to who asks. */
  expect?(name: string): void
  /** @returns undefined where the metadata cannot be known without running code of the package */
  metadata(file: IndexFile): Promise<CoreMetadata | undefined>
  sizes(file: IndexFile): Promise<FileSizes>
}
