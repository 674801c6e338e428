import { createHash, type Hash } from 'node:crypto'
import { ByteReader, type ByteSource, Damage } from '../files/archive/byte-reader.ts'
import { BLOCK, looksLikeTar } from '../files/archive/tar-header.ts'
import { packingOf, unpacked } from '../files/archive/unpack.ts'
import { type Layer, readLayer } from './layer.ts'

/** One file of an image: a document, a layer, or something that cannot be used and why, in words that go behind its name. */
export type Blob =
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'layer'; readonly layer: Layer; readonly compressed: number }
  | { readonly kind: 'unusable'; readonly problem: string }

/** Manifests and configurations are some kilobytes long; registries take up to 4 MiB. */
const LONGEST_DOCUMENT = 2 ** 22

/**
 * Reads one file of an image and finds out by its contents what it is. The digests of documents and of compressed layers, which
 * are read to the end anyway, are compared with their names. Only the headers of a layer that is not compressed are read, and
 * each of these has a checksum.
 *
 * @param size bytes of the body
 * @param path where it is in the image; contains its digest
 */
export async function readBlob(body: ByteSource, size: number, path: string): Promise<Blob> {
  try {
    return await read(body, size, path)
  } catch (error) {
    if (error instanceof Damage) return { kind: 'unusable', problem: error.message }
    throw error
  }
}

async function read(body: ByteSource, size: number, path: string): Promise<Blob> {
  const plain = new ByteReader(body)
  const packing = await packingOf(plain)
  if (packing === 'none') {
    const start = await plain.peek(BLOCK)
    if (looksLikeTar(start)) return { kind: 'layer', layer: await readLayer(plain), compressed: size }
    if (!/^\ufeff?\s*[{[]/.test(start.toString('utf8')) || size > LONGEST_DOCUMENT)
      return { kind: 'unusable', problem: 'is neither a tar archive, plain or compressed by gzip or zstd, nor JSON' }
    const bytes = await plain.read(size)
    if (bytes.length < size) throw new Damage('is cut off')
    checkDigest(createHash('sha256').update(bytes), path)
    return { kind: 'document', text: bytes.toString('utf8') }
  }
  const hash = createHash('sha256')
  const packed = hashed(plain, hash)
  const contents = await unpacked(new ByteReader(packed), packing)
  const start = await contents.peek(BLOCK)
  if (!looksLikeTar(start)) return { kind: 'unusable', problem: 'holds no tar archive' }
  const layer = await readLayer(contents)
  // What follows the archive belongs to the compressed data, whose end proves that it is whole.
  await contents.skip(Number.MAX_SAFE_INTEGER)
  while (await packed.next());
  checkDigest(hash, path)
  return { kind: 'layer', layer, compressed: size }
}

function hashed(reader: ByteReader, hash: Hash): ByteSource {
  return {
    lends: reader.lends,
    async next() {
      const piece = await reader.piece(2 ** 18)
      if (piece) hash.update(piece)
      return piece
    },
  }
}

/** Layouts of OCI name each file by its digest; `docker save` of old names the configuration so. */
function checkDigest(hash: Hash, path: string): void {
  const [, named] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(path) ?? []
  if (named !== undefined && hash.digest('hex') !== named)
    throw new Damage('is damaged: its contents do not have the digest that it is named by')
}
