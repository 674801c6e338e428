import { posix } from 'node:path'
import { isSlash, withoutEnd } from '../../text/ends.ts'

/** A path in an image, from the folder it is written in; undefined where either is not known. */
export function canonicalPath(folder: string | undefined, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  if (path.startsWith('~')) return undefined
  if (path.startsWith('/')) return plain(posix.normalize(path))
  return folder === undefined ? undefined : plain(posix.join(folder, path))
}

/** Whether a path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function plain(path: string): string {
  return path.length > 1 ? withoutEnd(path, isSlash) : path
}
