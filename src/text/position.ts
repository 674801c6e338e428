import type { Span } from './edits.ts'
import { printable } from './terminal.ts'

/** A place as editors count it: both 1-based, the column in UTF-16 units; lines end at `\n`, `\r\n` and `\r`. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Columns of a source line that `frame` shows. */
const FRAME_WIDTH = 100
/** Columns shown before the span when the line is cut. */
const FRAME_LEAD = 30

/** The position of an offset; one behind the end is the end. */
export function positionAt(source: string, offset: number): Position {
  const starts = lineStarts(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: Math.min(offset, source.length) - starts[low]! + 1 }
}

/**
 * The source line on which a span starts, and carets below the span: two lines without a line ending at the end.
 * Tabs stay, so that the carets stand right; other controls are escaped; a long line is cut around the span.
 */
export function frame(source: string, span: Span): string {
  const { line, column } = positionAt(source, span.start)
  const lineStart = lineStarts(source)[line - 1]!
  const text = /^[^\r\n]*/.exec(source.slice(lineStart, lineStarts(source)[line] ?? source.length))![0]
  const from = Math.min(column - 1, text.length)
  const to = Math.max(from, Math.min(span.end - lineStart, text.length))
  const cut = text.length > FRAME_WIDTH
  const first = cut ? Math.max(0, Math.min(from - FRAME_LEAD, text.length - FRAME_WIDTH)) : 0
  const last = cut ? Math.min(text.length, first + FRAME_WIDTH) : text.length
  const before = (first > 0 ? '…' : '') + printable(text.slice(first, from))
  const marked = printable(text.slice(from, Math.min(to, last)))
  const after = printable(text.slice(Math.min(to, last), last)) + (last < text.length ? '…' : '')
  return `${before}${marked}${after}\n${before.replace(/[^\t]/g, ' ')}${'^'.repeat(Math.max(1, marked.length))}`
}

// Many positions are asked of one source in a row, so its line table is kept until another source comes.
let known: { readonly source: string; readonly starts: readonly number[] } = { source: '', starts: [0] }

function lineStarts(source: string): readonly number[] {
  if (known.source === source) return known.starts
  const starts = [0]
  const ending = /\r\n|\n|\r/g
  while (ending.exec(source)) starts.push(ending.lastIndex)
  known = { source, starts }
  return starts
}
