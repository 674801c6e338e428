import { readdirSync as unheard } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { namesAnswer } from './machine/answers.ts'
import { lstat, realpath } from './machine/files.ts'
import { isWatched, note } from './machine/run-notes.ts'

/** A folder that was listed; nothing lies in one that cannot be read. */
export interface Folder {
  readonly path: string
  has(name: string): boolean
  /** The names that a pattern matches, sorted. @param pattern without the flags `g` and `y` */
  matching(pattern: RegExp): readonly string[]
}

/**
 * A folder with these names. Whoever watches the run (`watchRun`) hears what it is asked: the rest of a folder, such as one with
 * temporary files, may change.
 */
export function folderOf(path: string, names: readonly string[]): Folder {
  const all = new Set(names)
  // A thousand folders ask the one that they lie in the same questions.
  const had = new Map<string, boolean>()
  const matched = new Map<RegExp, readonly string[]>()
  return {
    path,
    has(name) {
      const known = had.get(name)
      if (known !== undefined) return known
      const there = all.has(name)
      had.set(name, there)
      note({ note: 'look', question: 'has', subject: join(path, name), argument: '', answer: `${there}` })
      return there
    },
    matching(pattern) {
      const known = matched.get(pattern)
      if (known) return known
      const found = names.filter(name => pattern.test(name)).sort()
      matched.set(pattern, found)
      if (isWatched()) {
        const { source, flags } = pattern
        const answer = namesAnswer(found)
        note({ note: 'look', question: 'matching', subject: path, argument: `${flags}/${source}`, answer })
      }
      return found
    },
  }
}

/** A folder and those above it, the nearest first: up to the one that holds `.git`, else to the root of the file system. */
export type FoldersUpwards = (directory: string) => Iterable<Folder>

/** Lists the folders anew each time. */
export const foldersUpwards: FoldersUpwards = directory => upwards(directory, listed)

/** Lists each folder once, however many are asked about below it: what a run sees of its folders does not change meanwhile. */
export function foldersListedOnce(): FoldersUpwards {
  const known = new Map<string, Folder>()
  const listedOnce = (path: string) => {
    const folder = known.get(path) ?? listed(path)
    known.set(path, folder)
    return folder
  }
  return directory => upwards(directory, listedOnce)
}

function* upwards(directory: string, list: (path: string) => Folder): Generator<Folder> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    const folder = list(path)
    yield folder
    if (folder.has('.git') || dirname(path) === path) return
  }
}

function listed(path: string): Folder {
  try {
    return folderOf(path, unheard(path))
  } catch {
    return folderOf(path, [])
  }
}

/** A folder as its repository names it: `services/api`; empty at the top of a repository, and outside of any. */
export async function folderInRepository(directory: string): Promise<string> {
  const top = await topOf(directory)
  return top === undefined ? '' : pathFrom(top, directory)
}

/** The real path of the repository that a folder belongs to, else of the folder. */
export async function repositoryOf(folder: string): Promise<string> {
  return realpath((await topOf(folder)) ?? folder)
}

/** The nearest folder, this one or one above it, that holds `.git`; undefined outside of any repository. Lists none of them: there may be thousands in one. */
export async function topOf(folder: string): Promise<string | undefined> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    if (await isRepository(path)) return path
    if (dirname(path) === path) return undefined
  }
}

/** Whether a folder is the top of a repository: something called `.git` lies in it, a link that leads nowhere included. */
export function isRepository(folder: string): Promise<boolean> {
  return lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  )
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
