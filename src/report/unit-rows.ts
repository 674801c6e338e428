import type { RewriteResult, Totals } from '../result.ts'
import { amount } from './amounts.ts'
import { counted } from './bytes.ts'
import type { Pen } from './pen.ts'

/** What became of files that are installed together; in the last row, of all. */
export interface UnitRow {
  /** The first of its files. */
  readonly file: string
  /** ` and 2 more`, or nothing. */
  readonly more: string
  readonly python: string
  readonly changes: string
  /** `2.74 GB → 202 MB`, or one amount where nothing changes; a dash where it is not known. */
  readonly download: string
  readonly installed: string
}

/** A row for each unit and one for all; none where there is but one unit. */
export function unitRows({ units, files, savings, target }: RewriteResult, pen: Pen): UnitRow[] {
  if (units.length < 2) return []
  const changesIn = new Map(files.map(({ path, changes }) => [path, changes.length]))
  const changed = (paths: readonly string[]) => paths.reduce((sum, path) => sum + (changesIn.get(path) ?? 0), 0)
  const cells = (of: RewriteResult['savings']) => ({
    download: cell(of, 'download', pen),
    installed: cell(of, 'installed', pen),
  })
  return [
    ...units.map(unit => ({
      file: unit.files[0]!,
      more: unit.files.length > 1 ? ` and ${unit.files.length - 1} more` : '',
      python: unit.target.python.join(', '),
      changes: `${changed(unit.files)}`,
      ...cells(unit.savings),
    })),
    {
      file: counted(files.length, 'file'),
      more: '',
      python: target.python.join(', '),
      changes: `${files.reduce((sum, { changes }) => sum + changes.length, 0)}`,
      ...cells(savings),
    },
  ]
}

function cell(savings: RewriteResult['savings'], what: 'download' | 'installed', { glyphs }: Pen): string {
  if (!savings) return glyphs.none
  const [old, now] = [savings.before, savings.after].map((of: Totals) => amount(of[what], of.exact))
  return old === now ? now! : `${old} ${glyphs.arrow} ${now}`
}
