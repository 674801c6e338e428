import { crc32 } from 'node:zlib'
import { DamagedRecord } from '../contract/errors.ts'
import type { OpenFile } from '../files/regular-file.ts'
import { type Parts, partsOf } from './parts.ts'

/**
 * The form of a pack: batches, one behind the other, to which more are added at the end.
 *
 *     'TPK2' · length of the directory · length of the contents · checksum of all these and the directory · directory · contents
 *
 * Behind each content come the checksums of its blocks, so that who reads a part of it checks that part alone; the directory has
 * the checksum of these. Whatever bytes a pack has, what is read from it was written, or nothing is: a batch with a damaged head
 * ends the pack, and a tail that is cut off is no record. The checksums are against disks and crashes; nobody but the user can
 * write here.
 */

const MAGIC = 'TPK2'
const HEAD = 20
/** Checked at once, in bytes. */
const BLOCK = 2 ** 13
/** Of a checksum, in bytes. */
const SUM = 4
/** Up to so many bytes a record is read and checked as a whole. */
const SMALL = 2 ** 16
/** More than the largest page that is taken, with what is kept of its headers. In bytes. */
const LARGEST_RECORD = 128 * 2 ** 20
/** Of a batch, in bytes: some 100,000 records. */
const LARGEST_DIRECTORY = 32 * 2 ** 20
/** Head and directory of a batch of one record are within. */
const FIRST_READ = 1024

/** Bytes by their key, and when they were written, in milliseconds. */
export interface PackRecord {
  readonly key: string
  readonly time: number
  /** In one piece or several, one behind the other. */
  readonly content: Uint8Array | readonly Uint8Array[]
}

/** Where a record is. */
export interface Place {
  readonly key: string
  readonly time: number
  readonly offset: number
  readonly length: number
  /** Of the checksums behind its content. */
  readonly checksum: number
  readonly file: OpenFile
}

type Row = readonly [key: string, time: number, length: number, checksum: number]

/** A content and its checksums, in bytes. */
function storedLength(length: number): number {
  return length + SUM * Math.ceil(length / BLOCK)
}

function checksumsOf(pieces: readonly Uint8Array[]): Buffer {
  const sums = Buffer.alloc(storedLength(lengthOf(pieces)) - lengthOf(pieces))
  let at = 0
  for (const piece of pieces)
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + BLOCK - (at % BLOCK))
      const place = Math.floor(at / BLOCK) * SUM
      sums.writeUInt32LE(crc32(part, sums.readUInt32LE(place)), place)
      from += part.length
      at += part.length
    }
  return sums
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

/** Writes records as one batch. @returns its bytes, in pieces */
export function encodeBatch(records: readonly PackRecord[]): Uint8Array[] {
  const stored = records.map(({ key, time, content }) => {
    const pieces = content instanceof Uint8Array ? [content] : content
    return { key, time, pieces, sums: checksumsOf(pieces) }
  })
  const rows = stored.map(({ key, time, pieces, sums }): Row => [key, time, lengthOf(pieces), crc32(sums)])
  const directory = Buffer.from(JSON.stringify(rows))
  const head = Buffer.alloc(HEAD)
  head.write(MAGIC, 'latin1')
  head.writeUInt32LE(directory.length, 4)
  head.writeDoubleLE(
    rows.reduce((sum, [, , length]) => sum + storedLength(length), 0),
    8,
  )
  head.writeUInt32LE(crc32(directory, crc32(head.subarray(0, 16))), 16)
  return [head, directory, ...stored.flatMap(({ pieces, sums }) => [...pieces, sums])]
}

/** The records of a pack, in their order; those that can no longer be found are left out. */
export function* placesIn(file: OpenFile): Generator<Place> {
  for (let start = 0; start + HEAD <= file.size; ) {
    const batch = readDirectory(file, start)
    if (!batch) return
    let offset = batch.contents
    for (const [key, time, length, checksum] of batch.rows) {
      const end = offset + storedLength(length)
      if (end <= file.size && length <= LARGEST_RECORD) yield { key, time, offset, length, checksum, file }
      offset = end
    }
    start = batch.end
  }
}

/** @returns undefined where the record is damaged, or cannot be read */
export function contentAt({ file, offset, length, checksum }: Place): Buffer | undefined {
  try {
    const bytes = file.read(offset, storedLength(length))
    if (bytes.length < storedLength(length)) return undefined
    const [content, sums] = [bytes.subarray(0, length), bytes.subarray(length)]
    return crc32(sums) === checksum && firstDamaged(content, sums, 0) === undefined ? content : undefined
  } catch {
    return undefined
  }
}

/**
 * As `contentAt`, where only parts of a large record will be read: each is checked when it is.
 * @returns undefined where the record cannot be read; its `read` throws DamagedRecord, and what the operating system says
 */
export function partsAt(place: Place): Parts | undefined {
  const { file, offset, length, checksum } = place
  if (length <= SMALL) {
    const content = contentAt(place)
    return content && partsOf(content)
  }
  const sums = sumsAt(file, offset + length, storedLength(length) - length)
  if (!sums || crc32(sums) !== checksum) return undefined
  // Who has read a few bytes mostly goes on with those behind them.
  let last: { readonly from: number; readonly bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) }
  return {
    length,
    read(start, end) {
      const first = Math.floor(start / BLOCK)
      const from = first * BLOCK
      const wanted = Math.min(Math.ceil(end / BLOCK) * BLOCK, length) - from
      const bytes = last.from === from && last.bytes.length === wanted ? last.bytes : file.read(offset + from, wanted)
      if (bytes.length < wanted || (bytes !== last.bytes && firstDamaged(bytes, sums, first) !== undefined))
        throw new DamagedRecord('a file of the cache is damaged')
      if (wanted <= BLOCK) last = { from, bytes }
      return bytes.subarray(start - from, end - from)
    },
  }
}

function sumsAt(file: OpenFile, offset: number, length: number): Buffer | undefined {
  try {
    const sums = file.read(offset, length)
    return sums.length === length ? sums : undefined
  } catch {
    return undefined
  }
}

/** The number of the first block that is not as it was written. @param first the number of the block that begins these bytes */
function firstDamaged(bytes: Buffer, sums: Buffer, first: number): number | undefined {
  for (let n = first; (n - first) * BLOCK < bytes.length; n++) {
    const block = bytes.subarray((n - first) * BLOCK, (n - first + 1) * BLOCK)
    if (crc32(block) !== sums.readUInt32LE(n * SUM)) return n
  }
  return undefined
}

function readDirectory(file: OpenFile, start: number) {
  const first = file.read(start, Math.min(FIRST_READ, file.size - start))
  if (first.length < HEAD || first.toString('latin1', 0, 4) !== MAGIC) return undefined
  const length = first.readUInt32LE(4)
  const contents = start + HEAD + length
  if (length > LARGEST_DIRECTORY || contents > file.size) return undefined
  const bytes = HEAD + length <= first.length ? first : file.read(start, HEAD + length)
  const directory = bytes.subarray(HEAD, HEAD + length)
  if (crc32(directory, crc32(bytes.subarray(0, 16))) !== first.readUInt32LE(16)) return undefined
  const rows = JSON.parse(directory.toString()) as readonly Row[]
  return { rows, contents, end: contents + first.readDoubleLE(8) }
}
