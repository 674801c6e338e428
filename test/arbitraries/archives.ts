import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { file, folder, hardlink, headerBlock, padded, paxRecord, sealed, symlink, tarOf } from '../audit/make-tar.ts'
import { makeZip, type ZipStyle } from '../package-index/zip.ts'
import { mangledBytes } from './mangled.ts'
import { layerStart } from './seeds.ts'

export const wheelName = 'torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl'
export const wheelMetadata = 'Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0+cpu\nRequires-Dist: filelock\n'

const info = 'torch-2.13.0+cpu.dist-info'
const wheel = (style: ZipStyle, padding = ''): Buffer =>
  makeZip(
    { 'torch/__init__.py': `x = 1\n${padding}`, [`${info}/METADATA`]: wheelMetadata, [`${info}/RECORD`]: '' },
    style,
  )

/** One wheel in many forms; in the last the end of it, which is read first, is not all. */
const wheels: readonly Buffer[] = [
  wheel({}),
  wheel({ deflate: true }),
  wheel({ zip64: true }),
  wheel({ comment: 'PK\x05\x06', localExtra: 20 }),
  makeZip({
    [`${info}/METADATA`]: wheelMetadata,
    ...Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`torch/include/${'a'.repeat(30)}/${i}.h`, ''])),
  }),
]
export const wheelBytes = mangledBytes(wheels)

const long = `${'deep/'.repeat(40)}end.so`
const pax = (records: string): Buffer[] => {
  const body = Buffer.from(records)
  return [headerBlock({ name: 'PaxHeaders/x', type: 'x', size: body.length }), ...padded(body)]
}
export const sourceInfo = 'Metadata-Version: 2.1\nName: a\nVersion: 1\n'
const tars: readonly Buffer[] = [
  tarOf([
    folder('a-1'),
    file('a-1/PKG-INFO', sourceInfo),
    symlink('a-1/b', 'PKG-INFO'),
    hardlink('a-1/c', 'a-1/PKG-INFO'),
  ]),
  tarOf([file(long, 'x'), hardlink('b', long)], 'pax'),
  tarOf([file(long, 'x'), hardlink('b', long)], 'gnu'),
  Buffer.concat([
    ...pax(paxRecord('size', '3') + paxRecord('path', 'é')),
    headerBlock({ name: 'a', type: '0', size: 3, wide: true }),
    ...padded(Buffer.from('abc')),
    Buffer.alloc(1024),
  ]),
  Buffer.concat([
    ...pax(paxRecord('GNU.sparse.realsize', '99999')),
    headerBlock({ name: 'a', type: '0', size: 0 }),
    headerBlock({ name: 's', type: 'S', size: 0 }),
    Buffer.alloc(1024),
  ]),
]

/** Headers get the checksum of their bytes, without which nobody reads on. */
function resealed(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512)
    if (bytes.toString('latin1', at + 257, at + 262) === 'ustar') sealed(bytes.subarray(at, at + 512))
  return bytes
}
export const tarBytes = fc.oneof(
  { weight: 4, arbitrary: mangledBytes(tars).map(resealed) },
  { weight: 1, arbitrary: mangledBytes(tars) },
)
export const packedBytes = mangledBytes([...tars.map(bytes => gzipSync(bytes)), layerStart])
