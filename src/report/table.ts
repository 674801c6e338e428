import { largest } from '../text/largest.ts'
import { displayWidth } from './width.ts'

export interface Cell {
  readonly text: string
  /** Puts the cell into a colour once its width is settled. */
  readonly paint?: (text: string) => string
}

export interface Column {
  readonly align: 'left' | 'right'
  readonly cells: readonly Cell[]
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
