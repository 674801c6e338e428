import { readdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TorchpinError } from '../../contract/errors.ts'
import type { Options } from '../../contract/options.ts'
import { pathFrom } from '../../files/folders.ts'
import { rulesAbove, rulesGiven } from '../../files/git-ignore.ts'
import { walk } from '../../files/walk.ts'
import { requirementsFormat } from '../../formats/requirements/format.ts'
import { isLockName } from '../../locks/read-lock.ts'
import { requirementsBelow } from '../../run/requirements-below.ts'
import { isLockFile } from './other-side.ts'

/** What is compared with another side. */
export interface ToCompare {
  /** Lock files: absolute paths, each once. */
  readonly locks: readonly string[]
  readonly requirements: RequirementsArguments
}

/** The arguments that mean requirements files, and the files. */
export interface RequirementsArguments {
  /** From the current folder: files that are named, and folders with some below. */
  readonly paths: readonly string[]
  /** Absolute. */
  readonly files: readonly string[]
}

/**
 * The lock files and the requirements files that the arguments mean: a file as named, a folder means those below it that git
 * does not ignore. With a lock file on the other side a folder means its lock files alone.
 *
 * @throws TorchpinError FILE_UNREADABLE where there are none; BAD_OPTION for a requirements file and a lock file
 */
export async function findCompared(
  paths: readonly string[],
  against: string,
  { cwd, exclude }: Pick<Options, 'cwd' | 'exclude'>,
): Promise<ToCompare> {
  const withLock = await isLockFile(against, cwd)
  const locks = new Set<string>()
  const named = new Set<string>()
  const files = new Set<string>()
  for (const given of paths.length > 0 ? paths : ['.']) {
    const path = resolve(cwd, given)
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
    if (isFolder) {
      for (const lock of await locksBelow(path, exclude)) locks.add(lock)
      const below = withLock ? [] : (await requirementsBelow(path, exclude)).files
      for (const file of below) files.add(file)
      if (below.length > 0) named.add(pathFrom(cwd, path) || '.')
    } else if (isRequirements(path)) {
      if (withLock) throw notWithLock(pathFrom(cwd, path))
      files.add(path)
      named.add(pathFrom(cwd, path))
    } else locks.add(path)
  }
  if (locks.size + files.size > 0) return { locks: [...locks], requirements: { paths: [...named], files: [...files] } }
  throw new TorchpinError(
    'FILE_UNREADABLE',
    `no lock files and no requirements files below ${paths.map(path => pathFrom(cwd, path))[0] || '.'}`,
    { hint: '--against compares uv.lock, poetry.lock, pylock.toml and requirements files' },
  )
}

/** Any list in text that is not named as a lock file. */
function isRequirements(path: string): boolean {
  return !isLockName(path) && (requirementsFormat.matches(path) || /\.(?:txt|in)$/i.test(path))
}

function notWithLock(path: string): TorchpinError {
  return new TorchpinError('BAD_OPTION', `${path} is compared with a revision of git, and not with a lock file`, {
    hint: 'name the revision: --against origin/main',
    flag: 'against',
  })
}

async function locksBelow(folder: string, exclude: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const { rules, repository } = await rulesAbove(folder)
  const locks: string[] = []
  const bounds = { excluded: rulesGiven(repository ?? folder, exclude) }
  for await (const { path, entry, isIgnored } of walk({ folder, entries, rules }, bounds))
    if (entry.isFile() && isLockName(path) && !isIgnored()) locks.push(path)
  return locks
}
