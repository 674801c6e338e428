import { hash } from 'node:crypto'
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a run may learn of a path by `stat` and `lstat`: what it is and, of a file, its size. No times, no numbers of the disk. */
export type Found = Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'size'>

/** {@link Found} as an answer. */
export function foundAnswer(found: Found): string {
  if (found.isFile()) return `file ${found.size}`
  return found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other'
}

/** The names in a folder as an answer, whatever order the system gives them in. */
export function namesAnswer(names: readonly string[]): string {
  return names.toSorted().join('/')
}

/** What is in a folder as an answer. */
export function entriesAnswer(entries: readonly Dirent[]): string {
  return namesAnswer(entries.map(entry => `${entry.name}/${kindOf(entry)}`))
}

function kindOf(entry: Dirent): string {
  return entry.isFile() ? 'f' : entry.isDirectory() ? 'd' : entry.isSymbolicLink() ? 'l' : 'o'
}

/** The names that a pattern matches, as an answer. */
export function matchingAnswer(names: readonly string[], pattern: RegExp): string {
  return namesAnswer(names.filter(name => pattern.test(name)))
}

/** Contents as an answer. */
export function contentAnswer(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64')
}

/** What the system said in place of an answer, or torchpin where a file is not fit to be read. */
export function errorAnswer(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return `! ${code ?? message}`
}

/** A variable as an answer. */
export function variableAnswer(value: string | undefined): string {
  return value === undefined ? '-' : `=${value}`
}

/** The packs of a cache as an answer: they only ever grow, come and go as a whole. */
export function storedAnswer(folder: string): string {
  try {
    const packs = readdirSync(folder).filter(name => name.endsWith('.pack'))
    return namesAnswer(packs.map(name => `${name} ${sizeOf(join(folder, name))}`))
  } catch {
    return '-'
  }
}

function sizeOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.size} ${found.mtimeMs}` : '-'
}
