import type { Folder } from '../../files/folders.ts'

/** The Dockerfiles of a folder: the plain one first, then variants by name. */
export function dockerfilesOf(folder: Folder): string[] {
  const plain = /^(?:dockerfile|containerfile)$/i
  const variant = /^(?:dockerfile|containerfile)[-_.].+|.\.(?:dockerfile|containerfile)$/i
  return [...folder.matching(plain), ...folder.matching(variant).filter(name => !name.endsWith('.dockerignore'))]
}
