import { type ByteReader, type ByteSource, Damage, Section } from './byte-reader.ts'
import {
  BLOCK,
  decoded,
  readHeader,
  readPaxRecords,
  sparseHeader,
  sparseMapGoesOn,
  type TarHeader,
} from './tar-header.ts'

/** One member of an archive. */
export interface TarEntry {
  /** As written, long names put together. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'symbolic-link' | 'hard-link' | 'other'
  /** Bytes of a file once unpacked, holes of a sparse one among them; 0 of everything else. */
  readonly size: number
  /** What a link points to, as written; empty for everything else. */
  readonly target: string
  /** Bytes of the body in the archive: `size`, or fewer of a sparse file. */
  readonly stored: number
  /** The body. Asking for the next entry skips what is left of it. */
  readonly body: ByteSource
}

/** Longest name or extended header: Linux ends paths at 4 KiB, and extended attributes at 64 KiB each. */
const LONGEST_EXTENSION = 2 ** 20
/** The longest path of a member, in characters: Linux opens none that is longer. */
const LONGEST_PATH = 4096

/**
 * Reads a tar archive as it comes: POSIX (pax), GNU and older; long names, hard links, sizes beyond 8 GiB, sparse files. As other
 * readers do, it ends at the first block of zeros and takes no offence if there is none.
 *
 * @throws Damage where it is cut off or is no tar archive
 */
export async function* tarEntries(reader: ByteReader): AsyncGenerator<TarEntry> {
  let common: ReadonlyMap<string, string> = new Map()
  let own: ReadonlyMap<string, string> = common
  let longName: string | undefined
  let longTarget: string | undefined
  for (;;) {
    const block = await reader.read(BLOCK)
    if (block.length === 0) return
    if (block.length < BLOCK) throw new Damage('is cut off in the middle of a header')
    const header = readHeader(block)
    if (!header) return
    if (header.type === 'x') own = new Map([...common, ...readPaxRecords(await extension(reader, header))])
    else if (header.type === 'g') {
      common = new Map([...common, ...readPaxRecords(await extension(reader, header))])
      own = common
    } else if (header.type === 'L') longName = untilZero(await extension(reader, header))
    else if (header.type === 'K') longTarget = untilZero(await extension(reader, header))
    else {
      let realSize = sizeIn(own, 'GNU.sparse.realsize') ?? sizeIn(own, 'GNU.sparse.size')
      if (header.type === 'S') realSize = await passSparseMap(reader, block)
      const stored = /[1-6]/.test(header.type) ? 0 : (sizeIn(own, 'size') ?? header.size)
      const path = own.get('GNU.sparse.name') ?? own.get('path') ?? longName ?? header.name
      if (path.length > LONGEST_PATH) throw new Damage(`has a path of more than ${LONGEST_PATH} characters`)
      const type = typeOf(header.type, path)
      const body = new Section(reader, stored)
      yield {
        path,
        type,
        size: type === 'file' ? (realSize ?? stored) : 0,
        target: type.endsWith('link') ? (own.get('linkpath') ?? longTarget ?? header.linkName) : '',
        stored,
        body,
      }
      const rest = body.left
      if (rest > 0 && (await reader.skip(rest)) < rest) throw new Damage(`is cut off in the middle of ${path}`)
      // Behind the last member it may be missing.
      await reader.skip(padding(stored))
      own = common
      longName = longTarget = undefined
    }
  }
}

async function extension(reader: ByteReader, { size }: TarHeader): Promise<Buffer> {
  if (size > LONGEST_EXTENSION) throw new Damage('has an extended header of impossible size')
  const padded = await reader.read(size + padding(size))
  if (padded.length < size + padding(size)) throw new Damage('is cut off in the middle of a header')
  return padded.subarray(0, size)
}

async function passSparseMap(reader: ByteReader, header: Buffer): Promise<number> {
  const { realSize, more } = sparseHeader(header)
  for (let goesOn = more; goesOn; ) {
    const map = await reader.read(BLOCK)
    if (map.length < BLOCK) throw new Damage('is cut off in the middle of a header')
    goesOn = sparseMapGoesOn(map)
  }
  return realSize
}

function sizeIn(records: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = records.get(key)
  if (text === undefined) return undefined
  const size = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw new Damage('has an entry of impossible size')
  return size
}

function typeOf(flag: string, path: string): TarEntry['type'] {
  if (flag === '1') return 'hard-link'
  if (flag === '2') return 'symbolic-link'
  if (flag === '5' || flag === 'D') return 'folder'
  if (flag === '3' || flag === '4' || flag === '6' || flag === 'V' || flag === 'M') return 'other'
  // Before POSIX a folder was a file whose name ends in a slash.
  return flag === '0' && path.endsWith('/') ? 'folder' : 'file'
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

function untilZero(data: Buffer): string {
  const end = data.indexOf(0)
  return decoded(end < 0 ? data : data.subarray(0, end))
}
