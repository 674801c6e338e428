import type { Options } from '../../contract/options.ts'
import type { LockChange } from '../../contract/results/gate.ts'
import type { Finding, Savings } from '../../contract/results/rewrite.ts'
import type { Target } from '../../packaging/target.ts'
import type { Resolution } from '../../resolve/resolve.ts'
import { type Measured, measureSavings } from '../../run/savings.ts'
import { isForGpus } from '../../torch/cpu-build.ts'

/** What is installed from one file, or from files that are installed together, on both sides. */
export interface Compared {
  readonly change: LockChange
  readonly findings: readonly Finding[]
  /** Set where it could not be worked out what a side installs. */
  readonly isOpen?: boolean
}

/** What both sides install. */
export interface Sides {
  readonly old: Resolution
  readonly now: Resolution
}

/** The bytes of both sides. */
export function savingsOf({ old, now }: Sides, measured: Measured, { onProgress }: Options): Promise<Savings> {
  return measureSavings(old, now, measured, (done, total, name) =>
    onProgress({ phase: 'measuring', done, total, name }),
  )
}

/** What is for GPUs on a target now, and was not before. */
export function addedForGpus({ old, now }: Sides, targets: readonly Target[]): ReadonlyMap<Target, readonly string[]> {
  const onTarget = (resolution: Resolution, target: Target) =>
    [...resolution.values()].flatMap(({ project, builds }) =>
      builds.some(build => build.target === target && isForGpus(project, build)) ? [project] : [],
    )
  return new Map(
    targets.map(target => {
      const before = new Set(onTarget(old, target))
      return [target, onTarget(now, target).filter(project => !before.has(project))]
    }),
  )
}

/** The ways to the packages that are new on a target, or of another version. */
export function waysToNew(
  { old, now }: Sides,
  ways: ReadonlyMap<string, readonly string[]>,
  target: Target,
): LockChange['ways'] {
  const versionIn = (resolution: Resolution, name: string) =>
    resolution.get(name)?.builds.find(build => build.target === target)?.version.text
  return [...ways]
    .filter(([name]) => versionIn(old, name) !== versionIn(now, name))
    .map(([name, way]) => ({ name, way }))
}

/** For whom, and where that was read. */
export function targetResult(targets: readonly Target[], source: string): LockChange['target'] {
  return {
    python: [...new Set(targets.map(({ python }) => python))],
    platforms: [...new Set(targets.map(({ platform }) => platform))],
    source,
  }
}
