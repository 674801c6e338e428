import { readdir } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'

/** A folder, and what lies in it. */
export interface Folder {
  readonly path: string
  /** Sorted; none where the folder cannot be read. */
  readonly names: readonly string[]
}

/** A folder and those above it, the nearest first: up to the one that holds `.git`, else to the root of the file system. */
export async function* foldersUpwards(directory: string): AsyncGenerator<Folder> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    const names = await readdir(path).catch((): string[] => [])
    yield { path, names: names.sort() }
    if (names.includes('.git') || dirname(path) === path) return
  }
}

/** A folder as its repository names it: `services/api`; empty at the top of a repository, and outside of any. */
export async function folderInRepository(directory: string): Promise<string> {
  for await (const { path, names } of foldersUpwards(directory)) {
    if (names.includes('.git')) return pathFrom(path, directory)
  }
  return ''
}

/** A path as a report shows it: from `cwd`, with `/` between folders. */
export function pathFrom(cwd: string, path: string): string {
  return withSlashes(relative(cwd, path))
}

/** A path of this system with `/` between folders. */
export function withSlashes(path: string): string {
  return path.split(sep).join('/')
}
