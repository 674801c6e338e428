import type { UnitBudget } from '../check.ts'
import type { Unit } from '../open.ts'
import { amount } from '../report/amounts.ts'
import { formatBytes } from '../report/bytes.ts'
import { enumerated } from '../resolve/rejections.ts'
import type { Finding, Savings } from '../result.ts'
import type { RequirementLine } from '../torch/lines.ts'
import { hasUnknown } from '../torch/savings.ts'
import { answeringLines } from './reach.ts'

/** What was asked to be held, in bytes. */
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
    exceeded.map(async ({ name, limit, actual, unit: file }): Promise<Finding> => {
      const what = name === 'max-download' ? 'download' : 'installed'
      const heaviest = await heaviestLine(unit, savings, what)
      const where = what === 'download' ? 'to download' : 'on disk'
      const most = heaviest
        ? `${heaviest.line.requirement.name} and what it brings are ${formatBytes(heaviest.bytes)} of it`
        : 'torchpin versions and --format json show what weighs most'
      return {
        code: 'over-budget',
        level: 'error',
        path: heaviest?.line.file.path ?? path,
        ...(heaviest ? { line: heaviest.line.lineNumber } : {}),
        message: `${amount(actual, savings.before.exact)} ${where}${file ? ` for ${file}` : ''}, and --${name} is ${formatBytes(limit)}`,
        hint: most,
      }
    }),
  )
  return [...found, ...notVouchedFor(budgets, savings, path)]
}

/** Budgets that are kept by what is known, and there is more. */
function notVouchedFor(budgets: readonly UnitBudget[], { packages }: Savings, path: string): Finding[] {
  const within = budgets.filter(({ exceeded }) => !exceeded).map(({ name }) => `--${name}`)
  const unknown = packages.filter(row => hasUnknown(row, 'before')).map(({ name }) => name)
  if (within.length === 0 || unknown.length === 0) return []
  const message = `${enumerated(within)} cannot be vouched for: no index tells the size of ${enumerated(unknown)}`
  const hint = 'run again where its index can be asked'
  return [{ code: 'budget-unknown', level: 'error', path, message, hint }]
}

async function heaviestLine(
  { lines, targets, asTheyAre }: Unit,
  { packages }: Savings,
  what: 'download' | 'installed',
): Promise<{ line: RequirementLine; bytes: number } | undefined> {
  const target = targets[0]!
  const install = await asTheyAre(target)
  if (!install) return undefined
  const weights = new Map<RequirementLine, number>()
  for (const [project, line] of answeringLines(lines.requirements, install.resolution, target)) {
    const bytes = packages.find(({ name }) => name === project)?.before?.[what] ?? 0
    weights.set(line, (weights.get(line) ?? 0) + bytes)
  }
  const [heaviest] = [...weights].sort((a, b) => b[1] - a[1])
  return heaviest && { line: heaviest[0], bytes: heaviest[1] }
}
