import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TorchpinError } from '../../contract/errors.ts'
import type { Options } from '../../contract/options.ts'
import { pathFrom, refuseLinkOut, repositoryOf } from '../../files/folders.ts'
import { LARGEST_TEXT, readRegular, whyUnreadable } from '../../files/regular-file.ts'
import { isLockName } from '../../locks/read-lock.ts'
import { type NeutralGround, neutralGround } from '../../rewrite/installers/neutral-ground.ts'
import { runProgram } from '../../rewrite/installers/program.ts'

/** Gives the text of a file of one side of a comparison, by its absolute path on this side; undefined where it is not there. */
export type Side = (path: string) => Promise<string | undefined>

type Ground = Pick<Options, 'cwd' | 'environment' | 'signal'>

/**
 * The other side of a comparison, for as long as a piece of work takes.
 *
 * @param against the path of a lock file that is there, or a revision of git
 * @throws TorchpinError BAD_OPTION where it is neither, or git is not there; FILE_UNREADABLE
 */
export async function withOtherSide<Result>(
  against: string,
  options: Ground,
  work: (side: Side) => Promise<Result>,
): Promise<Result> {
  const absolute = resolve(options.cwd, against)
  if (await isLockFile(against, options.cwd))
    return work(path => readOwn(isLockName(path) ? absolute : join(dirname(absolute), basename(path)), options.cwd))
  const repository = await repositoryOf(options.cwd)
  const ground = await neutralGround(options, [repository], new Set())
  try {
    return await work(await revisionOf(against, { ...ground, cwd: options.cwd }))
  } finally {
    await ground.leave()
  }
}

/** Whether the other side is a lock file that is there, and no revision. */
export async function isLockFile(against: string, cwd: string): Promise<boolean> {
  return isLockName(against) && ((await stat(resolve(cwd, against)).catch(() => undefined))?.isFile() ?? false)
}

/** A file of this side. @throws TorchpinError FILE_UNREADABLE, FILE_OUTSIDE */
export async function readOwn(path: string, cwd: string): Promise<string | undefined> {
  await refuseLinkOut(path, cwd)
  try {
    return (await readRegular(path)).toString('utf8')
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    throw new TorchpinError('FILE_UNREADABLE', `${pathFrom(cwd, path)} ${whyUnreadable(cause)}`, { cause })
  }
}

/**
 * git reads objects of the repository, and does nothing else: no hook, no monitor, no filter, no fetch of what a partial clone
 * left behind. What is not a revision cannot become an option of it.
 */
async function revisionOf(revision: string, ground: NeutralGround): Promise<Side> {
  const git = await ground.find('git')
  if (git === undefined)
    throw new TorchpinError('BAD_OPTION', 'git is not on the PATH, and --against asks it', { flag })
  const ask = (...args: string[]) => runProgram([git, ...harmless, ...args], program(ground))
  const commit = await ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)
  if (revision.startsWith('-') || commit.code !== 0)
    throw new TorchpinError('BAD_OPTION', `--against ${revision} is no revision of this repository, and no lock file`, {
      hint:
        commit.stderr.trim().split('\n')[0] || 'fetch it first; in a workflow, actions/checkout takes fetch-depth: 0',
      flag,
    })
  const id = commit.stdout.trim()
  return async path => {
    const blob = `${id}:./${pathFrom(ground.cwd, path)}`
    if ((await ask('cat-file', '-e', blob)).code !== 0) return undefined
    const { code, stdout } = await ask('cat-file', 'blob', blob)
    if (code === 0 && stdout.length < LARGEST_TEXT) return stdout
    throw new TorchpinError('FILE_UNREADABLE', `${pathFrom(ground.cwd, path)} of ${revision} cannot be read`)
  }
}

const flag = 'against'

const harmless = ['-c', 'core.fsmonitor=', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never']

function program(ground: NeutralGround) {
  const environment = {
    ...ground.environment,
    LC_ALL: 'C',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
  return { cwd: ground.cwd, environment, signal: ground.signal, most: LARGEST_TEXT }
}
