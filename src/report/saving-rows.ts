import type { PackageSaving, Savings, Side } from '../result.ts'

/** What became of one package, or of several that are summed up. Bytes; negative when it is less than before. */
export interface SavingRow {
  readonly name: string
  /** Null where it is not installed; undefined for several packages. */
  readonly before?: string | null
  readonly after?: string | null
  /** Null where the bytes of one side are not known. */
  readonly download: number | null
  readonly installed: number | null
  readonly exact: boolean
}

/**
 * The packages that change, those that save most first; what goes beyond `limit` is one row `19 more`.
 * A single package is never folded: its row takes no more room.
 */
export function savingRows({ packages }: Savings, limit: number): SavingRow[] {
  const rows = packages
    .map(rowOf)
    .filter(({ before, after, download, installed }) => before !== after || download !== 0 || installed !== 0)
    .sort(
      (a, b) =>
        known(a.download) - known(b.download) || known(a.installed) - known(b.installed) || (a.name < b.name ? -1 : 1),
    )
  if (rows.length <= limit + 1) return rows
  const rest = rows.slice(limit)
  return [
    ...rows.slice(0, limit),
    {
      name: `${rest.length} more`,
      download: rest.reduce((sum, { download }) => sum + known(download), 0),
      installed: rest.reduce((sum, { installed }) => sum + known(installed), 0),
      exact: rest.every(({ exact }) => exact),
    },
  ]
}

function between(before: Side | null, after: Side | null, what: 'download' | 'installed'): number | null {
  const [old, now] = [before ? before[what] : 0, after ? after[what] : 0]
  return old === null || now === null ? null : now - old
}

/** What is not known stands between what is saved and what is added. */
const known = (bytes: number | null): number => bytes ?? 0

function rowOf({ name, before, after }: PackageSaving): SavingRow {
  return {
    name,
    before: before?.version ?? null,
    after: after?.version ?? null,
    download: between(before, after, 'download'),
    installed: between(before, after, 'installed'),
    exact: (before?.exact ?? true) && (after?.exact ?? true),
  }
}
