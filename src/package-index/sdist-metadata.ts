import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** As much of an archive is read, packed and unpacked, before PKG-INFO is given up. */
const packedLimit = 16 * 2 ** 20
const unpackedLimit = 256 * 2 ** 20
const largestMetadata = 4 * 2 ** 20
const BLOCK = 512

/**
 * Reads PKG-INFO of a source distribution, a `.tar.gz`, while it comes, and no further than that (PEP 625: it is in the one
 * folder at the top).
 *
 * @returns undefined where it is not there, or not within the first 16 MiB
 */
export async function readPkgInfo(chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const source = Readable.from(limited(chunks), { objectMode: false })
  const unpacked = createGunzip()
  source.on('error', error => unpacked.destroy(error))
  source.pipe(unpacked)
  try {
    return await findPkgInfo(unpacked)
  } catch (error) {
    // Damaged, cut off by the limit, or a local file that is gone: it tells nothing. What the network said is for the caller.
    if (/^(Z_|ENOENT$|EACCES$|EISDIR$)/.test(String((error as NodeJS.ErrnoException).code))) return undefined
    throw error
  } finally {
    source.destroy()
    unpacked.destroy()
  }
}

async function findPkgInfo(unpacked: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  let pending = Buffer.alloc(0)
  let skip = 0
  let total = 0
  for await (const chunk of unpacked) {
    total += chunk.length
    if (total > unpackedLimit) return undefined
    if (skip >= chunk.length) {
      skip -= chunk.length
      continue
    }
    pending = Buffer.concat([pending, chunk.subarray(skip)])
    skip = 0
    while (pending.length >= BLOCK) {
      const header = readHeader(pending)
      if (!header) return undefined
      const padded = Math.ceil(header.size / BLOCK) * BLOCK
      if (isPkgInfo(header)) {
        if (header.size > largestMetadata) return undefined
        if (pending.length < BLOCK + header.size) break
        return pending.toString('utf8', BLOCK, BLOCK + header.size)
      }
      const next = BLOCK + padded
      skip = Math.max(0, next - pending.length)
      pending = pending.subarray(next)
    }
  }
  return undefined
}

/** @returns undefined at the end of the archive, or where this is no header (POSIX ustar) */
function readHeader(
  block: Buffer,
): { readonly name: string; readonly size: number; readonly type: string } | undefined {
  const text = (start: number, end: number) => block.toString('utf8', start, end).replace(/\0.*$/s, '')
  const sizeText = text(124, 136).trim()
  if (!/^[0-7]+$/.test(sizeText)) return undefined
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? text(345, 500) : ''
  const name = text(0, 100)
  return { name: prefix ? `${prefix}/${name}` : name, size: Number.parseInt(sizeText, 8), type: text(156, 157) }
}

function isPkgInfo({ name, type }: { readonly name: string; readonly type: string }): boolean {
  return (type === '0' || type === '') && /^(\.\/)?[^/]+\/PKG-INFO$/.test(name)
}

async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > packedLimit) return
    yield chunk
  }
}
