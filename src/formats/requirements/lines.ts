import { isPythonSpace, skipSpace } from '../../packaging/characters.ts'
import type { Span } from '../../text/edits.ts'

/** A stretch of a logical line's text that comes from one stretch of the source. */
export interface Piece {
  /** Where it begins in the text of the logical line. */
  readonly at: number
  readonly source: number
  readonly length: number
  /** Set where the piece is the value of a variable: the end of its `${NAME}` in the source. */
  readonly sourceEnd?: number
}

/** One line as pip reads it: continuations joined with nothing between, comment cut off, blanks around it taken away. */
export interface LogicalLine {
  /** All of it in the source, line endings included. */
  readonly span: Span
  readonly text: string
  readonly pieces: readonly Piece[]
  /** From `#` to the end of the last physical line, its ending left out. */
  readonly comment: Span | undefined
}

const BACKSLASH = 0x5c
const HASH = 0x23
const BYTE_ORDER_MARK = 0xfeff

/** Splits a requirements file into logical lines, empty ones included. Their spans tile the source. */
export function splitLogicalLines(source: string): LogicalLine[] {
  const lines: LogicalLine[] = []
  for (let at = 0; at < source.length; at = lines[lines.length - 1]!.span.end) lines.push(readLogicalLine(source, at))
  return lines
}

/** Reads the logical line that begins at `start`, which has to be before the end of the source (pip: `join_lines`, `ignore_comments`). */
export function readLogicalLine(source: string, start: number): LogicalLine {
  // A byte order mark that a decoder left in is no content.
  const first = start === 0 && source.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : start
  const end = endOfContent(source, first)
  if (end > first && source.charCodeAt(end - 1) === BACKSLASH && !isComment(source, first, end))
    return readContinued(source, start, first)
  const comment = commentStart(source, first, end)
  let from = first
  let to = comment < 0 ? end : comment
  while (from < to && isPythonSpace(source.charCodeAt(from))) from++
  while (to > from && isPythonSpace(source.charCodeAt(to - 1))) to--
  return {
    span: { start, end: endOfBreak(source, end) },
    text: source.slice(from, to),
    pieces: [{ at: 0, source: from, length: to - from }],
    comment: comment < 0 ? undefined : { start: comment, end },
  }
}

function readContinued(source: string, start: number, first: number): LogicalLine {
  const pieces: Piece[] = []
  let text = ''
  let at = first
  let end: number
  let comment = -1
  for (;;) {
    end = endOfContent(source, at)
    // A comment ends a continuation, and pip takes care that it stays a comment.
    if (isComment(source, at, end)) {
      comment = skipSpace(source, at)
      break
    }
    const continued = source.charCodeAt(end - 1) === BACKSLASH && end > at
    let from = at
    let to = end
    // pip takes every backslash off both ends of a continued line: `strip("\\")`.
    if (continued) {
      while (to > from && source.charCodeAt(to - 1) === BACKSLASH) to--
      while (from < to && source.charCodeAt(from) === BACKSLASH) from++
    }
    pieces.push({ at: text.length, source: from, length: to - from })
    text += source.slice(from, to)
    at = endOfBreak(source, end)
    if (!continued || at >= source.length) break
  }
  const cut = commentStart(text, 0, text.length)
  if (cut >= 0) comment = sourceStart(pieces, cut)
  let from = 0
  let to = cut < 0 ? text.length : cut
  while (from < to && isPythonSpace(text.charCodeAt(from))) from++
  while (to > from && isPythonSpace(text.charCodeAt(to - 1))) to--
  return {
    span: { start, end: endOfBreak(source, end) },
    text: text.slice(from, to),
    pieces: clipPieces(pieces, from, to, 0),
    comment: comment < 0 ? undefined : { start: comment, end },
  }
}

/** The stretch of the source behind a stretch of a logical line's text. A variable's value leads to all of its `${NAME}`. */
export function toSource({ pieces }: Pick<LogicalLine, 'pieces'>, start: number, end: number): Span {
  const from = sourceStart(pieces, start)
  return { start: from, end: end > start ? sourceEnd(pieces, end) : from }
}

/** The pieces of `text[from..to)`, where that stretch comes to stand at `at`. */
export function clipPieces(pieces: readonly Piece[], from: number, to: number, at: number): Piece[] {
  const clipped: Piece[] = []
  for (const piece of pieces) {
    const start = Math.max(piece.at, from)
    const end = Math.min(piece.at + piece.length, to)
    if (start >= end) continue
    const moved = { at: at + start - from, length: end - start }
    clipped.push(
      piece.sourceEnd === undefined
        ? { ...moved, source: piece.source + start - piece.at }
        : { ...moved, source: piece.source, sourceEnd: piece.sourceEnd },
    )
  }
  return clipped.length > 0 ? clipped : [{ at, source: pieces[0]?.source ?? 0, length: 0 }]
}

function sourceStart(pieces: readonly Piece[], offset: number): number {
  const { at, source, length, sourceEnd } = lastPieceAt(pieces, offset)
  if (sourceEnd === undefined) return source + Math.min(offset - at, length)
  return offset < at + length ? source : sourceEnd
}

function sourceEnd(pieces: readonly Piece[], offset: number): number {
  const { at, source, length, sourceEnd } = lastPieceAt(pieces, offset - 1)
  return sourceEnd ?? source + Math.min(offset - at, length)
}

/** The last piece that begins at or before an offset of the text. A line of a thousand hashes has as many pieces. */
function lastPieceAt(pieces: readonly Piece[], offset: number): Piece {
  let low = 0
  let high = pieces.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (pieces[middle]!.at <= offset) low = middle
    else high = middle - 1
  }
  return pieces[low]!
}

/** The offset of the line ending that ends the physical line at `start`, or of the end of the source. */
export function endOfContent(source: string, start: number): number {
  let i = start
  for (; i < source.length; i++) {
    const code = source.charCodeAt(i)
    if (code > 0x1e && code < 0x85) continue
    if (isLineBreak(code)) break
  }
  return i
}

/** The end of the line ending at an offset; the offset where it is the end of the source. */
export function endOfBreak(source: string, end: number): number {
  if (end >= source.length) return end
  return source.charCodeAt(end) === 0x0d && source.charCodeAt(end + 1) === 0x0a ? end + 2 : end + 1
}

/** Where Python's `str.splitlines` splits: LF, VT, FF, CR, FS, GS, RS, NEL and the two separators of Unicode. */
function isLineBreak(code: number): boolean {
  return (
    (code >= 0x0a && code <= 0x0d) ||
    (code >= 0x1c && code <= 0x1e) ||
    code === 0x85 ||
    code === 0x2028 ||
    code === 0x2029
  )
}

function isComment(source: string, start: number, end: number): boolean {
  const i = skipSpace(source, start)
  return i < end && source.charCodeAt(i) === HASH
}

/** A comment begins with a `#` at the start of a line or behind white space; no quoting protects it. */
function commentStart(text: string, start: number, end: number): number {
  for (let i = start; i < end; i++)
    if (text.charCodeAt(i) === HASH && (i === start || isPythonSpace(text.charCodeAt(i - 1)))) return i
  return -1
}
