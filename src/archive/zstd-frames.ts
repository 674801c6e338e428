import type { ByteReader } from './byte-reader.ts'
import { Damage } from './damage.ts'

/** Longest block, packed or not (RFC 8878, 3.1.1.2.4). */
const LONGEST_BLOCK = 2 ** 17
const BLOCK_HEADER = 3

/**
 * Moves on to the next frame of a zstd stream (RFC 8878), past the skippable ones.
 *
 * @returns whether there is one
 * @throws Damage where something else follows
 */
export async function toNextFrame(reader: ByteReader): Promise<boolean> {
  for (;;) {
    const start = await reader.peek(8)
    if (start.length === 0) return false
    if (isZstd(start)) return true
    if (start.length < 8 || !isSkippable(start)) throw new Damage('holds something that is no zstd frame')
    const length = 8 + start.readUInt32LE(4)
    if ((await reader.skip(length)) < length) throw new Damage('is cut off in the middle of a zstd frame')
  }
}

/**
 * The bytes of one frame, still packed, and no byte more. Where a frame ends only its own blocks tell: decompressors stop at the
 * first, or take a stream that is cut off for a whole one. Each piece but the last ends with the header of the next block: fzstd
 * never lets go of a piece that ends with a block.
 *
 * @throws Damage where it is cut off or does not follow the format
 */
export async function* frameBytes(reader: ByteReader): AsyncGenerator<Buffer> {
  const descriptor = (await reader.peek(5))[4] ?? 0
  const single = (descriptor & 0x20) !== 0
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  const checksum = descriptor & 4 ? 4 : 0
  let piece = await whole(reader, 5 + (single ? 0 : 1) + dictionary + contentSize + BLOCK_HEADER)
  for (;;) {
    yield piece
    const bits = piece.readUIntLE(piece.length - BLOCK_HEADER, BLOCK_HEADER)
    const last = (bits & 1) === 1
    const type = (bits >> 1) & 3
    const length = bits >> 3
    if (type === 3 || length > LONGEST_BLOCK) throw new Damage('has a zstd block that cannot be read')
    // A run of one byte is stored as that byte.
    piece = await whole(reader, (type === 1 ? 1 : length) + (last ? checksum : BLOCK_HEADER))
    if (last) break
  }
  yield piece
}

/** Whether a zstd stream begins so: with a frame, or with one to be skipped. */
export function startsZstd(bytes: Buffer): boolean {
  return bytes.length >= 4 && (isZstd(bytes) || isSkippable(bytes))
}

function isZstd(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528
}

function isSkippable(bytes: Buffer): boolean {
  return bytes.readUInt32LE(0) >>> 4 === 0x184d2a5
}

async function whole(reader: ByteReader, bytes: number): Promise<Buffer> {
  const read = await reader.read(bytes)
  if (read.length < bytes) throw new Damage('is cut off in the middle of a zstd frame')
  return read
}
