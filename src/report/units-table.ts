import type { RewriteResult } from '../result.ts'
import { largest } from '../text/largest.ts'
import type { Pen } from './pen.ts'
import { type Column, tableRows, tableWidth } from './table.ts'
import { type UnitRow, unitRows } from './unit-rows.ts'
import { cutTo, displayWidth } from './width.ts'

/** What each unit costs before and after, and all together; empty where there is but one. A narrow terminal gets fewer columns. */
export function unitsTable(result: RewriteResult, pen: Pen): string {
  const rows = unitRows(result, pen)
  if (rows.length === 0) return ''
  const { paint, show, width, glyphs } = pen
  const column = (title: string, of: (row: UnitRow) => string): Column => ({
    align: 'right',
    cells: [
      { text: title, paint: text => paint('dim', text) },
      ...rows.map((row, i) => ({ text: of(row), paint: bold(i) })),
    ],
  })
  const bold = (i: number) => (text: string) => (i === rows.length - 1 ? paint('bold', text) : text)
  const [python, changes, download, installed] = [
    column('Python', row => row.python),
    column('changes', row => row.changes),
    column('download', row => row.download),
    column('installed', row => row.installed),
  ]
  const names = rows.map(row => show(row.file) + row.more)
  const asked = Math.max('files'.length, largest(names.map(displayWidth)))
  const choices = [
    [python, changes, download, installed],
    [changes, download, installed],
    [download, installed],
    [download],
  ]
  const numbers = choices.find(columns => tableWidth(columns) + 2 + asked <= width) ?? [download]
  const room = Math.max(12, width - 2 - tableWidth(numbers))
  const files: Column = {
    align: 'left',
    cells: [
      { text: 'files', paint: text => paint('dim', text) },
      ...names.map((name, i) => ({ text: cutTo(name, room, glyphs.more), paint: bold(i) })),
    ],
  }
  const lines = tableRows([files, ...numbers])
  const rule = paint('dim', `  ${glyphs.rule.repeat(tableWidth([files, ...numbers]) - 2)}`)
  return [...lines.slice(0, -1), rule, lines.at(-1)!].map(line => `${line}\n`).join('')
}
