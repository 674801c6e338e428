import { crc32, inflateRawSync } from 'node:zlib'
import { canonicalizeName } from '../packaging/names.ts'
import { parseVersion } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import type { ByteSource, Stretch } from './byte-source.ts'
import { type DirectoryPlace, findDirectory, readDirectory, UnreadableArchive, type ZipEntry } from './zip-directory.ts'

/** What the directory of a wheel tells. */
export interface RemoteWheel {
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of all that is in it, unpacked. */
  readonly installedSize: number
  /** Reads METADATA. @returns undefined where the wheel has none that is its own @throws UnreadableArchive */
  metadata(): Promise<string | undefined>
}

/** What is read first: the directory of most wheels, and their METADATA, are within; whatever comes after the directory always is. */
const tailLength = 66 * 1024
/** That of torch, with twelve thousand files, has 1.3 MB. */
const largestDirectory = 64 * 2 ** 20
const largestMetadata = 16 * 2 ** 20
/** A local header may have a longer extra field than the directory's. */
const localSlack = 4096

/**
 * Opens a wheel by its end: one read of 66 KiB, one more where the directory is longer, one for METADATA unless it came along.
 *
 * @returns undefined where the server gives no parts, and the file is too large to fetch it whole
 * @throws UnreadableArchive where what it gives is no wheel
 */
export async function openRemoteWheel(filename: string, source: ByteSource): Promise<RemoteWheel | undefined> {
  const tail = await source.tail(tailLength)
  const size = source.size()
  if (!tail || size === undefined) return undefined
  const place = findDirectory(tail.bytes, tail.start)
  if (place.end - place.start > largestDirectory) throw new UnreadableArchive('its directory is too long')
  const directory = await read(place, tail, source)

  let installedSize = 0
  const described: ZipEntry[] = []
  for (const entry of readDirectory(directory)) {
    installedSize += entry.uncompressed
    if (/^[^/\\]+\.dist-info\/METADATA$/.test(entry.name)) described.push(entry)
  }
  if (!Number.isSafeInteger(installedSize)) throw new UnreadableArchive('it states a size that cannot be')
  return {
    size,
    installedSize,
    async metadata() {
      const entry = ownMetadata(described, filename)
      return entry && unpack(entry, tail, source)
    },
  }
}

/** Reads a stretch; what the tail holds of it is not asked for again. */
async function read({ start, end }: DirectoryPlace, tail: Stretch, source: ByteSource): Promise<Buffer> {
  const kept = tail.bytes.subarray(Math.max(0, start - tail.start), Math.max(0, end - tail.start))
  if (start >= tail.start) return kept
  const missing = await source.part(start, Math.min(end, tail.start))
  if (missing?.length !== Math.min(end, tail.start) - start)
    throw new UnreadableArchive('a part of it could not be had')
  return Buffer.concat([missing, kept])
}

/** The METADATA of the wheel's own `.dist-info`: that of the same project and version, or the only one of the same project. */
function ownMetadata(entries: readonly ZipEntry[], filename: string): ZipEntry | undefined {
  const wheel = parseWheelFilename(filename)
  const parts = entries.map(entry => ({ entry, found: /^(.+?)-([^-]+)\.dist-info\//.exec(entry.name) }))
  const ofProject = parts.filter(({ found }) => found && wheel && canonicalizeName(found[1]!) === wheel.name)
  const exact = ofProject.find(({ found }) => parseVersion(found![2]!) === wheel?.version)
  return exact?.entry ?? (ofProject.length === 1 ? ofProject[0]!.entry : undefined)
}

async function unpack(entry: ZipEntry, tail: Stretch, source: ByteSource): Promise<string> {
  if (entry.encrypted || entry.compressed > largestMetadata || entry.uncompressed > largestMetadata)
    throw new UnreadableArchive('its METADATA is encrypted or too long')
  const nameLength = Buffer.byteLength(entry.name)
  const longest = { start: entry.offset, end: entry.offset + 30 + nameLength + localSlack + entry.compressed }
  const local = await read({ start: longest.start, end: Math.min(longest.end, source.size()!) }, tail, source)
  if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50)
    throw new UnreadableArchive('its METADATA is not where it should be')
  const begin = 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
  const data = local.subarray(begin, begin + entry.compressed)
  const bytes = inflated(data, entry)
  if (bytes.length !== entry.uncompressed || crc32(bytes) !== entry.crc)
    throw new UnreadableArchive('its METADATA is damaged')
  return bytes.toString('utf8')
}

function inflated(data: Buffer, entry: ZipEntry): Buffer {
  if (entry.method === 0) return data
  if (entry.method !== 8) throw new UnreadableArchive('its METADATA is packed in an unknown way')
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(entry.uncompressed, 1) })
  } catch (error) {
    throw new UnreadableArchive('its METADATA is damaged', { cause: error })
  }
}
