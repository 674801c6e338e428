import { crc32 } from 'node:zlib'
import type { OpenFile } from '../files/regular-file.ts'
import { type Parts, partsOf } from './parts.ts'

/**
 * The form of a pack: batches, one behind the other, to which more are added at the end.
 *
 *     'TPK1' · length of the directory · length of the contents · checksum of all these and the directory · directory · contents
 *
 * Whatever bytes a pack has, what is read from it was written, or nothing is: a batch with a damaged head ends the pack, a tail that is
 * cut off is no record, and each content has a checksum of its own. The checksums are against disks and crashes; nobody but the
 * user can write here.
 */

const MAGIC = 'TPK1'
const HEAD = 20
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
  readonly content: Uint8Array
}

/** Where a record is. */
export interface Place {
  readonly key: string
  readonly time: number
  readonly offset: number
  readonly length: number
  readonly checksum: number
  readonly file: OpenFile
}

type Row = readonly [key: string, time: number, length: number, checksum: number]

/** Writes records as one batch. */
export function encodeBatch(records: readonly PackRecord[]): Buffer {
  const rows = records.map(({ key, time, content }): Row => [key, time, content.length, crc32(content)])
  const directory = Buffer.from(JSON.stringify(rows))
  const head = Buffer.alloc(HEAD)
  head.write(MAGIC, 'latin1')
  head.writeUInt32LE(directory.length, 4)
  head.writeDoubleLE(
    records.reduce((sum, { content }) => sum + content.length, 0),
    8,
  )
  head.writeUInt32LE(crc32(directory, crc32(head.subarray(0, 16))), 16)
  return Buffer.concat([head, directory, ...records.map(({ content }) => content)])
}

/** The records of a pack, in their order; those that can no longer be found are left out. */
export function* placesIn(file: OpenFile): Generator<Place> {
  for (let start = 0; start + HEAD <= file.size; ) {
    const batch = readDirectory(file, start)
    if (!batch) return
    let offset = batch.contents
    for (const [key, time, length, checksum] of batch.rows) {
      if (offset + length <= file.size && length <= LARGEST_RECORD) yield { key, time, offset, length, checksum, file }
      offset += length
    }
    start = batch.end
  }
}

/** @returns undefined where the record is damaged, or cannot be read */
export function contentAt({ file, offset, length, checksum }: Place): Buffer | undefined {
  try {
    const bytes = file.read(offset, length)
    return bytes.length === length && crc32(bytes) === checksum ? bytes : undefined
  } catch {
    return undefined
  }
}

/**
 * As `contentAt`, where only parts will be read: what is checked is not kept in memory, but for what is no larger than `piece`.
 * @param piece memory to read into, which is free again afterwards
 */
export function partsAt(place: Place, piece: Buffer): Parts | undefined {
  const { file, offset, length, checksum } = place
  if (length <= piece.length) {
    const content = contentAt(place)
    return content && partsOf(content)
  }
  try {
    let found = 0
    for (let at = 0; at < length; at += piece.length) {
      const wanted = piece.subarray(0, Math.min(piece.length, length - at))
      if (file.fill(wanted, offset + at) < wanted.length) return undefined
      found = crc32(wanted, found)
    }
    return found === checksum ? { length, read: (start, end) => certain(file, offset + start, end - start) } : undefined
  } catch {
    return undefined
  }
}

/** @throws where what has just been read is there no more */
function certain(file: OpenFile, offset: number, length: number): Buffer {
  const bytes = file.read(offset, length)
  if (bytes.length < length) throw new Error('a file of the cache was cut short while it was read')
  return bytes
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
