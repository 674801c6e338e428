import type { Folder } from './folders.ts'

/** The Dockerfiles of a folder: the plain one first, then variants by name. */
export function dockerfilesOf({ names }: Folder): string[] {
  const plain = /^(?:dockerfile|containerfile)$/i
  const variant = /^(?:dockerfile|containerfile)[-_.].+|.\.(?:dockerfile|containerfile)$/i
  return [
    ...names.filter(name => plain.test(name)),
    ...names.filter(name => variant.test(name) && !name.endsWith('.dockerignore')),
  ]
}
