import { ByteReader, Damage } from '../files/archive/byte-reader.ts'
import { type TarEntry, tarEntries } from '../files/archive/tar.ts'
import { tellingFile } from './telling-files.ts'
import { emptyFolder, type File, type Folder, find, folderAt, namesOf, weigh, weightless } from './tree.ts'

/** What one layer of an image adds and takes away. */
export interface Layer {
  readonly tree: Folder
  /** Files it brings, hard links once, and their bytes unpacked. */
  readonly files: number
  readonly bytes: number
  /** Members of its archive, and folders that only their paths name: what it takes of memory. */
  readonly members: number
  /** Whiteouts that mean nothing; they are skipped. */
  readonly illegalWhiteouts: readonly string[]
}

/**
 * Members of all layers of an image together. A million empty files take some 480 MB of memory, so this many take about 1 GB,
 * and an archive of any number packs to next to nothing.
 */
export const MOST_MEMBERS = 2 ** 21
/** Characters of a layer that are kept. */
const MOST_TEXT = 2 ** 26
const WHITEOUT = '.wh.'
/** Of the file system that whiteouts come from: `.wh..wh.plnk` and its like say nothing of the image. */
const AUFS = '.wh..wh.'
const OPAQUE = '.wh..wh..opq'

/**
 * Reads the archive of a layer.
 *
 * @param most members that it may have
 * @throws Damage where it is none, is cut off, has more members, or names files outside of the image
 */
export async function readLayer(reader: ByteReader, most = MOST_MEMBERS): Promise<Layer> {
  const tree = emptyFolder()
  const illegalWhiteouts: string[] = []
  let text = 0
  let members = 0
  const count = () => {
    if (++members > most) throw tooManyMembers()
  }
  for await (const entry of tarEntries(reader)) {
    count()
    const names = entry.path.includes('..') ? insideOnly(entry.path) : namesOf(entry.path)!
    const name = names.pop()
    if (name === undefined) continue
    const whiteout = names.find(part => part.startsWith(WHITEOUT)) ?? name
    if (whiteout !== OPAQUE && whiteout.startsWith(AUFS)) continue
    if (whiteout.startsWith(WHITEOUT)) {
      if (whiteout !== name || !remove(folderAt(tree, names, count), name)) illegalWhiteouts.push(entry.path)
      continue
    }
    const folder = folderAt(tree, names, count)
    if (entry.type === 'folder') folderAt(folder, [name])
    else if (entry.type === 'hard-link') link(tree, folder, name, entry)
    else if (entry.type === 'file') {
      const file: File = { kind: 'file', size: entry.size, links: 1 }
      const kept = await keptText(entry)
      if (kept !== undefined) file.text = kept
      text += kept?.length ?? 0
      if (text > MOST_TEXT) throw new Damage('lists more files of packages than any image has')
      folder.children.set(name, file)
    } else folder.children.set(name, weightless)
  }
  return { tree, ...weigh(tree), members, illegalWhiteouts }
}

export function tooManyMembers(): Damage {
  return new Damage(`has more than ${MOST_MEMBERS} files and folders, and no image has as many`)
}

/** Marks what a whiteout takes away. @returns false where it means nothing */
function remove(folder: Folder, whiteout: string): boolean {
  if (whiteout === OPAQUE) folder.opaque = true
  else {
    const name = whiteout.slice(WHITEOUT.length)
    if (name === '' || name === '.' || name === '..') return false
    folder.removed ??= new Set()
    folder.removed.add(name)
  }
  return true
}

/** A further name: of a file of this layer, or else of one below. */
function link(tree: Folder, folder: Folder, name: string, { path, target }: TarEntry): void {
  const names = target.includes('..') ? insideOnly(target) : namesOf(target)!
  const file = find(tree, names)
  if (file?.kind === 'file') {
    if (folder.children.get(name) === file) return
    file.links++
    folder.children.set(name, file)
  } else if (path !== target) folder.children.set(name, { kind: 'hard-link', target: names })
}

function insideOnly(path: string): string[] {
  const names = path.split('/').includes('..') ? undefined : namesOf(path)
  if (!names) throw new Damage(`names a file outside of the image: ${path}`)
  return names
}

async function keptText({ path, size, body }: TarEntry): Promise<string | undefined> {
  const telling = tellingFile(path)
  if (!telling) return undefined
  if (telling.whole && size > telling.limit) throw new Damage(`has a ${path} of impossible size`)
  return telling.keep((await new ByteReader(body).read(Math.min(size, telling.limit))).toString('utf8'))
}
