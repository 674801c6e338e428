import { type Options, resolveOptions } from '../../contract/options.ts'
import { type Budget, budget } from '../../contract/results/budget.ts'
import type { GateResult, Growth, LockChange } from '../../contract/results/gate.ts'
import { version } from '../../contract/version.ts'
import { openNetwork } from '../../run/solve/indexes.ts'
import type { Compared } from './change.ts'
import { findCompared } from './find-compared.ts'
import { growthOverBudget } from './findings.ts'
import { compareLock } from './lock-change.ts'
import { withOtherSide } from './other-side.ts'
import { compareRequirements } from './requirements-change.ts'

/** The options of `check --against`. */
export interface GateOptions extends Options {
  /** A revision of git, or the path of a lock file: what the files are compared with. Requirements files take a revision. */
  readonly against: string
  /** Bytes by which a download may grow; undefined: as many as it likes. */
  readonly maxGrowthDownload: number | undefined
  /** Bytes by which what lies on the disk may grow. */
  readonly maxGrowthInstalled: number | undefined
}

/**
 * Says what lock files (uv.lock, poetry.lock, pylock.toml) and requirements files install more than they do on another side:
 * bytes by package, CUDA that comes in, and budgets on the growth. Of requirements files those that differ count, each side
 * resolved as pip would today. Writes nothing.
 *
 * @param paths lock files, requirements files, or folders: all of these below them; none: the current folder
 * @throws TorchpinError BAD_OPTION, FILE_UNREADABLE, FILE_OUTSIDE, INTERRUPTED
 */
export async function gate(
  paths: readonly string[],
  given: Partial<GateOptions> & Pick<GateOptions, 'against'>,
): Promise<GateResult> {
  const options = resolveOptions(given)
  const { locks, requirements } = await findCompared(paths, given.against, options)
  const network = await openNetwork(options)
  const compared = await withOtherSide(given.against, options, async other => {
    const found: Compared[] = []
    for (const path of locks) found.push(await compareLock(path, other, options, network))
    return [...found, ...(await compareRequirements(requirements, other, options))]
  })
  const growth = growthOf(compared.map(({ change }) => change))
  const budgets = [
    ...budgetsOf('max-growth-download', given.maxGrowthDownload, growth.download),
    ...budgetsOf('max-growth-installed', given.maxGrowthInstalled, growth.installed),
  ]
  const findings = [...compared.flatMap(({ findings }) => findings), ...growthOverBudget(budgets, compared)]
  return {
    schema: 1,
    version,
    against: given.against,
    locks: compared.map(({ change }) => change),
    growth,
    budgets,
    findings,
    ok: findings.length === 0,
  }
}

function growthOf(changes: readonly LockChange[]): Growth {
  const sum = (what: 'download' | 'installed') => changes.reduce((sum, { savings }) => sum - savings.saved[what], 0)
  return {
    download: sum('download'),
    installed: sum('installed'),
    exact: changes.every(({ savings }) => savings.before.exact && savings.after.exact),
  }
}

function budgetsOf(name: string, limit: number | undefined, actual: number): Budget[] {
  return limit === undefined ? [] : [budget(name, limit, actual)]
}
