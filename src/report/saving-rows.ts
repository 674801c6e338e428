import type { PackageSaving, Savings } from '../result.ts'

/** What became of one package, or of several that are summed up. Bytes; negative when it is less than before. */
export interface SavingRow {
  readonly name: string
  /** Null where it is not installed; undefined for several packages. */
  readonly before?: string | null
  readonly after?: string | null
  readonly download: number
  readonly installed: number
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
    .sort((a, b) => a.download - b.download || a.installed - b.installed || (a.name < b.name ? -1 : 1))
  if (rows.length <= limit + 1) return rows
  const rest = rows.slice(limit)
  return [
    ...rows.slice(0, limit),
    {
      name: `${rest.length} more`,
      download: rest.reduce((sum, { download }) => sum + download, 0),
      installed: rest.reduce((sum, { installed }) => sum + installed, 0),
      exact: rest.every(({ exact }) => exact),
    },
  ]
}

function rowOf({ name, before, after }: PackageSaving): SavingRow {
  return {
    name,
    before: before?.version ?? null,
    after: after?.version ?? null,
    download: (after?.download ?? 0) - (before?.download ?? 0),
    installed: (after?.installed ?? 0) - (before?.installed ?? 0),
    exact: (before?.exact ?? true) && (after?.exact ?? true),
  }
}
