import { type Options, resolveOptions } from '../contract/options.ts'
import { budget } from '../contract/results/budget.ts'
import type { CheckResult, UnitBudget } from '../contract/results/check.ts'
import type { Finding, RewriteResult, Savings, Totals } from '../contract/results/rewrite.ts'
import { bytecodeIn, onDisk, sumOf } from '../contract/results/totals.ts'
import type { LockMaker } from '../rewrite/plan.ts'
import { mergeUnits } from '../rewrite/rewrite.ts'
import { type RewrittenUnit, rewriteUnit } from '../rewrite/unit.ts'
import { type Arguments, readArguments } from '../run/by-hand.ts'
import { cudaFindings } from '../run/cuda.ts'
import { forEachUnit } from '../run/for-each-unit.ts'
import { type Run, type Unit, withoutFiles, withRun } from '../run/open.ts'
import { hasUnknown, totals } from '../run/savings.ts'
import { amount, formatBytes } from '../text/bytes.ts'
import { enumerated } from '../text/lists.ts'
import { asArgument } from '../text/shell-words.ts'
import { changeFindings } from './changes.ts'
import { deadWays } from './dead-ways.ts'
import type { CheckedExport } from './exported.ts'
import { notVouchedFor, overBudget, unknownNeeds } from './over-budget.ts'

/** The options of `check`: those of `rewrite`, and budgets, for which bytes are worked out whatever `sizes` says. */
export interface CheckOptions extends Options {
  /** Bytes that an install may download; undefined: as many as it likes. */
  readonly maxDownload: number | undefined
  /** Bytes that it may take on disk, bytecode included where the installer writes any. */
  readonly maxInstalled: number | undefined
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
  const asked = measured ? { ...given, sizes: true } : given
  if (given.stdin) return withRun(paths, asked, run => checkRun(run, { paths, findings: [], exported: [] }, given))
  const { nothingLeft, ...apart } = await readArguments(paths, resolveOptions(given))
  const work = (run: Run) => checkRun(run, apart, given)
  return nothingLeft ? withoutFiles(asked, work) : withRun(apart.paths, asked, work)
}

async function checkRun(
  run: Run,
  { paths, findings: byHand, exported }: Omit<Arguments, 'nothingLeft'>,
  given: Partial<CheckOptions>,
): Promise<CheckResult> {
  const several = run.parts.length + exported.length > 1
  const units = await forEachUnit(run, unit =>
    checkUnit(unit, given, fixFor(unit, paths), several ? unit.name : undefined),
  )
  const { result } = mergeUnits(
    run,
    units.map(({ rewritten }) => rewritten),
  )
  const exports = await checkExports(exported, run)
  const held = exports.map(one => holdExported(one, given, several))
  const findings = [
    ...units.flatMap(unit => unit.findings),
    ...byHand,
    ...exports.flatMap(one => one.findings),
    ...held.flatMap(({ findings }) => findings),
  ]
  return {
    ...result,
    install: sumOf([...units, ...exports].map(({ install }) => install)),
    budgets: [...units, ...held].flatMap(({ budgets }) => budgets),
    unknown: [...new Set(units.flatMap(unit => unit.unknown))],
    findings: inOrder(findings, result),
    ok: findings.length === 0,
  }
}

/** Nothing is started: what a lock would hold is worked out. */
const asExpected: LockMaker = async () => ({ kind: 'expected' })

interface CheckedUnit extends Pick<CheckResult, 'budgets' | 'findings' | 'unknown'> {
  readonly rewritten: RewrittenUnit
  readonly install: Totals | null
}

/**
 * A budget is one for what is installed together.
 * @param fix the command that fixes what is found
 * @param name of the unit, where there are several
 */
async function checkUnit(
  unit: Unit,
  limits: Partial<CheckOptions>,
  fix: string,
  name: string | undefined,
): Promise<CheckedUnit> {
  const rewritten = await rewriteUnit(unit, asExpected)
  const { savings } = rewritten.result
  // A lock that is still to be made anew has changes, and no new text.
  const changes = rewritten.files.some(({ changed, changes }) => changed || changes.length > 0)
  const install = savings && wholeInstall(savings)
  const unknown = await unknownNeeds(unit)
  const isOpen = unknown.length > 0 || (savings?.packages.some(row => hasUnknown(row, 'before')) ?? false)
  const budgets = budgetsOf(limits, install, name).map(held =>
    isOpen && !held.exceeded ? { ...held, unknown: true as const } : held,
  )
  const found = [
    ...rewritten.files.flatMap(file => changeFindings(file, fix)),
    ...(await cudaFindings(unit, savings, changes ? fix : undefined)),
  ]
  const findings = [
    ...found,
    ...(await deadWays(unit, rewritten.files, found.length > 0)),
    ...(await overBudget(unit, limits, budgets, savings)),
    ...notVouchedFor(unit, budgets, unknown, savings),
  ]
  return { rewritten, install, budgets, unknown, findings }
}

/** Most runs have none, and start faster without what reads them. */
async function checkExports(paths: readonly string[], { options, network }: Run): Promise<CheckedExport[]> {
  if (paths.length === 0) return []
  const { checkExported } = await import('./exported.ts')
  return Promise.all(paths.map(path => checkExported(path, options, network)))
}

/** Budgets on what a pylock.toml installs. */
function holdExported(
  { path, install, unknown }: CheckedExport,
  limits: Partial<CheckOptions>,
  several: boolean,
): Pick<CheckResult, 'budgets' | 'findings'> {
  const budgets = budgetsOf(limits, install, several ? path : undefined)
  const findings = budgets.flatMap(({ name, limit, actual, exceeded }): Finding[] => {
    const where = name === 'max-download' ? 'to download' : 'on disk'
    if (exceeded)
      return [
        {
          code: 'over-budget',
          level: 'error',
          path,
          message: `${amount(actual, install.exact)} ${where}, and --${name} is ${formatBytes(limit)}`,
          hint: '--format json shows what weighs most',
        },
      ]
    if (unknown.length === 0) return []
    return [
      {
        code: 'budget-unknown',
        level: 'error',
        path,
        message: `--${name} cannot be vouched for: no index tells the size of ${enumerated(unknown)}`,
        hint: 'run again where its index can be asked',
      },
    ]
  })
  return { budgets, findings }
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

/** The bytecode that pip writes counts towards the budget. */
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

/**
 * The command that fixes what is found in a unit. A file that is installed with others is not named alone: it would be
 * resolved without them.
 *
 * @param paths what the run was asked to look at
 */
function fixFor({ files }: Unit, paths: readonly string[]): string {
  const [only, ...more] = [...files.values()].map(({ path }) => path)
  const asked = paths.length > 0 ? paths : ['.']
  return `torchpin rewrite ${(more.length === 0 ? [only!] : asked).map(asArgument).join(' ')}`
}
