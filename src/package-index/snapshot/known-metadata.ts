import type { PackageIndex } from '../project-page.ts'
import { sameBytes, sameFile } from './same-file.ts'

/**
 * An index that is not asked for what the snapshot has read in the same wheel, or in another one of its release: the bytes behind
 * a digest never change, and an installer takes no others. Everything else is the index's own.
 */
export function withKnownMetadata(live: PackageIndex, snapshot: PackageIndex): PackageIndex {
  return {
    ...live,
    async metadata(file) {
      const known = file.hashes['sha256'] === undefined ? undefined : await sameFile(file, snapshot)
      const metadata = known && sameBytes(known, file) ? await snapshot.metadata(known) : undefined
      return metadata ?? live.metadata(file)
    },
  }
}
