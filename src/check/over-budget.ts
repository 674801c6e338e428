import type { UnitBudget } from '../contract/results/check.ts'
import type { Finding, PackageSize, Savings } from '../contract/results/rewrite.ts'
import type { Unit } from '../run/open.ts'
import { answeringLines } from '../run/reach.ts'
import { hasUnknown } from '../run/savings.ts'
import { amount, formatBytes } from '../text/bytes.ts'
import { enumerated } from '../text/lists.ts'
import { directName, isLookedInto, type RequirementLine } from '../torch/lines.ts'

/** The limits that were given, in bytes. */
interface Limits {
  readonly maxDownload?: number | undefined
  readonly maxInstalled?: number | undefined
}

/** A finding for each budget that is exceeded, at the line that brings most of it; one for budgets that cannot be held against anything, or not against all of it. */
export async function overBudget(
  unit: Unit,
  limits: Limits,
  budgets: readonly UnitBudget[],
  savings: Savings | null,
): Promise<Finding[]> {
  const path = [...unit.files.values()][0]!.path
  if (!savings) {
    if (limits.maxDownload === undefined && limits.maxInstalled === undefined) return []
    const message = 'a budget was given, and what the files install as they are could not be worked out'
    return [{ code: 'budget-unknown', level: 'error', path, message, hint: 'the notes above say what is missing' }]
  }
  const exceeded = budgets.filter(({ exceeded }) => exceeded)
  const found = await Promise.all(
    exceeded.map(async ({ name, limit, actual, bytecode, unit: file }): Promise<Finding> => {
      const what = name === 'max-download' ? 'download' : 'installed'
      const heaviest = await heaviestLine(unit, savings, what)
      const where = what === 'download' ? 'to download' : bytecode ? 'on disk with bytecode' : 'on disk'
      const most = heaviest
        ? `${heaviest.line.requirement.name} and what it brings are ${formatBytes(heaviest.bytes)} of it`
        : 'torchpin versions and --format json show what weighs most'
      return {
        code: 'over-budget',
        level: 'error',
        path: heaviest?.line.file.path ?? path,
        ...(heaviest ? { line: heaviest.line.lineNumber } : {}),
        message: `${amount(actual, savings.before.exact && !bytecode)} ${where}${file ? ` for ${file}` : ''}, and --${name} is ${formatBytes(limit)}`,
        hint: most,
      }
    }),
  )
  return found
}

/** Budgets that are kept by what is known, and there may be more. */
export function notVouchedFor(
  { files }: Unit,
  budgets: readonly UnitBudget[],
  unknown: readonly string[],
  savings: Savings | null,
): Finding[] {
  const open = budgets.filter(budget => budget.unknown).map(({ name }) => `--${name}`)
  if (open.length === 0) return []
  const unmeasured = savings?.packages.filter(row => hasUnknown(row, 'before')).map(({ name }) => name) ?? []
  const why = [
    ...(unmeasured.length > 0 ? [`no index tells the size of ${enumerated(unmeasured)}`] : []),
    ...(unknown.length > 0
      ? [`what ${enumerated(unknown)} ${unknown.length > 1 ? 'need' : 'needs'} is not known`]
      : []),
  ].join(', and ')
  const hint =
    unmeasured.length > 0
      ? 'run again where its index can be asked'
      : 'pin what it needs in lines of their own, or leave the budget out'
  const path = [...files.values()][0]!.path
  return [
    {
      code: 'budget-unknown',
      level: 'error',
      path,
      message: `${enumerated(open)} cannot be vouched for: ${why}`,
      hint,
    },
  ]
}

async function heaviestLine(
  unit: Unit,
  { packages }: Savings,
  what: 'download' | 'installed',
): Promise<{ line: RequirementLine; bytes: number } | undefined> {
  const target = unit.targets[0]!
  const install = await unit.actualInstall(target)
  if (!install) return undefined
  const weights = new Map<RequirementLine, number>()
  for (const [project, line] of answeringLines(unit, install.resolution, target)) {
    const side = packages.find(({ name }) => name === project)?.before
    weights.set(line, (weights.get(line) ?? 0) + bytesOf(side, what))
  }
  const [heaviest] = [...weights].sort((a, b) => b[1] - a[1])
  return heaviest && { line: heaviest[0], bytes: heaviest[1] }
}

function bytesOf(side: PackageSize | null | undefined, what: 'download' | 'installed'): number {
  if (!side) return 0
  return what === 'download' ? (side.download ?? 0) : (side.installed ?? 0) + (side.bytecode?.bytes ?? 0)
}

/** Names of what the files install whose own needs are unknown, so that more may come with it. */
export async function unknownNeeds({ answer, targets, actualInstall }: Unit): Promise<string[]> {
  const { lines } = await answer()
  const installs = await Promise.all(targets.map(actualInstall))
  const releases = installs.flatMap(install => install?.unknown ?? [])
  const direct = lines.direct.filter(line => line.targets.length > 0 && !isLookedInto(line))
  return [...new Set([...releases.map(({ project, version }) => `${project}==${version}`), ...direct.map(directName)])]
}
