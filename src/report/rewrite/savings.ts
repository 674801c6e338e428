import type { PackageSaving, PackageSize, Savings } from '../../contract/results/rewrite.ts'
import { counted } from '../../text/bytes.ts'
import { difference, percent } from '../amounts.ts'
import type { Formatter } from '../formatter.ts'
import { code, markdownTable } from '../markdown-text.ts'
import { type ColumnOf, cell, drawn, fitted, rule, tableRows } from '../table.ts'
import { cutTo } from '../width.ts'

/** Packages named before the rest is summed up. */
const ROWS = { text: 10, markdown: 15 } as const
/** Columns that a name or a version gets; what is longer is cut, so that one long line does not cost the others theirs. */
const LONGEST = 34

type Bytes = 'download' | 'installed'

/** What became of one package, or of several that are summed up. Bytes; negative when it is less than before. */
interface SavingRow {
  readonly name: string
  /** Null where it is not installed; undefined for several packages. */
  readonly before?: string | null
  readonly after?: string | null
  /** Null where the bytes of one side are not known. */
  readonly download: number | null
  readonly installed: number | null
  readonly exact: boolean
}

/** Which packages a table has first, and does not leave out. */
export type SavingsOrder = 'most saved first' | 'most added first'

/** What each package saves, then the totals; empty when no package changes. A narrow terminal gets fewer columns. */
export function savingsText(savings: Savings, formatter: Formatter, order: SavingsOrder = 'most saved first'): string {
  const rows = savingRows(savings, ROWS.text, order)
  if (rows.length === 0) return ''
  const { glyphs } = formatter
  const { before, after } = savings
  const column = (of: ColumnOf<SavingRow>, ...totals: [string, string]) => {
    const { align, cells } = drawn(of, rows, formatter)
    return { align, cells: [...cells, ...totals.map(text => cell(text, 'bold', formatter))] }
  }
  const bytes = (what: Bytes) =>
    column(bytesColumn(what, formatter), total(what, savings, formatter), percent(before[what], after[what], glyphs))
  const was = before.packages === after.packages ? '' : `${before.packages} ${glyphs.arrow} `
  const names = column(
    {
      title: 'package',
      text: ({ name }) => name,
      color: ({ before }) => (before === undefined ? 'dim' : undefined),
    },
    `${was}${counted(after.packages, 'package')}`,
    '',
  )
  const versions = column({ title: 'version', text: row => versionChange(row, formatter) }, '', '')
  const [download, installed] = [bytes('download'), bytes('installed')]
  const choices = [[versions, download, installed], [download, installed], [download]]
  const table = fitted(names, choices, { least: 8, longest: LONGEST }, formatter)
  const lines = tableRows(table)
  return [...lines.slice(0, -2), rule(table, formatter), ...lines.slice(-2)]
    .map(line => (line ? `${line}\n` : ''))
    .join('')
}

/** The same as a table of markdown. */
export function savingsMarkdown(
  savings: Savings,
  formatter: Formatter,
  order: SavingsOrder = 'most saved first',
): string {
  const { glyphs } = formatter
  const { before, after } = savings
  const version = (when: 'before' | 'after'): ColumnOf<SavingRow> => ({
    title: when,
    text: row => row[when] ?? '',
    markdown: (text, row) => (row[when] === null ? glyphs.none : text && code(text)),
  })
  const table = markdownTable(
    [
      {
        title: 'package',
        text: ({ name }) => name,
        markdown: (name, { before }) => (before === undefined ? name : code(name)),
      },
      version('before'),
      version('after'),
      bytesColumn('download', formatter),
      bytesColumn('installed', formatter),
    ],
    savingRows(savings, ROWS.markdown, order),
  )
  if (table === '') return ''
  const totals = (['download', 'installed'] as const).map(what => {
    const change = percent(before[what], after[what], glyphs)
    return `**${total(what, savings, formatter)}**${change && ` (${change})`}`
  })
  const packages = [before, after].map(install => counted(install.packages, 'package'))
  return `${table}\n| ${['**total**', ...packages, ...totals].join(' | ')} |`
}

/**
 * The packages that change, in an order; what goes beyond `limit` is one row `19 more`.
 * A single package is never folded: its row takes no more room.
 */
function savingRows({ packages }: Savings, limit: number, order: SavingsOrder): SavingRow[] {
  const sign = order === 'most saved first' ? 1 : -1
  const rows = packages
    .map(rowOf)
    .filter(({ before, after, download, installed }) => before !== after || download !== 0 || installed !== 0)
    .sort(
      (a, b) =>
        sign * (known(a.download) - known(b.download)) ||
        sign * (known(a.installed) - known(b.installed)) ||
        (a.name < b.name ? -1 : 1),
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

function between(before: PackageSize | null, after: PackageSize | null, what: Bytes): number | null {
  const [old, now] = [before ? before[what] : 0, after ? after[what] : 0]
  return old === null || now === null ? null : now - old
}

/** An unknown number of bytes stands between what is saved and what is added. */
const known = (bytes: number | null): number => bytes ?? 0

function bytesColumn(what: Bytes, { glyphs }: Formatter): ColumnOf<SavingRow> {
  return {
    title: what,
    align: 'right',
    text: row => difference(row[what], row.exact, glyphs),
    color: row => (row[what] ? (row[what] < 0 ? 'green' : 'red') : undefined),
  }
}

function total(what: Bytes, { before, after, saved }: Savings, { glyphs }: Formatter): string {
  return difference(0 - saved[what], before.exact && after.exact, glyphs)
}

function versionChange({ before, after }: SavingRow, { show, glyphs }: Formatter): string {
  if (before === undefined || after === undefined) return ''
  const [old, now] = [before, after].map(version => (version === null ? glyphs.none : show(version)))
  return cutTo(old === now ? now! : `${old} ${glyphs.arrow} ${now}`, LONGEST, glyphs.more)
}
