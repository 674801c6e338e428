import { lstat, readdir, realpath } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { TorchpinError } from '../errors.ts'

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

/** The real path of the repository that a folder belongs to, else of the folder. */
export async function repositoryOf(folder: string): Promise<string> {
  for await (const { path, names } of foldersUpwards(folder)) if (names.includes('.git')) return realpath(path)
  return realpath(folder)
}

/** Whether a path lies below a folder. Both are real paths. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Whether a path is that of a folder, or lies below it. Both are real paths. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || isBelow(path, folder)
}

/**
 * Whether a path is a link that leads out of the repository that it stands in, or out of its folder where there is none.
 * What a repository has committed must not make torchpin read or write a file of somebody else.
 */
export async function leadsOut(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isSymbolicLink()) return false
  const real = await realpath(path).catch(() => undefined)
  return real !== undefined && !isBelow(real, await repositoryOf(dirname(path)))
}

/** @throws TorchpinError FILE_OUTSIDE for a link that `leadsOut`; it is neither read nor written */
export async function refuseLinkOut(path: string, cwd: string): Promise<void> {
  if (await leadsOut(path))
    throw new TorchpinError('FILE_OUTSIDE', `${pathFrom(cwd, path)} is a link out of the repository`, {
      hint: 'name the file that it leads to, or put a file in its place',
    })
}

/** A path as a report shows it: from `cwd`, with `/` between folders. */
export function pathFrom(cwd: string, path: string): string {
  return withSlashes(relative(cwd, path))
}

/** A path of this system with `/` between folders. */
export function withSlashes(path: string): string {
  return path.split(sep).join('/')
}
