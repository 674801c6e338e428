import { ByteReader, iterated } from '../archive/byte-reader.ts'
import { Damage } from '../archive/damage.ts'
import { tarEntries } from '../archive/tar.ts'
import { unpacked } from '../archive/unpack.ts'

/** As much of an archive is read, packed and unpacked, before PKG-INFO is given up. */
const packedLimit = 16 * 2 ** 20
const unpackedLimit = 256 * 2 ** 20
const largestMetadata = 4 * 2 ** 20

/**
 * Reads PKG-INFO of a source distribution, a `.tar.gz`, while it comes, and no further than that (PEP 625: it is in the one
 * folder at the top).
 *
 * @returns undefined where it is not there, or not within the first 16 MiB
 */
export async function readPkgInfo(chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const archive = new ByteReader(iterated(limited(chunks, packedLimit)))
  const contents = await unpacked(archive, 'gzip')
  try {
    return await findPkgInfo(contents)
  } catch (error) {
    // Damaged, or cut off by the limit: it tells nothing. What the network said is for the caller.
    if (error instanceof Damage || /^(ENOENT|EACCES|EISDIR)$/.test(String((error as NodeJS.ErrnoException).code)))
      return undefined
    throw error
  } finally {
    contents.close()
    archive.close()
  }
}

async function findPkgInfo(unpacked: ByteReader): Promise<string | undefined> {
  let total = 0
  for await (const { path, type, size, body } of tarEntries(unpacked)) {
    total += size
    if (total > unpackedLimit) return undefined
    if (type !== 'file' || !/^(\.\/)?[^/]+\/PKG-INFO$/.test(path)) continue
    if (size > largestMetadata) return undefined
    return (await new ByteReader(body).read(size)).toString('utf8')
  }
  return undefined
}

async function* limited(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limit) return
    yield chunk
  }
}
