import { gzipSync } from 'node:zlib'
import { applyLayers } from '../../src/audit/apply-layers.ts'
import { readTorchVersion, takeInventory, weighed } from '../../src/audit/inventory.ts'
import { readLayer } from '../../src/audit/layer.ts'
import { ByteReader, iterated } from '../../src/files/archive/byte-reader.ts'
import { packingOf, unpacked } from '../../src/files/archive/unpack.ts'
import { file, folder, hardlink, headerBlock, padded, paxRecord, tarOf } from '../audit/make-tar.ts'
import { pack } from '../audit/pack.ts'
import { type Row, row } from './row.ts'

function readerOf(bytes: Buffer): ByteReader {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  return new ByteReader(iterated(pieces()))
}

/** Reads a layer, puts it on another, and looks for packages. */
async function lookAt(bytes: Buffer): Promise<void> {
  const reader = readerOf(bytes)
  const layer = await readLayer(await unpacked(reader, await packingOf(reader)))
  weighed(takeInventory(applyLayers([layer.tree, layer.tree])))
}

/** An extended header with its records, which says something of all that follows. */
function headerOf(type: 'x' | 'g', records: string): Buffer {
  const body = Buffer.from(records)
  return Buffer.concat([headerBlock({ name: 'pax', type, size: body.length }), ...padded(body)])
}

const layer = (id: string, size: number, bytes: (size: number) => Buffer): Row =>
  row(`layer: ${id}`, size, bytes, lookAt)
const info = 'lib/a-1.dist-info'

export const archiveRows: readonly Row[] = [
  layer('files', 500, size => tarOf(Array.from({ length: size }, (_, i) => file(`a/${i}`)))),
  layer('files, packed', 500, size => gzipSync(tarOf(Array.from({ length: size }, (_, i) => file(`a/${i}`))))),
  layer('files, packed by zstd', 500, size =>
    pack(tarOf(Array.from({ length: size }, (_, i) => file(`a/${i}`))), 'zstd'),
  ),
  layer('one file again and again', 500, size => tarOf(Array(size).fill(file('a/b')))),
  layer('folders in folders', 400, size => tarOf([folder('a/'.repeat(size))])),
  layer('deeper than is looked at', 5_000, size => tarOf([folder('a/'.repeat(size))])),
  layer('hard links', 500, size =>
    tarOf([file('a'), ...Array.from({ length: size }, (_, i) => hardlink(`l/${i}`, 'a'))]),
  ),
  layer('whiteouts', 500, size => tarOf(Array.from({ length: size }, (_, i) => file(`.wh.${i}`)))),
  layer('global headers', 200, size =>
    Buffer.concat([
      ...Array.from({ length: size }, (_, i) => headerOf('g', paxRecord(`k${i}`, 'v'))),
      tarOf(Array(size).fill(file('a'))),
    ]),
  ),
  layer('records', 3_000, size =>
    Buffer.concat([
      headerOf('x', Array.from({ length: size }, (_, i) => paxRecord(`k${i}`, 'v')).join('')),
      tarOf([file('a')]),
    ]),
  ),
  layer('records that are none', 20_000, size => headerOf('x', '='.repeat(size))),
  layer('RECORD', 3_000, size =>
    tarOf([file(`${info}/METADATA`, 'Name: a\n'), file(`${info}/RECORD`, 'a/b.py,,\n'.repeat(size))]),
  ),
  layer('RECORD with quotes', 10_000, size => tarOf([file(`${info}/RECORD`, `"${'""'.repeat(size)}`)])),
  layer('names with dashes', 300, size =>
    tarOf([folder(`${'a-'.repeat(size)}1.dist-info`), folder(`${'a-'.repeat(size)}1.egg-info`)]),
  ),
  layer('conda', 3_000, size =>
    tarOf([file('conda-meta/a.json', JSON.stringify({ name: 'a', version: '1', files: Array(size).fill('b') }))]),
  ),
  layer('blocks of zeros', 2_000, size => Buffer.alloc(512 * size)),
  row(
    'image: layers, each of which takes a file away and puts one in',
    300,
    size => Array.from({ length: size }, (_, i) => tarOf([file(`a/${i}`), file(`a/.wh.${i - 1}`), file(`b/${i}`)])),
    async layers => {
      const trees = []
      for (const bytes of layers) {
        const reader = readerOf(bytes)
        trees.push((await readLayer(await unpacked(reader, await packingOf(reader)))).tree)
      }
      weighed(takeInventory(applyLayers(trees)))
    },
  ),
  row('torch/version.py', 30_000, size => '__version__\n'.repeat(size), readTorchVersion),
]
