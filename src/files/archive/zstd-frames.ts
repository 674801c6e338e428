import { type ByteReader, Damage } from './byte-reader.ts'

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
    if ((await reader.skip(length)) < length) throw cutOff()
  }
}

/** Bytes of a frame, still packed. */
export interface FramePiece {
  readonly bytes: Buffer
  /** Places in `bytes` where a block ends, and its own end: whatever the pieces, a decompressor that stops there gives the same. */
  readonly stops: readonly number[]
}

/**
 * The bytes of one frame, and no byte more. Only the blocks of a frame show where it ends: decompressors stop at the first, or take
 * a stream that is cut off for a whole one. What the reader lends, a piece lends too.
 *
 * @throws Damage behind the last good block, where the frame is cut off or does not follow the format
 */
export async function* framePieces(reader: ByteReader): AsyncGenerator<FramePiece> {
  const descriptor = (await reader.peek(5))[4] ?? 0
  const single = (descriptor & 0x20) !== 0
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  const start = 5 + (single ? 0 : 1) + dictionary + contentSize
  const header = await reader.read(start)
  if (header.length < start) throw cutOff()
  yield { bytes: header, stops: [start] }
  const blocks = new Blocks(descriptor & 4 ? 4 : 0)
  while (!blocks.ended) {
    const ahead = await reader.ahead()
    if (ahead.length === 0) throw cutOff()
    const stops = blocks.stopsIn(ahead)
    if (stops.length === 0) throw new Damage('has a zstd block that cannot be read')
    yield { bytes: await reader.read(stops.at(-1)!), stops }
  }
}

/** Follows the blocks of a frame through its bytes, in whatever pieces these come. */
class Blocks {
  readonly #checksum: number
  /** Bytes up to the end of the block. */
  #left = 0
  #last = false
  /** What has come of the header of a block, and how many bytes of it. */
  #header = 0
  #known = 0
  #unreadable = false

  constructor(checksum: number) {
    this.#checksum = checksum
  }

  get ended(): boolean {
    return this.#last && this.#left === 0
  }

  /** Where blocks end in the next bytes, and last how many of them can be read: none once a block cannot. */
  stopsIn(bytes: Buffer): number[] {
    const stops: number[] = []
    let at = 0
    while (at < bytes.length && !this.ended && !this.#unreadable) {
      if (this.#left === 0) this.#take(bytes[at++]!)
      const here = Math.min(this.#left, bytes.length - at)
      at += here
      this.#left -= here
      if (here > 0 && this.#left === 0) stops.push(at)
    }
    // The header of a block that cannot be read is left out.
    if (this.#unreadable) at = Math.max(0, at - BLOCK_HEADER)
    if (at > (stops.at(-1) ?? 0)) stops.push(at)
    return stops
  }

  #take(byte: number): void {
    this.#header |= byte << (8 * this.#known++)
    if (this.#known < BLOCK_HEADER) return
    const type = (this.#header >> 1) & 3
    const length = this.#header >> 3
    if (type === 3 || length > LONGEST_BLOCK) {
      this.#unreadable = true
      return
    }
    this.#last = (this.#header & 1) === 1
    // A run of one byte is stored as that byte.
    this.#left = (type === 1 ? 1 : length) + (this.#last ? this.#checksum : 0)
    this.#header = this.#known = 0
  }
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

function cutOff(): Damage {
  return new Damage('is cut off in the middle of a zstd frame')
}
