import type { Budget } from '../../contract/results/budget.ts'
import type { LockChange } from '../../contract/results/gate.ts'
import type { Finding, PackageSaving } from '../../contract/results/rewrite.ts'
import type { Target } from '../../packaging/target.ts'
import { hasUnknown } from '../../run/savings.ts'
import { amount, formatBytes } from '../../text/bytes.ts'
import { firstNames } from '../../text/lists.ts'
import { torchFamily } from '../../torch/family.ts'
import type { Compared } from './change.ts'

/** Names listed before the rest is counted. */
const NAMES = 4

/**
 * A finding where files install packages for GPUs that they did not install before, on the first target that has any.
 *
 * @param of where a package is asked for or locked, and what to do about it
 */
export function cudaAdded(
  { savings, ways }: LockChange,
  added: ReadonlyMap<Target, readonly string[]>,
  of: { readonly placeOf: (project: string) => Place; readonly hint: string },
): Finding[] {
  const [target, projects = []] = [...added].find(([, projects]) => projects.length > 0) ?? []
  const first = projects.find(project => torchFamily.has(project)) ?? projects[0]
  if (target === undefined || first === undefined) return []
  const rows = savings.packages.filter(({ name }) => projects.includes(name))
  const named = [first, ...projects.filter(project => project !== first)].map(project => labelled(project, rows))
  const bytes = rows.reduce((sum, { before, after }) => sum + (after?.download ?? 0) - (before?.download ?? 0), 0)
  const way = ways.find(({ name }) => name === first)?.way ?? []
  const through = way.length > 1 ? `, by ${way.join(' > ')}` : ''
  const { path, line } = of.placeOf(first)
  return [
    {
      code: 'cuda-added',
      level: 'error',
      path,
      ...(line === undefined ? {} : { line }),
      message: `it brings CUDA to ${target.platform}: ${firstNames(named, NAMES)}${through}${bytes > 0 ? `, ${formatBytes(bytes)} more to download` : ''}`,
      hint: of.hint,
    },
  ]
}

interface Place {
  readonly path: string
  readonly line: number | undefined
}

function labelled(project: string, rows: readonly PackageSaving[]): string {
  const version = rows.find(({ name }) => name === project)?.after?.version
  return version === undefined ? project : `${project} ${version}`
}

/** A finding for each budget that the growth exceeds, and one where it is not known whether it does. */
export function growthOverBudget(budgets: readonly Budget[], compared: readonly Compared[]): Finding[] {
  const changes = compared.map(({ change }) => change)
  const [first] = changes
  if (!first) return []
  const open = compared.find(({ isOpen }) => isOpen)?.change
  const unknown = changes.flatMap(({ savings }) =>
    savings.packages.filter(row => hasUnknown(row, 'before') || hasUnknown(row, 'after')).map(({ name }) => name),
  )
  const exact = changes.every(({ savings }) => savings.before.exact && savings.after.exact)
  return budgets.flatMap((held): Finding[] => {
    const what = held.name === 'max-growth-download' ? 'download' : 'installed'
    if (held.exceeded) return [exceeding(held, what, { changes, exact })]
    if (open)
      return [
        {
          code: 'budget-unknown',
          level: 'error',
          path: open.path,
          message: `--${held.name} cannot be held against ${open.path}: what one of its sides installs could not be worked out`,
          hint: 'the notes above say what is missing',
        },
      ]
    if (unknown.length === 0) return []
    return [
      {
        code: 'budget-unknown',
        level: 'error',
        path: first.path,
        message: `--${held.name} is ${formatBytes(held.limit)}, and the bytes of ${firstNames(unknown, NAMES)} are not known`,
        hint: 'no index tells what they weigh',
      },
    ]
  })
}

function exceeding(
  { name, limit, actual }: Budget,
  what: 'download' | 'installed',
  { changes, exact }: { readonly changes: readonly LockChange[]; readonly exact: boolean },
): Finding {
  const growth = ({ before, after }: PackageSaving) => (after?.[what] ?? 0) - (before?.[what] ?? 0)
  const rows = changes.flatMap(({ path, savings }) => savings.packages.map(row => ({ path, row })))
  const most = rows.toSorted((a, b) => growth(b.row) - growth(a.row))[0]!
  const where = what === 'download' ? 'to download' : 'on disk'
  return {
    code: 'growth-over-budget',
    level: 'error',
    path: most.path,
    message: `${amount(actual, exact)} more ${where}, and --${name} is ${formatBytes(limit)}; ${most.row.name} is ${formatBytes(growth(most.row))} of it`,
    hint: 'take out what brings it, or raise the limit on purpose',
  }
}
