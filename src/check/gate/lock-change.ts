import { TorchpinError } from '../../contract/errors.ts'
import type { Options } from '../../contract/options.ts'
import type { LockChange } from '../../contract/results/gate.ts'
import { pathFrom } from '../../files/folders.ts'
import { type Lock, selectionOf } from '../../locks/lock.ts'
import { readLock } from '../../locks/read-lock.ts'
import { resolutionOf } from '../../locks/resolution.ts'
import { walk } from '../../locks/walk.ts'
import { targetsOfLock } from '../../run/lock-targets.ts'
import type { Network } from '../../run/solve/indexes.ts'
import { sameIndex } from '../../torch/index-urls.ts'
import { addedForGpus, type Compared, savingsOf, targetResult, waysToNew } from './change.ts'
import { cudaAdded } from './findings.ts'
import { readOwn, type Side } from './other-side.ts'

/**
 * Compares a lock file with what it is on the other side.
 *
 * @param path absolute
 * @throws TorchpinError FILE_UNREADABLE where neither side has it
 */
export async function compareLock(path: string, other: Side, options: Options, network: Network): Promise<Compared> {
  const here: Side = file => readOwn(file, options.cwd)
  const shown = pathFrom(options.cwd, path)
  const after = await sideOf(path, shown, here)
  const before = await sideOf(path, shown, other)
  // A lock file that is on one side alone adds, or takes away, all that it installs.
  const lock = after ?? before
  if (!lock) throw new TorchpinError('FILE_UNREADABLE', `${shown} is on neither side`)
  const { targets, source } = await targetsOfLock(path, lock, selectionOf(lock, options), options)
  const resolved = (one: Lock | undefined) =>
    one ? resolutionOf(one, selectionOf(one, options), targets, indexAt(network)) : new Map<string, never>()
  const sides = { old: resolved(before), now: resolved(after) }
  const [target] = targets
  const chains = after && walk(after, selectionOf(after, options), target!)
  const change: LockChange = {
    path: shown,
    isNew: before === undefined,
    target: targetResult(targets, source),
    // uv and Poetry write no bytecode unless they are asked to.
    savings: await savingsOf(
      sides,
      { target: target!, complete: { before: true, after: true }, compiles: false },
      options,
    ),
    ways: waysToNew(sides, new Map([...(chains ?? [])].map(([name, { chain }]) => [name, chain])), target!),
  }
  const placeOf = (project: string) => ({
    path: shown,
    line: after?.packages.find(({ name }) => name === project)?.line,
  })
  const hint = 'bind torch to the index of CPU builds in pyproject.toml, and lock again'
  return { change, findings: cudaAdded(change, addedForGpus(sides, targets), { placeOf, hint }) }
}

/** The CPU index and the public one have their snapshots behind them. */
const indexAt = (network: Network) => (url: string) =>
  sameIndex(url, network.options.cpuIndexUrl) ? network.cpu : network.index(url)

async function sideOf(path: string, shown: string, read: Side): Promise<Lock | undefined> {
  const text = await read(path)
  if (text === undefined) return undefined
  const pyproject = await read(path.replace(/[^/\\]*$/, 'pyproject.toml'))
  return readLock(shown, text, pyproject)
}
