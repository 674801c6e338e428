import type { CoreMetadata } from '../packaging/metadata.ts'

/** A file that an index offers for a project. */
export interface IndexFile {
  /** Percent-decoded. */
  readonly filename: string
  /** Absolute, without the fragment. */
  readonly url: string
  /** Algorithm → hexadecimal digest, in lower case. */
  readonly hashes: Readonly<Record<string, string>>
  /** Bytes to download. */
  readonly size?: number
  /** Bytes on disk, where the index tells. */
  readonly installedSize?: number
  readonly requiresPython?: string
  readonly yanked: boolean
  /** ISO 8601. */
  readonly uploadTime?: string
  /** The index says that `<url>.metadata` exists (PEP 658, PEP 714). */
  readonly metadataOffered: boolean
}

/** How fresh an answer is: asked just now, from an earlier run, or from what ships in the package. */
export type Origin = 'live' | 'cache' | 'snapshot'

/** All files of a project on one index. */
export interface ProjectPage {
  /** Canonical name. */
  readonly project: string
  readonly files: readonly IndexFile[]
  readonly origin: Origin
}

/** Bytes of one file; undefined where nothing tells. */
export interface FileSizes {
  readonly download?: number
  readonly installed?: number
  /** False where a number is an estimate. */
  readonly exact: boolean
}

/** A package index: PyTorch's, the public one, a folder, a snapshot. */
export interface PackageIndex {
  readonly url: string
  /** The files of a project; undefined: the index has no such project. @throws TorchpinError */
  project(name: string): Promise<ProjectPage | undefined>
  /** The core metadata of a file; undefined where it cannot be known without running code. @throws TorchpinError */
  metadata(file: IndexFile): Promise<CoreMetadata | undefined>
  sizes(file: IndexFile): Promise<FileSizes>
}
