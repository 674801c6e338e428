import type { RewriteResult, Savings } from '../../contract/results/rewrite.ts'
import { amount, counted } from '../../text/bytes.ts'
import { andMore } from '../../text/lists.ts'
import type { Formatter } from '../formatter.ts'
import { code, markdownTable } from '../markdown-text.ts'
import { type ColumnOf, drawn, fitted, rule, tableRows } from '../table.ts'

/** Units that markdown names. */
const UNITS = 100

/** What became of files that are installed together, or of all files. */
interface UnitRow {
  readonly of: 'unit' | 'all'
  /** The first of its files; of all, how many there are. */
  readonly file: string
  /** ` and 2 more`, or nothing. */
  readonly more: string
  readonly python: string
  readonly changes: number
  readonly savings: Savings | null
}

/** What each unit costs before and after, and all together; empty for a single unit. A narrow terminal gets fewer columns. */
export function unitsText(result: RewriteResult, formatter: Formatter): string {
  const rows = rowsOf(result)
  if (rows.length === 0) return ''
  const color = ({ of }: UnitRow) => (of === 'all' ? 'bold' : undefined)
  const [files, ...others] = columns(formatter).map((column, i) =>
    drawn({ ...column, align: i === 0 ? 'left' : 'right', color }, rows, formatter),
  )
  // From all of them to the downloads alone.
  const choices = [others, others.slice(1), others.slice(2), others.slice(2, 3)]
  const table = fitted(files!, choices, { least: 12 }, formatter)
  const lines = tableRows(table)
  return [...lines.slice(0, -1), rule(table, formatter), lines.at(-1)!].map(line => `${line}\n`).join('')
}

/** The same as a table of markdown. */
export function unitsMarkdown(result: RewriteResult, formatter: Formatter): string {
  const [units, all] = [rowsOf(result).slice(0, -1), rowsOf(result).slice(-1)]
  const table = markdownTable(columns(formatter), [...units.slice(0, UNITS), ...all]).split('\n')
  const unnamed = units.length - UNITS
  return [...table.slice(0, -1), ...(unnamed > 0 ? [`| ${unnamed} more |  |  |  |  |`] : []), ...table.slice(-1)].join(
    '\n',
  )
}

function rowsOf({ units, files, savings, target }: RewriteResult): UnitRow[] {
  if (units.length < 2) return []
  const changesIn = new Map(files.map(({ path, changes }) => [path, changes.length]))
  const changed = (paths: readonly string[]) => paths.reduce((sum, path) => sum + (changesIn.get(path) ?? 0), 0)
  return [
    ...units.map(
      ({ files, target, savings }): UnitRow => ({
        of: 'unit',
        file: files[0]!,
        more: andMore(files.length - 1),
        python: target.python.join(', '),
        changes: changed(files),
        savings,
      }),
    ),
    {
      of: 'all',
      file: counted(files.length, 'file'),
      more: '',
      python: target.python.join(', '),
      changes: changed(files.map(({ path }) => path)),
      savings,
    },
  ]
}

function columns({ glyphs }: Formatter): ColumnOf<UnitRow>[] {
  /** `2.74 GB → 202 MB`, or one amount where nothing changes; a dash where it is not known. */
  const bytes = (what: 'download' | 'installed'): ColumnOf<UnitRow> => ({
    title: what,
    align: 'right',
    text({ savings }) {
      if (!savings) return glyphs.none
      const [old, now] = [savings.before, savings.after].map(of => amount(of[what], of.exact))
      return old === now ? now! : `${old} ${glyphs.arrow} ${now}`
    },
    markdown: (text, { of }) => (of === 'all' ? `**${text}**` : text),
  })
  return [
    {
      title: 'files',
      text: ({ file, more }) => file + more,
      markdown: (text, { of, file, more }) => (of === 'all' ? `**total**, ${text}` : code(file) + more),
    },
    { title: 'Python', text: ({ python }) => python },
    { title: 'changes', align: 'right', text: ({ changes }) => `${changes}` },
    bytes('download'),
    bytes('installed'),
  ]
}
