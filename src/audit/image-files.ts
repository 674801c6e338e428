import type { ByteReader } from '../archive/byte-reader.ts'
import { Damage } from '../archive/damage.ts'
import { tarEntries } from '../archive/tar.ts'
import { packingOf, unpacked } from '../archive/unpack.ts'
import { type Blob, readBlob } from './blob.ts'
import { namesOf } from './tree.ts'

/** The files of an image by their paths, wherever they are. */
export interface ImageFiles {
  /** Undefined where there is no such file. */
  blob(path: string): Promise<Blob | undefined>
}

/** As much text is kept of documents. */
const MOST_TEXT = 2 ** 26
/** Links between layers lead to a layer in one step; more is a circle. */
const MOST_LINKS = 8

/**
 * Reads the files of an image from an archive in one pass. They come in any order, the list of those that count often last, so
 * each is read as it comes and only what it tells is kept.
 *
 * @param onFile told the name of each file before it is read
 * @throws Damage
 */
export async function readImageArchive(archive: ByteReader, onFile: (path: string) => void): Promise<ImageFiles> {
  if ((await archive.peek(1)).length === 0) throw new Damage('is empty')
  const reader = await unpacked(archive, await packingOf(archive))
  const blobs = new Map<string, Blob>()
  const links = new Map<string, string>()
  let text = 0
  for await (const { path: written, type, target, stored, body } of tarEntries(reader)) {
    const path = insidePath(written)
    if (type === 'symbolic-link') links.set(path, insidePath(`${path}/../${target}`))
    else if (type === 'hard-link') links.set(path, insidePath(target))
    else if (type === 'file') {
      onFile(path)
      const blob = await readBlob(body, stored, path)
      if (blob.kind === 'document' && (text += blob.text.length) > MOST_TEXT)
        throw new Damage('has more documents than any image, so it is none')
      blobs.set(path, blob)
    }
  }
  // What follows belongs to the compressed data, whose end proves that it is whole.
  if (reader !== archive) await reader.skip(Number.MAX_SAFE_INTEGER)
  return {
    async blob(path) {
      let at = path
      for (let step = 0; step < MOST_LINKS && links.has(at); step++) at = links.get(at)!
      return blobs.get(at)
    },
  }
}

function insidePath(path: string): string {
  const names = namesOf(path)
  if (!names) throw new Damage(`names a file outside of the image: ${path}`)
  return names.join('/')
}
