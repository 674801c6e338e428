import { type Budget, budget } from './budget.ts'
import { changeFindings } from './check/changes.ts'
import { cudaFindings } from './check/cuda.ts'
import { overBudget } from './check/over-budget.ts'
import { type Opened, openFiles } from './open.ts'
import type { Options } from './options.ts'
import type { Finding, RewriteResult, Savings, Totals } from './result.ts'
import { rewriteOpened } from './rewrite.ts'
import { totals } from './torch/savings.ts'

/** What `check` can be told: budgets, and all that `rewrite` can. */
export interface CheckOptions extends Options {
  /** Bytes that an install may download; undefined: as many as it likes. */
  readonly maxDownload: number | undefined
  /** Bytes that it may take on disk. */
  readonly maxInstalled: number | undefined
}

/** What a rewrite would do, and what is wrong with the files as they are. */
export interface CheckResult extends RewriteResult {
  /** What the files install as they are; null where it was not asked for or cannot be worked out. */
  readonly install: Totals | null
  readonly budgets: readonly Budget[]
  /** In the order of the files and their lines; those of a whole run last. */
  readonly findings: readonly Finding[]
  /** Whether nothing was found; what `rewrite` tells besides is in `files` and does not count. */
  readonly ok: boolean
}

/**
 * Says what is wrong with requirements files for a CPU-only install: what `rewrite` would change, CUDA that would be
 * installed, and budgets on what the files install as they are. Writes nothing.
 *
 * @param paths as for `rewrite`
 * @throws TorchpinError as `rewrite` does: files that no set of versions satisfies cannot be checked
 */
export async function check(paths: readonly string[] = [], given: Partial<CheckOptions> = {}): Promise<CheckResult> {
  const opened = await openFiles(paths, given)
  const { result } = await rewriteOpened(opened)
  const install = result.savings && wholeInstall(result.savings)
  const budgets = budgetsOf(given, install)
  const findings = [
    ...result.files.flatMap(changeFindings),
    ...(await cudaFindings(opened, result.savings)),
    ...(await overBudget(opened, given, budgets, result.savings)),
  ]
  return { ...result, install, budgets, findings: inOrder(findings, opened), ok: findings.length === 0 }
}

/** All that is installed, also what `savings` leaves out because what it becomes cannot be measured. */
function wholeInstall({ packages, before }: Savings): Totals {
  return totals(packages, 'before', before.exact)
}

function budgetsOf({ maxDownload, maxInstalled }: Partial<CheckOptions>, install: Totals | null): Budget[] {
  if (!install) return []
  return [
    ...(maxDownload === undefined ? [] : [budget('max-download', maxDownload, install.download)]),
    ...(maxInstalled === undefined ? [] : [budget('max-installed', maxInstalled, install.installed)]),
  ]
}

function inOrder(findings: readonly Finding[], { files }: Opened): Finding[] {
  const paths = [...files.values()].map(({ path }) => path)
  const last = Number.MAX_SAFE_INTEGER
  return findings.toSorted(
    (a, b) => paths.indexOf(a.path) - paths.indexOf(b.path) || (a.line ?? last) - (b.line ?? last),
  )
}
