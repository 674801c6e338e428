import { basename } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { readPoetryLock, readPylock, readUvLock } from '../project-files/lock-files.ts'
import { type ProjectGroups, readPyproject } from '../project-files/pyproject.ts'
import { tomlTrouble } from '../project-files/toml.ts'
import type { Lock } from './lock.ts'
import { lockOfPoetry } from './of-poetry.ts'
import { lockOfPylock } from './of-pylock.ts'
import { lockOfUv } from './of-uv.ts'

/** Whether a file is a lock that `readLock` reads, by its name. */
export function isLockName(path: string): boolean {
  return formatOf(path) !== undefined
}

/**
 * Reads a lock file.
 *
 * @param path its name says its format: `uv.lock`, `NAME.py.lock` (which uv writes beside a script), `poetry.lock`,
 * `pylock.toml` and `pylock.NAME.toml`
 * @param pyproject the text of the pyproject.toml beside it: it says which groups are installed by default, and whose the lock is
 * @throws TorchpinError FILE_UNREADABLE where the text is no TOML, with the place, or locks nothing; BAD_OPTION where its name is that of no lock
 */
export async function readLock(path: string, text: string, pyproject?: string): Promise<Lock> {
  const read = formatOf(path)
  if (!read)
    throw new TorchpinError('BAD_OPTION', `${path} is not named as a lock file`, {
      hint: 'lock files are uv.lock, the .lock of a script, poetry.lock, pylock.toml and pylock.NAME.toml',
    })
  const lock = await read(text, pyproject === undefined ? undefined : await readPyproject(pyproject))
  if (lock) return lock
  const trouble = await tomlTrouble(text)
  throw new TorchpinError(
    'FILE_UNREADABLE',
    trouble
      ? `${path}:${trouble.line}:${trouble.column} is no TOML: ${trouble.why}`
      : `${path} locks nothing, not even the project that it is for`,
  )
}

type Reader = (text: string, project: ProjectGroups | undefined) => Promise<Lock | undefined>

const formats: readonly [name: RegExp, read: Reader][] = [
  [/^uv\.lock$|\.py\.lock$/, reader(readUvLock, lockOfUv)],
  [/^poetry\.lock$/, reader(readPoetryLock, lockOfPoetry)],
  [/^pylock(?:\.[^.]+)?\.toml$/, reader(readPylock, lockOfPylock)],
]

function reader<Written>(
  read: (text: string) => Promise<Written | undefined>,
  lockOf: (written: Written, project?: ProjectGroups) => Lock,
): Reader {
  return async (text, project) => {
    const written = await read(text)
    return written && lockOf(written, project)
  }
}

function formatOf(path: string): Reader | undefined {
  return formats.find(([name]) => name.test(basename(path)))?.[1]
}
