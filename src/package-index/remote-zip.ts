import { crc32, inflateRawSync } from 'node:zlib'
import { type PythonSource, pythonSource } from '../packaging/bytecode.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { parseVersion } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import { inMiB } from '../text/bytes.ts'
import type { ByteSource, Stretch } from './byte-source.ts'
import {
  type DirectoryPlace,
  findDirectory,
  lastEntries,
  readDirectory,
  UnreadableArchive,
  type ZipEntry,
} from './zip-directory.ts'

/** What the directory of a wheel says. */
export interface RemoteWheel {
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of all that is in it, unpacked; for that the whole directory is read. @throws UnreadableArchive */
  installedSize(): Promise<number>
  /** Bytes of its `.py` files; for that the whole directory is read. @throws UnreadableArchive */
  source(): Promise<PythonSource>
  /** Reads METADATA. @returns undefined where the wheel has none that is its own @throws UnreadableArchive */
  metadata(): Promise<string | undefined>
}

/**
 * What is read first. Of 77 wheels that torch, transformers, pandas and fastapi bring, 59 have directory and METADATA within
 * (`bench/README.md`); twice as much would save four requests, and cost two megabytes.
 */
const tailLength = 32 * 1024
/** Within this the end record always is, however long the comment behind it. */
const longestTail = 66 * 1024
/** That of torch, with twelve thousand files, has 1.3 MB. */
const largestDirectory = 16 * 2 ** 20
const largestMetadata = 16 * 2 ** 20
/** A local header may have a longer extra field than the directory's. */
const localSlack = 4096

/**
 * Opens a wheel by its end: one read of 32 KiB. METADATA costs one more unless it came along; so does the rest of a longer
 * directory, which METADATA seldom needs, for wheels end with their `.dist-info`.
 *
 * @returns undefined where the server gives no parts, and the file is too large to fetch it whole
 * @throws UnreadableArchive where what it gives is no wheel
 */
export async function openRemoteWheel(filename: string, source: ByteSource): Promise<RemoteWheel | undefined> {
  const end = await readEnd(source, tailLength)
  const size = source.size()
  if (!end || size === undefined) return undefined
  const { tail, place } = end
  if (place.end - place.start > largestDirectory)
    throw new UnreadableArchive(`its directory is longer than ${inMiB(largestDirectory)}`)
  let whole: Promise<ZipEntry[]> | undefined
  const entries = () => (whole ??= read(place, tail, source).then(directory => [...readDirectory(directory)]))
  return {
    size,
    async installedSize() {
      const sum = (await entries()).reduce((bytes, { uncompressed }) => bytes + uncompressed, 0)
      if (!Number.isSafeInteger(sum)) throw new UnreadableArchive('it states a size that cannot be')
      return sum
    },
    async source() {
      return pythonSource(await entries())
    },
    async metadata() {
      const kept = tail.bytes.subarray(0, Math.max(0, place.end - tail.start))
      const near = place.start < tail.start ? metadataOf(lastEntries(kept), filename).exact : undefined
      const entry = near ?? ownMetadata(await entries(), filename)
      return entry && unpack(entry, tail, source)
    },
  }
}

async function readEnd(
  source: ByteSource,
  length: number,
): Promise<{ tail: Stretch; place: DirectoryPlace } | undefined> {
  const tail = await source.tail(length)
  if (!tail) return undefined
  try {
    return { tail, place: findDirectory(tail.bytes, tail.start) }
  } catch (error) {
    if (tail.start === 0 || length === longestTail) throw error
    return readEnd(source, longestTail)
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
  const { exact, ofProject } = metadataOf(entries, filename)
  return exact ?? (ofProject.length === 1 ? ofProject[0] : undefined)
}

function metadataOf(
  entries: readonly ZipEntry[],
  filename: string,
): { exact: ZipEntry | undefined; ofProject: readonly ZipEntry[] } {
  const wheel = parseWheelFilename(filename)
  const parts = entries.flatMap(entry => {
    const found = /^([^/\\]+?)-([^-/\\]+)\.dist-info\/METADATA$/.exec(entry.name)
    return found && wheel && canonicalizeName(found[1]!) === wheel.name ? [{ entry, version: found[2]! }] : []
  })
  return {
    exact: parts.find(({ version }) => parseVersion(version) === wheel?.version)?.entry,
    ofProject: parts.map(({ entry }) => entry),
  }
}

async function unpack(entry: ZipEntry, tail: Stretch, source: ByteSource): Promise<string> {
  if (entry.encrypted) throw new UnreadableArchive('its METADATA is encrypted')
  if (Math.max(entry.compressed, entry.uncompressed) > largestMetadata)
    throw new UnreadableArchive(`its METADATA is longer than ${inMiB(largestMetadata)}`)
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
