import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ByteReader, iterated, pieces } from './byte-reader.ts'
import { decompressed, OUTPUT } from './stream.ts'
import { startsZstd } from './zstd-frames.ts'

export type Packing = 'gzip' | 'zstd' | 'none'

/** How bytes are packed, judged by how they begin: names and media types lie. */
export async function packingOf(reader: ByteReader): Promise<Packing> {
  const start = await reader.peek(4)
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return 'gzip'
  return startsZstd(start) ? 'zstd' : 'none'
}

/**
 * The bytes of a reader, unpacked: every member of a gzip stream, every frame of a zstd stream.
 * Reading it throws Damage where it is damaged or cut off.
 */
export async function unpacked(reader: ByteReader, packing: Packing): Promise<ByteReader> {
  if (packing === 'none') return reader
  if (packing === 'gzip')
    return new ByteReader(iterated(decompressed(Readable.from(pieces(reader)), createGunzip({ chunkSize: OUTPUT }))))
  // The replacement for zstd on old versions of Node is not small.
  const { unpackZstd } = await import('./zstd.ts')
  return new ByteReader(unpackZstd(reader))
}
