import type { IndexFile, PackageIndex } from '../project-page.ts'

/** An index of files whose bytes never change: dated facts. */
export interface KnownFiles extends PackageIndex {
  /** The wheel of this name. A page may be in the cache though none of its files was ever read. */
  wheel(filename: string): IndexFile | undefined
}

/**
 * An index that is not asked for what the snapshot has read in the same wheel, or in another one of its release: the bytes behind
 * a digest never change, and an installer takes no others. Everything else is the index's own.
 */
export function withKnownMetadata(live: PackageIndex, snapshot: KnownFiles): PackageIndex {
  return {
    ...live,
    async metadata(file) {
      const known = file.hashes['sha256'] === undefined ? undefined : snapshot.wheel(file.filename)
      const metadata = known && sameBytes(known, file) ? await snapshot.metadata(known) : undefined
      return metadata ?? live.metadata(file)
    },
  }
}

/** Whether two files have the same bytes, by digest, and the size of the first is known. */
export function sameBytes({ hashes: a, size }: IndexFile, { hashes: b }: IndexFile): boolean {
  return size !== undefined && a['sha256'] !== undefined && a['sha256'] === b['sha256']
}
