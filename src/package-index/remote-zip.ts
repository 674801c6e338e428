import { inflateRawSync } from 'node:zlib'
import { TorchpinError } from '../errors.ts'
import type { Http } from './http.ts'

/** What the end of a wheel tells. */
export interface WheelFacts {
  /** The text of its METADATA. */
  readonly metadata?: string
  /** Bytes to download. */
  readonly download: number
  /** Sum of the uncompressed sizes of its members, in bytes. */
  readonly installed: number
}

const TAIL = 64 * 1024
const LARGEST_WHEEL_READ_WHOLE = 32 * 1024 * 1024
const LARGEST_METADATA = 16 * 1024 * 1024

interface Member {
  readonly name: string
  readonly method: number
  readonly compressed: number
  readonly size: number
  readonly offset: number
}

/**
 * Reads METADATA and sizes of a wheel without fetching it: its tail, the directory where the tail does not hold all of
 * it, and the one member. A server without ranges is read whole when the wheel is small.
 *
 * @returns undefined where neither works, or what comes is no zip archive
 */
export async function readWheelTail(url: string, http: Http): Promise<WheelFacts | undefined> {
  const first = await http.get(url, { range: `bytes=-${TAIL}`, maxBytes: LARGEST_WHEEL_READ_WHOLE, immutable: true })
  if (first.status !== 206 && first.status !== 200) return undefined
  const total =
    first.status === 200 ? first.body.length : Number(/\/(\d+)$/.exec(first.headers['content-range'] ?? '')?.[1])
  if (!Number.isSafeInteger(total)) return undefined
  let known = { start: total - first.body.length, bytes: first.body }
  const read = async (start: number, end: number): Promise<Buffer> => {
    if (start < known.start) {
      const more = await http.get(url, {
        range: `bytes=${start}-${known.start - 1}`,
        maxBytes: LARGEST_WHEEL_READ_WHOLE,
        immutable: true,
      })
      if (more.status !== 206 || more.body.length !== known.start - start)
        throw new TorchpinError('INDEX_UNREADABLE', `a range of ${url} does not come as asked`)
      // The directory is contiguous with the tail; a member may lie far before it and is not kept.
      if (end >= known.start) known = { start, bytes: Buffer.concat([more.body, known.bytes]) }
      else return more.body.subarray(0, end - start)
    }
    return known.bytes.subarray(start - known.start, end - known.start)
  }
  const directory = findDirectory(known.bytes, known.start)
  if (!directory) return undefined
  const { start, size } = directory
  if (start < 0 || start + size > total || size > LARGEST_WHEEL_READ_WHOLE) return undefined
  const members = readMembers(await read(start, start + size))
  const installed = members.reduce((sum, member) => sum + member.size, 0)
  const described = members.find(({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name))
  const metadata =
    described && described.compressed <= LARGEST_METADATA ? await readMember(described, url, http, known) : undefined
  return { download: total, installed, ...(metadata === undefined ? {} : { metadata }) }
}

async function readMember(
  member: Member,
  url: string,
  http: Http,
  known: { start: number; bytes: Buffer },
): Promise<string | undefined> {
  // The local header repeats the name and may have extra fields of another length than the directory says.
  const reach = 30 + Buffer.byteLength(member.name) + 1024 + member.compressed
  let bytes: Buffer
  if (member.offset >= known.start) bytes = known.bytes.subarray(member.offset - known.start)
  else {
    const answer = await http.get(url, {
      range: `bytes=${member.offset}-${member.offset + reach - 1}`,
      maxBytes: LARGEST_METADATA * 2,
      immutable: true,
    })
    if (answer.status !== 206) return undefined
    bytes = answer.body
  }
  if (bytes.length < 30 || bytes.readUInt32LE(0) !== 0x04034b50) return undefined
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  const data = bytes.subarray(start, start + member.compressed)
  if (data.length < member.compressed) return undefined
  try {
    return (member.method === 0 ? data : inflateRawSync(data, { maxOutputLength: LARGEST_METADATA })).toString('utf8')
  } catch {
    return undefined
  }
}

/** Finds the central directory from the end record, the ZIP64 one where there is one. */
function findDirectory(tail: Buffer, tailStart: number): { start: number; size: number } | undefined {
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + 22 > tail.length) return undefined
  const size = tail.readUInt32LE(end + 12)
  const start = tail.readUInt32LE(end + 16)
  if (size !== 0xffffffff && start !== 0xffffffff) return { start, size }
  const locator = end - 20
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) return undefined
  const record = Number(tail.readBigUInt64LE(locator + 8)) - tailStart
  if (record < 0 || record + 56 > tail.length || tail.readUInt32LE(record) !== 0x06064b50) return undefined
  return { size: Number(tail.readBigUInt64LE(record + 40)), start: Number(tail.readBigUInt64LE(record + 48)) }
}

function readMembers(directory: Buffer): Member[] {
  const members: Member[] = []
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const nameLength = directory.readUInt16LE(at + 28)
    const extraLength = directory.readUInt16LE(at + 30)
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength)
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const wide = zip64Fields(extra)
    const field = (offset: number): number => {
      const value = directory.readUInt32LE(at + offset)
      return value === 0xffffffff ? (wide.shift() ?? value) : value
    }
    // The ZIP64 field holds only the numbers that do not fit, in this order.
    const size = field(24)
    const compressed = field(20)
    const offset = field(42)
    members.push({ name, method: directory.readUInt16LE(at + 10), compressed, size, offset })
    at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32)
  }
  return members
}

function zip64Fields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1) {
      const field = extra.subarray(at + 4, at + 4 + length)
      return Array.from({ length: Math.floor(field.length / 8) }, (_, i) => Number(field.readBigUInt64LE(i * 8)))
    }
    at += 4 + length
  }
  return []
}
