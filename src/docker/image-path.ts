import { posix } from 'node:path'

/** A path in an image, from the folder it is written in; undefined where either is not known. */
export function canonicalPath(folder: string | undefined, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  if (path.startsWith('~')) return undefined
  if (path.startsWith('/')) return withoutEnd(posix.normalize(path))
  return folder === undefined ? undefined : withoutEnd(posix.join(folder, path))
}

/** Whether a path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function withoutEnd(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path
}
