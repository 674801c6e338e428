/** One entry of a zip archive, as its central directory describes it. Sizes and offsets in bytes. */
export interface ZipEntry {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly encrypted: boolean
  readonly crc: number
  readonly compressed: number
  readonly uncompressed: number
  /** Where its local header begins. */
  readonly offset: number
}

/** Where the central directory lies. */
export interface DirectoryPlace {
  readonly start: number
  readonly end: number
}

/** The archive is not one, or not one that can be read. */
export class UnreadableArchive extends Error {}

const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50
const ENTRY = 0x02014b50
const ENTRY_LENGTH = 46
const FULL_32 = 0xffffffff

/**
 * Finds the central directory from the end of an archive (APPNOTE 4.3.14 to 4.3.16, ZIP64 included).
 *
 * @param tail the last bytes of the archive; 65,633 of them are enough: three end records, and the longest comment
 * @param at where `tail` begins in the archive
 * @throws UnreadableArchive
 */
export function findDirectory(tail: Buffer, at: number): DirectoryPlace {
  const end = findEnd(tail)
  const start = tail.readUInt32LE(end + 16)
  const size = tail.readUInt32LE(end + 12)
  const locator = end - 20
  const is64 = locator >= 0 && tail.readUInt32LE(locator) === END_64_LOCATOR
  if (!is64) return checked(start, start + size, at + end)
  const record = exact(tail.readBigUInt64LE(locator + 8))
  const directory = readEnd64(tail.subarray(Math.max(0, record - at), locator))
  return checked(directory.start, directory.end, record)
}

function readEnd64(record: Buffer): DirectoryPlace {
  if (record.length < 56 || record.readUInt32LE(0) !== END_64)
    throw new UnreadableArchive('its ZIP64 end record is not where it should be')
  const start = exact(record.readBigUInt64LE(48))
  return { start, end: start + exact(record.readBigUInt64LE(40)) }
}

/** Reads the entries of a central directory, one by one. @throws UnreadableArchive */
export function* readDirectory(directory: Buffer): Generator<ZipEntry> {
  for (let at = 0; at < directory.length; ) {
    if (at + ENTRY_LENGTH > directory.length || directory.readUInt32LE(at) !== ENTRY)
      throw new UnreadableArchive('its directory is damaged')
    const nameEnd = at + ENTRY_LENGTH + directory.readUInt16LE(at + 28)
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    const end = extraEnd + directory.readUInt16LE(at + 32)
    if (end > directory.length) throw new UnreadableArchive('its directory is damaged')
    const sizes = readSizes(directory, at, directory.subarray(nameEnd, extraEnd))
    yield {
      name: directory.toString('utf8', at + ENTRY_LENGTH, nameEnd),
      method: directory.readUInt16LE(at + 10),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      crc: directory.readUInt32LE(at + 16),
      ...sizes,
    }
    at = end
  }
}

/**
 * The entries at the end of a central directory of which the beginning is not there. None if they cannot be distinguished:
 * what looks like an entry is one if from there on entry follows entry, up to the very end.
 */
export function lastEntries(cut: Buffer): ZipEntry[] {
  const first = cut.indexOf('PK\x01\x02', 0, 'latin1')
  if (first < 0) return []
  try {
    return [...readDirectory(cut.subarray(first))]
  } catch (error) {
    if (error instanceof UnreadableArchive) return []
    throw error
  }
}

/** The end record carries a comment, in which its signature may occur too: the right one ends where the archive ends. */
function findEnd(tail: Buffer): number {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] === 0x50 && tail.readUInt32LE(at) === END && at + 22 + tail.readUInt16LE(at + 20) === tail.length)
      return at
  }
  throw new UnreadableArchive('it has no end record')
}

function checked(start: number, end: number, limit: number): DirectoryPlace {
  if (end > limit) throw new UnreadableArchive('its directory is not where it should be')
  return { start, end }
}

/** Sizes and offset, from the ZIP64 extra field where the fixed ones are full (APPNOTE 4.5.3). */
function readSizes(
  directory: Buffer,
  at: number,
  extra: Buffer,
): Pick<ZipEntry, 'compressed' | 'uncompressed' | 'offset'> {
  const compressed = directory.readUInt32LE(at + 20)
  const uncompressed = directory.readUInt32LE(at + 24)
  const offset = directory.readUInt32LE(at + 42)
  if (compressed !== FULL_32 && uncompressed !== FULL_32 && offset !== FULL_32)
    return { compressed, uncompressed, offset }
  const wide = extraField(extra, 1)
  let next = 0
  const widened = (narrow: number): number => {
    if (narrow !== FULL_32) return narrow
    if (!wide || next + 8 > wide.length) throw new UnreadableArchive('its directory is damaged')
    next += 8
    return exact(wide.readBigUInt64LE(next - 8))
  }
  // The order in the field is this one.
  const sizes = { uncompressed: widened(uncompressed), compressed: widened(compressed) }
  return { ...sizes, offset: widened(offset) }
}

function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, end)
    at = end
  }
  return undefined
}

function exact(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new UnreadableArchive('it states a size that cannot be')
  return Number(value)
}
