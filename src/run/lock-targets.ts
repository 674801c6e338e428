import { dirname } from 'node:path'
import type { Options } from '../contract/options.ts'
import { fittingFiles } from '../locks/choose-file.ts'
import type { Lock, Selection } from '../locks/lock.ts'
import { walk } from '../locks/walk.ts'
import type { Platform, Target } from '../packaging/target.ts'
import { allows } from '../project-files/python-range.ts'
import { pythonsAround } from '../project-files/stated-pythons.ts'

/** What a lock file is looked at for, and where its Pythons were read. */
export interface LockTargets {
  readonly targets: readonly Target[]
  readonly source: string
}

/** Pythons that a lock may be for where nothing else says so, the newest first. */
const candidates = ['3.14', '3.13', '3.12', '3.11', '3.10', '3.9', '3.8']

/**
 * The targets of a lock file: on the Pythons that the user gives, else on the first that the repository states and the lock
 * allows, else on the newest that it allows and has files for.
 */
export async function targetsOfLock(
  path: string,
  lock: Lock,
  selection: Selection,
  { python, platform, cwd }: Options,
): Promise<LockTargets> {
  const platforms: readonly Platform[] = platform.length > 0 ? platform : ['linux-x86_64']
  const on = (pythons: readonly string[], source: string) => ({
    targets: pythons.flatMap(python => platforms.map(platform => ({ python, platform }))),
    source,
  })
  if (python.length > 0) return on(python, '--python')
  const isAllowed = (python: string) => lock.requiresPython === undefined || allows(lock.requiresPython, python)
  const { stated } = await pythonsAround(dirname(path), { cwd })
  const first = stated.find(({ python }) => isAllowed(python))
  if (first) return on([first.python], first.source)
  const allowed = candidates.filter(isAllowed)
  const hasFiles = (python: string) =>
    [...walk(lock, selection, { python, platform: platforms[0]! }).values()].every(
      ({ locked }) => locked.files.length === 0 || fittingFiles(locked.files, { python, platform: platforms[0]! }).best,
    )
  return on([allowed.find(hasFiles) ?? allowed[0] ?? candidates[0]!], 'the lock file')
}
