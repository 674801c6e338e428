import { type Budget, budget } from './budget.ts'
import { changeFindings } from './check/changes.ts'
import { cudaFindings } from './check/cuda.ts'
import { notVouchedFor, overBudget } from './check/over-budget.ts'
import { remedyOf } from './check/remedy.ts'
import { unknownNeeds } from './check/unknown-needs.ts'
import { forEachUnit } from './for-each-unit.ts'
import { type Run, type Unit, withRun } from './open.ts'
import type { Options } from './options.ts'
import type { Finding, RewriteResult, Savings, Totals } from './result.ts'
import { mergeUnits } from './rewrite.ts'
import { type RewrittenUnit, rewriteUnit } from './rewrite-unit.ts'
import { hasUnknown, totals } from './torch/savings.ts'
import { bytecodeIn, onDisk, sumOf } from './totals.ts'

/** What `check` can be told: budgets, for which bytes are worked out whatever `sizes` says, and all that `rewrite` can. */
export interface CheckOptions extends Options {
  /** Bytes that an install may download; undefined: as many as it likes. */
  readonly maxDownload: number | undefined
  /** Bytes that it may take on disk, bytecode included where the installer writes any. */
  readonly maxInstalled: number | undefined
}

/** A limit on what is installed together. */
export interface UnitBudget extends Budget {
  /** The first file of what it is held against, where a run has several units. */
  readonly unit?: string
  /** Set where something is not known that counts against it. */
  readonly unknown?: true
  /** Bytes of `actual` that are bytecode: of `max-installed`, where the installer writes any. */
  readonly bytecode?: number
}

/** What a rewrite would do, and what is wrong with the files as they are. */
export interface CheckResult extends RewriteResult {
  /** What the files install as they are, all units together; null where it was not asked for or cannot be worked out. */
  readonly install: Totals | null
  /** Each is held against each unit. */
  readonly budgets: readonly UnitBudget[]
  /** What is installed whose own needs are not known, so that more may come with it. */
  readonly unknown: readonly string[]
  /** In the order of the files and their lines; those of a whole unit last. */
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
  // Nothing can be held against a budget unless bytes are worked out.
  const measured = given.maxDownload !== undefined || given.maxInstalled !== undefined
  return withRun(paths, measured ? { ...given, sizes: true } : given, run => checkRun(run, paths, given))
}

async function checkRun(run: Run, paths: readonly string[], given: Partial<CheckOptions>): Promise<CheckResult> {
  const several = run.parts.length > 1
  const units = await forEachUnit(run, unit =>
    checkUnit(unit, given, remedyOf(unit, paths), several ? unit.name : undefined),
  )
  const { result } = mergeUnits(
    run,
    units.map(({ rewritten }) => rewritten),
  )
  const findings = units.flatMap(unit => unit.findings)
  return {
    ...result,
    install: sumOf(units.map(({ install }) => install)),
    budgets: units.flatMap(unit => unit.budgets),
    unknown: [...new Set(units.flatMap(unit => unit.unknown))],
    findings: inOrder(findings, result),
    ok: findings.length === 0,
  }
}

interface CheckedUnit extends Pick<CheckResult, 'budgets' | 'findings' | 'unknown'> {
  readonly rewritten: RewrittenUnit
  readonly install: Totals | null
}

/**
 * A budget is one for what is installed together.
 * @param remedy the command that mends what is found
 * @param name of the unit, where there are several
 */
async function checkUnit(
  unit: Unit,
  limits: Partial<CheckOptions>,
  remedy: string,
  name: string | undefined,
): Promise<CheckedUnit> {
  const rewritten = await rewriteUnit(unit)
  const { savings } = rewritten.result
  const changes = rewritten.files.some(({ changed }) => changed)
  const install = savings && wholeInstall(savings)
  const unknown = await unknownNeeds(unit)
  const isOpen = unknown.length > 0 || (savings?.packages.some(row => hasUnknown(row, 'before')) ?? false)
  const budgets = budgetsOf(limits, install, name).map(held =>
    isOpen && !held.exceeded ? { ...held, unknown: true as const } : held,
  )
  const findings = [
    ...rewritten.files.flatMap(file => changeFindings(file, remedy)),
    ...(await cudaFindings(unit, savings, changes ? remedy : undefined)),
    ...(await overBudget(unit, limits, budgets, savings)),
    ...notVouchedFor(unit, budgets, unknown, savings),
  ]
  return { rewritten, install, budgets, unknown, findings }
}

/** All that is installed, also what `savings` leaves out because what it becomes cannot be measured. */
function wholeInstall({ packages, before }: Savings): Totals {
  return totals(packages, 'before', before.exact)
}

function budgetsOf(
  { maxDownload, maxInstalled }: Partial<CheckOptions>,
  install: Totals | null,
  unit: string | undefined,
): UnitBudget[] {
  if (!install) return []
  return [
    ...(maxDownload === undefined ? [] : [budget('max-download', maxDownload, install.download)]),
    ...(maxInstalled === undefined ? [] : [onDiskBudget(maxInstalled, install)]),
  ].map(held => (unit === undefined ? held : { ...held, unit }))
}

/** What pip installs is held to the budget with the bytecode that pip writes. */
function onDiskBudget(limit: number, install: Totals): UnitBudget {
  const held = budget('max-installed', limit, onDisk(install))
  return install.bytecode ? { ...held, bytecode: bytecodeIn(install) } : held
}

function inOrder(findings: readonly Finding[], { files }: RewriteResult): Finding[] {
  const places = new Map(files.map(({ path }, i) => [path, i]))
  const last = Number.MAX_SAFE_INTEGER
  return findings.toSorted(
    (a, b) => (places.get(a.path) ?? last) - (places.get(b.path) ?? last) || (a.line ?? last) - (b.line ?? last),
  )
}
