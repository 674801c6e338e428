import { largest } from '../text/lists.ts'
import type { Color } from './colors.ts'
import type { Formatter } from './formatter.ts'
import { cutTo, displayWidth } from './width.ts'

/** A column of a report, as its text and its markdown both have it. */
export interface ColumnOf<Row> {
  readonly title: string
  /** Left if left out. */
  readonly align?: Column['align']
  readonly text: (row: Row) => string
  readonly color?: (row: Row) => Color | undefined
  /** The text as markdown; the text itself if left out, which is only safe where nothing foreign is in it. */
  readonly markdown?: (text: string, row: Row) => string
}

export interface Cell {
  readonly text: string
  /** Colours the cell once its width is known. */
  readonly paint?: (text: string) => string
}

export interface Column {
  readonly align: 'left' | 'right'
  readonly cells: readonly Cell[]
}

/** A column for the terminal: its title, then a cell for each row. */
export function drawn<Row>(
  { title, align = 'left', text, color }: ColumnOf<Row>,
  rows: readonly Row[],
  formatter: Formatter,
): Column {
  return { align, cells: [cell(title, 'dim', formatter), ...rows.map(row => cell(text(row), color?.(row), formatter))] }
}

/** A cell with foreign text made safe. */
export function cell(text: string, color: Color | undefined, { paint, show }: Formatter): Cell {
  return { text: show(text), ...(color && { paint: plain => paint(color, plain) }) }
}

/**
 * The columns of a table that fit into the terminal: the names, cut if they must be, and behind them the first choice that leaves
 * room for them, or the last.
 *
 * @param room columns that the names get: `least` in any case, `longest` at most
 */
export function fitted(
  names: Column,
  choices: readonly (readonly Column[])[],
  { least, longest = Number.POSITIVE_INFINITY }: { readonly least: number; readonly longest?: number },
  { width, glyphs }: Formatter,
): Column[] {
  const wanted = Math.min(longest, columnWidth(names))
  const others = choices.find(columns => tableWidth(columns) + 2 + wanted <= width) ?? choices.at(-1)!
  const room = Math.min(longest, Math.max(least, width - 2 - tableWidth(others)))
  const cells = names.cells.map(name => ({ ...name, text: cutTo(name.text, room, glyphs.more) }))
  return [{ ...names, cells }, ...others]
}

/** The line between the rows of a table and their totals. */
export function rule(columns: readonly Column[], { paint, glyphs }: Formatter): string {
  return paint('dim', `  ${glyphs.rule.repeat(tableWidth(columns) - 2)}`)
}

/** Columns a table takes on the terminal: two blanks in front, and between its columns. */
export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + 2 + columnWidth(column), 0)
}

/** The rows of columns side by side, aligned by what the terminal shows; no blanks at the ends. */
export function tableRows(columns: readonly Column[]): string[] {
  const widths = columns.map(columnWidth)
  const rows = columns[0]?.cells.length ?? 0
  return Array.from({ length: rows }, (_, row) =>
    columns
      .map(({ align, cells }, i) => {
        const { text, paint = (plain: string) => plain } = cells[row]!
        const blanks = ' '.repeat(widths[i]! - displayWidth(text))
        return `  ${align === 'left' ? paint(text) + blanks : blanks + paint(text)}`
      })
      .join('')
      .trimEnd(),
  )
}

function columnWidth({ cells }: Column): number {
  return largest(cells.map(({ text }) => displayWidth(text)))
}
