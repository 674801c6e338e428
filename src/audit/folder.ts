import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { readBeginningSync } from '../files/regular-file.ts'
import { tellingFile } from './telling-files.ts'
import { emptyFolder, type File, type Folder, weightless } from './tree.ts'

/** What the kernel shows at the top of a running system is no part of what ships. */
const ofTheKernel = new Set(['proc', 'sys', 'dev'])
/** Folders between two moments at which others may work: the walk itself does not wait for anything. */
const TURN = 64

/** Which links to files a walk follows, by their path below its start. */
export type LinksFollowed = (path: string) => boolean

/** Links of a root file system lead to places in it, and not on this machine. */
export const noLinks: LinksFollowed = () => false

/**
 * uv links packages into an environment from its cache (`--link-mode symlink`), and conda does so too. The interpreter
 * that an environment was made from is no part of it.
 */
export const linksOfPackages: LinksFollowed = path => !/^(?:bin|Scripts)\/(?:python|pypy)/.test(path)

/**
 * Reads a folder as a tree: names, sizes, and the contents of a few files. A file with several names counts once, be they
 * hard links or symbolic ones. Links to folders are not followed, and neither are links to what is in the folder anyway.
 *
 * @param follows which links that lead out of the folder count as the files they lead to
 * @param onFolder called with the number of files seen so far; may throw to end it
 * @throws what the operating system says of a folder or file that cannot be read: what was not seen cannot be called clean
 */
export async function readFolder(
  root: string,
  follows: LinksFollowed,
  onFolder: (files: number, path: string) => void,
): Promise<Folder> {
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
        continue
      }
      const absolute = join(root, at)
      const found = entry.isFile()
        ? existing(() => lstatSync(absolute))
        : entry.isSymbolicLink() && follows(at)
          ? fileBehind(absolute, root)
          : undefined
      if (found) {
        folder.children.set(
          entry.name,
          fileAt({ absolute, path: at, found, mayComeAgain: found.nlink > 1 || !entry.isFile() }, inodes),
        )
        files++
      } else if (!entry.isFile()) folder.children.set(entry.name, weightless)
    }
  }
  return tree
}

/** Sorted, so that the same folder gives the same report everywhere. A file that is gone by now is left out. */
function entriesOf(path: string): Dirent[] {
  return (existing(() => readdirSync(path, { withFileTypes: true })) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The file that a link leads to, if that is a file outside of a folder; circles and links to nothing lead nowhere. */
function fileBehind(link: string, root: string): Stats | undefined {
  try {
    if (realpathSync(link).startsWith(root.endsWith(sep) ? root : root + sep)) return undefined
    const found = statSync(link)
    return found.isFile() ? found : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

interface Found {
  readonly absolute: string
  readonly path: string
  readonly found: Stats
  /** Hard links and links that are followed: the same file may come again under another name. */
  readonly mayComeAgain: boolean
}

function fileAt({ absolute, path, found, mayComeAgain }: Found, inodes: Map<string, File>): File {
  const inode = mayComeAgain ? `${found.dev}:${found.ino}` : undefined
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
