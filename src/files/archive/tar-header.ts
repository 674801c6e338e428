import { Damage } from './byte-reader.ts'

export const BLOCK = 512

/** The fields of a header block that matter here, as written. */
export interface TarHeader {
  readonly name: string
  readonly size: number
  /** Type flag: '0' a file, '1' a hard link, 'x' an extended header, … */
  readonly type: string
  readonly linkName: string
}

/**
 * Reads a header block: POSIX ustar, GNU, or what was before both.
 *
 * @returns undefined where the block is all zeros, which ends the archive
 * @throws Damage where the checksum is wrong: this is no header
 */
export function readHeader(block: Buffer): TarHeader | undefined {
  const sum = checksum(block)
  if (sum === 256 && block.every(byte => byte === 0)) return undefined
  if (sum !== number(block, 148, 8)) throw new Damage('has a block that is no tar header')
  const posix = block.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = posix ? text(block, 345, 155) : ''
  const name = text(block, 0, 100)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: number(block, 124, 12),
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156]!),
    linkName: text(block, 157, 100),
  }
}

/** Whether this could be the first block of a tar archive, or all of an empty one. */
export function looksLikeTar(block: Buffer): boolean {
  if (block.length < BLOCK) return false
  try {
    readHeader(block)
    return true
  } catch {
    return false
  }
}

/** What an old GNU header of a sparse file says in addition: its length with the holes, and whether a block of its map follows. */
export function sparseHeader(block: Buffer): { readonly realSize: number; readonly more: boolean } {
  return { realSize: number(block, 483, 12), more: block[482] !== 0 }
}

/** Whether after this block of the map of a sparse file another one follows. */
export function sparseMapGoesOn(block: Buffer): boolean {
  return block[504] !== 0
}

/** Keys of records that are kept. Others say nothing of what is read here, and there may be any number of them. */
const telling = new Set(['path', 'linkpath', 'size', 'GNU.sparse.name', 'GNU.sparse.realsize', 'GNU.sparse.size'])

/** The records of a pax extended header that matter here, `20 path=usr/lib/x.py\n` one after the other. @throws Damage */
export function readPaxRecords(data: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < data.length && data[at] !== 0; ) {
    const blank = data.indexOf(0x20, at)
    const length = blank < 0 ? Number.NaN : Number(data.toString('latin1', at, blank))
    const equals = data.indexOf(0x3d, blank)
    if (!(length > 0) || at + length > data.length || equals < 0 || equals >= at + length)
      throw new Damage('has an extended header that cannot be read')
    const key = decoded(data.subarray(blank + 1, equals))
    if (telling.has(key)) records.set(key, decoded(data.subarray(equals + 1, at + length - 1)))
    at += length
  }
  return records
}

/** A name in UTF-8; one that is not is read byte by byte, so that different names stay different. */
export function decoded(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}

/** The sum of all bytes, those of the checksum itself taken as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20
  for (let i = 0; i < 148; i++) sum += block[i]!
  for (let i = 156; i < BLOCK; i++) sum += block[i]!
  return sum
}

function text(block: Buffer, start: number, length: number): string {
  let end = start
  while (end < start + length && block[end] !== 0) end++
  return decoded(block.subarray(start, end))
}

/** An octal number between blanks and zeros, or, with the first bit set, a number to base 256 (GNU, for more than 8 GiB). */
function number(block: Buffer, start: number, length: number): number {
  if (block[start]! & 0x80) return wideNumber(block, start, length)
  const digits = block
    .toString('latin1', start, start + length)
    .replace(/\0.*$/s, '')
    .trim()
  if (!/^[0-7]*$/.test(digits)) throw new Damage('has a block that is no tar header')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function wideNumber(block: Buffer, start: number, length: number): number {
  let value = block[start]! & 0x7f
  for (let i = start + 1; i < start + length; i++) value = value * 256 + block[i]!
  if (!Number.isSafeInteger(value)) throw new Damage('has an entry of impossible size')
  return value
}
