import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { readBeginningSync } from './regular-file.ts'

/** Whether this user alone can write into a folder, and it is no link. Windows has no such bits: there the place has to be private. */
export function isPrivateFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true && isPrivate(found)
}

/**
 * Reads a file of a private folder that is this user's own, closed to everybody else, and no link. Nobody else can put
 * another in its place meanwhile, for that takes the right to write into the folder.
 *
 * @param largest in bytes
 * @throws Error where it is anything else; what the operating system says
 */
export function readPrivateSync(path: string, largest: number): Buffer {
  const found = lstatSync(path)
  if (!found.isFile() || !isPrivate(found) || found.size > largest) throw new Error(`${path} is not private`)
  return readBeginningSync(path, largest)
}

function isPrivate({ uid, mode }: Stats): boolean {
  const own = process.geteuid?.()
  return own === undefined || (uid === own && (mode & 0o077) === 0)
}

/**
 * Makes a folder for this user alone, with those above it. Not `recursive`: Node goes round for ever where a file system says that
 * a folder it has is not there (/proc).
 *
 * @throws what the system says
 */
export function makePrivateFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makePrivateFolder(dirname(path))
    mkdirSync(path, { mode: 0o700 })
  }
}
