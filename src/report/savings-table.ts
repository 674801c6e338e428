import type { Savings } from '../result.ts'
import { largest } from '../text/largest.ts'
import { difference, percent } from './amounts.ts'
import { counted } from './bytes.ts'
import type { Pen } from './pen.ts'
import { type SavingRow, savingRows } from './saving-rows.ts'
import { type Cell, type Column, tableRows, tableWidth } from './table.ts'
import { cutTo, displayWidth } from './width.ts'

/** Packages named before the rest is summed up. */
const ROWS = 10
/** Columns a name or a version may ask for; what is longer is cut, so that one long line does not cost the others theirs. */
const LONGEST = 34

/** What each package saves, then the totals; empty when no package changes. A narrow terminal gets fewer columns. */
export function savingsTable(savings: Savings, pen: Pen): string {
  const rows = savingRows(savings, ROWS)
  if (rows.length === 0) return ''
  const { glyphs, paint, width } = pen
  const version: Column = {
    align: 'left',
    cells: [title('version', pen), ...rows.map(row => ({ text: versionText(row, pen) })), { text: '' }, { text: '' }],
  }
  const download = bytesColumn('download', rows, savings, pen)
  const installed = bytesColumn('installed', rows, savings, pen)
  const names = namesOf(rows, savings, pen)
  const asked = Math.min(LONGEST, largest(names.map(({ text }) => displayWidth(text))))
  const choices = [[version, download, installed], [download, installed], [download]]
  const numbers = choices.find(columns => tableWidth(columns) + 2 + asked <= width) ?? [download]
  const room = Math.max(8, width - 2 - tableWidth(numbers))
  const name: Column = {
    align: 'left',
    cells: names.map(cell => ({ ...cell, text: cutTo(cell.text, Math.min(room, LONGEST), glyphs.more) })),
  }
  const lines = tableRows([name, ...numbers])
  const rule = paint('dim', `  ${glyphs.rule.repeat(tableWidth([name, ...numbers]) - 2)}`)
  return [...lines.slice(0, -2), rule, ...lines.slice(-2)].map(line => (line ? `${line}\n` : '')).join('')
}

function namesOf(rows: readonly SavingRow[], { before, after }: Savings, pen: Pen): Cell[] {
  const { show, glyphs } = pen
  const was = before.packages === after.packages ? '' : `${before.packages} ${glyphs.arrow} `
  return [
    title('package', pen),
    ...rows.map(row => (row.before === undefined ? title(row.name, pen) : { text: show(row.name) })),
    bold(`${was}${counted(after.packages, 'package')}`, pen),
    { text: '' },
  ]
}

function bytesColumn(
  what: 'download' | 'installed',
  rows: readonly SavingRow[],
  { before, after, saved }: Savings,
  pen: Pen,
): Column {
  const { glyphs, paint } = pen
  const total = difference(0 - saved[what], before.exact && after.exact, glyphs)
  return {
    align: 'right',
    cells: [
      title(what, pen),
      ...rows.map(row => ({
        text: difference(row[what], row.exact, glyphs),
        paint: (text: string) => (row[what] ? paint(row[what] < 0 ? 'green' : 'red', text) : text),
      })),
      bold(total, pen),
      bold(percent(before[what], after[what], glyphs), pen),
    ],
  }
}

function versionText({ before, after }: SavingRow, { show, glyphs }: Pen): string {
  if (before === undefined || after === undefined) return ''
  const [old, now] = [before, after].map(version => (version === null ? glyphs.none : show(version)))
  return cutTo(old === now ? now! : `${old} ${glyphs.arrow} ${now}`, LONGEST, glyphs.more)
}

const title = (text: string, { paint }: Pen): Cell => ({ text, paint: plain => paint('dim', plain) })
const bold = (text: string, { paint }: Pen): Cell => ({ text, paint: plain => paint('bold', plain) })
