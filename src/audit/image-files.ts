import { type ByteReader, Damage } from '../files/archive/byte-reader.ts'
import { tarEntries } from '../files/archive/tar.ts'
import { packingOf, unpacked } from '../files/archive/unpack.ts'
import { type Blob, readBlob } from './blob.ts'
import { MOST_MEMBERS, tooManyMembers } from './layer.ts'
import type { ReadApart } from './layer-threads.ts'
import { namesOf } from './tree.ts'

/** The files of an image by their paths, wherever they are. */
export interface ImageFiles {
  /** Undefined where there is no such file. */
  blob(path: string): Promise<Blob | undefined>
}

/** Characters of documents that are kept. */
const MOST_TEXT = 2 ** 26
/** Links between layers lead to a layer in one step; more is a circle. */
const MOST_LINKS = 8
/** A thread takes a tenth of a second to start. */
const WORTH_A_THREAD = 2 ** 22

/**
 * Reads the files of an image from an archive in one pass. They come in any order, the list of those that count often last, so
 * each is read as it comes, and only what it says is kept.
 *
 * @param onFile called with the name of each file before it is read
 * @param readApart reads a compressed file of an archive that is none itself, while the pass goes on
 * @throws Damage
 */
export async function readImageArchive(
  archive: ByteReader,
  onFile: (path: string) => void,
  readApart?: ReadApart,
): Promise<ImageFiles> {
  if ((await archive.peek(1)).length === 0) throw new Damage('is empty')
  const reader = await unpacked(archive, await packingOf(archive))
  const blobs = new Map<string, Blob | Promise<Blob>>()
  const links = new Map<string, string>()
  let text = 0
  let members = 0
  const counted = (blob: Blob): Blob => {
    if (blob.kind === 'layer' && (members += blob.layer.members) > MOST_MEMBERS) throw tooManyMembers()
    if (blob.kind === 'document' && (text += blob.text.length) > MOST_TEXT)
      throw new Damage('has more documents than any image, so it is none')
    return blob
  }
  for await (const { path: written, type, target, stored, body } of tarEntries(reader)) {
    const path = insidePath(written)
    if (type === 'symbolic-link') links.set(path, insidePath(`${path}/../${target}`))
    else if (type === 'hard-link') links.set(path, insidePath(target))
    else if (type === 'file') {
      onFile(path)
      if (readApart && reader === archive && stored >= WORTH_A_THREAD && (await packingOf(reader)) !== 'none') {
        const found = readApart({ path, offset: reader.position, size: stored }).then(counted)
        // It may fail before anybody waits for it.
        found.catch(() => undefined)
        blobs.set(path, found)
      } else blobs.set(path, counted(await readBlob(body, stored, path)))
    }
  }
  // What follows belongs to the compressed data, whose end proves that it is whole.
  if (reader !== archive) await reader.skip(Number.MAX_SAFE_INTEGER)
  await Promise.all(blobs.values())
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
