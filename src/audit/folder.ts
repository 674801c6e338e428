import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { readBeginningSync } from '../files/regular-file.ts'
import { tellingFile } from './telling-files.ts'
import { emptyFolder, type File, type Folder, weightless } from './tree.ts'

/** What the kernel shows at the top of a running system is no part of what ships. */
const ofTheKernel = new Set(['proc', 'sys', 'dev'])
/** Folders between two moments at which others may work: the walk itself does not wait for anything. */
const TURN = 64

/**
 * Reads a folder as a tree: names, sizes, and of few files what they tell. Links are not followed, and a file with several names
 * counts once.
 *
 * @param onFolder told how many files were seen so far; may throw to end it
 * @throws what the operating system says of a folder or file that cannot be read: what was not seen cannot be called clean
 */
export async function readFolder(root: string, onFolder: (files: number, path: string) => void): Promise<Folder> {
  const tree = emptyFolder()
  const inodes = new Map<string, File>()
  const pending: { readonly path: string; readonly folder: Folder }[] = [{ path: '', folder: tree }]
  let [files, folders] = [0, 0]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { path, folder } = next
    onFolder(files, path)
    if (++folders % TURN === 0) await setImmediate()
    for (const entry of entriesOf(join(root, path))) {
      if (path === '' && ofTheKernel.has(entry.name) && entry.isDirectory()) continue
      const at = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory()) {
        const below = emptyFolder()
        folder.children.set(entry.name, below)
        pending.push({ path: at, folder: below })
      } else if (entry.isFile()) {
        const file = fileAt(join(root, at), at, inodes)
        if (file) folder.children.set(entry.name, file)
        files++
      } else folder.children.set(entry.name, weightless)
    }
  }
  return tree
}

/** Sorted, so that the same folder gives the same report everywhere. What is gone by now is no longer there. */
function entriesOf(path: string): Dirent[] {
  return (existing(() => readdirSync(path, { withFileTypes: true })) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function fileAt(absolute: string, path: string, inodes: Map<string, File>): File | undefined {
  const found = existing(() => lstatSync(absolute))
  if (!found) return undefined
  const inode = found.nlink > 1 ? `${found.dev}:${found.ino}` : undefined
  const known = inode === undefined ? undefined : inodes.get(inode)
  if (known) {
    known.links++
    return known
  }
  const file: File = { kind: 'file', size: found.size, links: 1 }
  if (inode !== undefined) inodes.set(inode, file)
  const telling = tellingFile(path)
  if (telling) file.text = telling.keep(existing(() => readBeginningSync(absolute, telling.limit).toString()) ?? '')
  return file
}

function existing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
