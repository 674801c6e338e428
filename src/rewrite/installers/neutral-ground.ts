import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { isWithin } from '../../files/folders.ts'
import { unrepeatable } from '../../files/machine/run-notes.ts'
import { type NeutralEnvironment, neutralEnvironment, standardName } from './neutral-environment.ts'
import type { ProgramOptions } from './program.ts'

/**
 * Where the programs of this machine run: in an empty folder, with an environment of little, and found where no repository
 * can have put them. Python and uv would take code and settings from the current folder, and from those above it.
 */
export interface NeutralGround extends ProgramOptions, NeutralEnvironment {
  /** A folder for what they are to read and where they may write. */
  readonly folder: string
  /** The whole path of a program; undefined where it is not there, or in a repository alone. */
  find(name: string): Promise<string | undefined>
  /** Removes all of it. */
  leave(): Promise<void>
}

/**
 * Makes a neutral ground.
 *
 * @param from what the run itself has
 * @param repositories real paths; whatever lies there is a stranger's
 * @param named variables that the requirements files name
 */
export async function neutralGround(
  { cwd, environment, signal }: ProgramOptions,
  repositories: readonly string[],
  named: ReadonlySet<string>,
): Promise<NeutralGround> {
  unrepeatable('programs of this machine were looked for')
  // A folder that only this user can enter, with an unpredictable name.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'torchpin-verify-')))
  const [empty, temporary] = [join(folder, 'empty'), join(folder, 'temporary')]
  await Promise.all([mkdir(empty), mkdir(temporary)])
  const isOutside = async (path: string) => {
    const real = await realpath(path).catch(() => path)
    return !repositories.some(repository => isWithin(path, repository) || isWithin(real, repository))
  }
  const neutral = await neutralEnvironment({ variables: environment, named, cwd, temporary, isOutside })
  const path = Object.entries(neutral.environment).find(([name]) => standardName(name) === 'PATH')?.[1]
  const folders = path?.split(delimiter) ?? []
  return {
    folder,
    cwd: empty,
    ...neutral,
    signal,
    async find(name) {
      for (const path of folders.map(folder => join(folder, process.platform === 'win32' ? `${name}.exe` : name)))
        if ((await isProgram(path)) && (await isOutside(path))) return path
      return undefined
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
