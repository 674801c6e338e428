import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

export interface MadeWheel {
  readonly filename: string
  readonly bytes: Buffer
  readonly metadata: string
  readonly sha256: string
  readonly requiresPython?: string
}

/** A wheel that installs: a package that knows its version, and the three files of its .dist-info. The same input gives the same bytes. */
export function makeWheel(
  name: string,
  version: string,
  tag: string,
  requires: readonly string[] = [],
  requiresPython?: string,
  extras: readonly string[] = [],
): MadeWheel {
  const stem = `${name.replaceAll('-', '_')}-${version}`
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(requiresPython ? [`Requires-Python: ${requiresPython}`] : []),
    ...requires.map(line => `Requires-Dist: ${line}`),
    ...extras.map(extra => `Provides-Extra: ${extra}`),
    '',
  ].join('\n')
  const files = {
    [`${name.replaceAll('-', '_')}/__init__.py`]: `__version__ = '${version}'\n`,
    [`${stem}.dist-info/METADATA`]: metadata,
    [`${stem}.dist-info/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
  }
  return { ...packWheel(stem, tag, files), metadata, ...(requiresPython ? { requiresPython } : {}) }
}

/**
 * Packs files into a wheel, with the RECORD of them.
 *
 * @param stem name and version as in its file name
 * @param files their text, by path
 */
export function packWheel(
  stem: string,
  tag: string,
  files: Readonly<Record<string, string>>,
): Pick<MadeWheel, 'filename' | 'bytes' | 'sha256'> {
  const record = `${stem}.dist-info/RECORD`
  const listed = [...Object.keys(files), record].map(path => `${path},,\n`).join('')
  const bytes = storedZip({ ...files, [record]: listed })
  return { filename: `${stem}-${tag}.whl`, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A zip archive without compression. */
function storedZip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path)
    const data = Buffer.from(text)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(0x21, 8)
    shared.writeUInt32LE(crc32(data), 10)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(data.length, 18)
    shared.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, name, data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, tail, name]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(directory.length, 4)
  end.writeUInt16LE(directory.length, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06', 'latin1'), end])
}
