import type { Span } from '../../text/edits.ts'

/** A stretch of a Dockerfile as one line, and where each of its characters stands. */
export interface Joined {
  readonly text: string
  /** The offset in the source of each character of `text`, and of what follows the last. */
  readonly offsets: readonly number[]
}

/**
 * Joins what continuations spread over several lines, as BuildKit does: the escape character and the line ending go, and
 * so do comments and blank lines between the pieces.
 */
export function joinLines(source: string, { start, end }: Span, escaper: '\\' | '`'): Joined {
  const offsets: number[] = []
  let text = ''
  let last = start
  for (let at = start; at < end; ) {
    const [line, ending] = physicalLine(source, at, end)
    const first = at === start
    const trimmed = line.trim()
    // Comments and blank lines stand for nothing inside of an instruction, and the line before goes on behind them.
    if (!first && (trimmed === '' || trimmed[0] === '#')) {
      at += line.length + ending.length
      continue
    }
    const cut = goesOn(line, escaper)
    const kept = cut ?? line.length
    for (let i = 0; i < kept; i++) offsets.push(at + i)
    text += line.slice(0, kept)
    last = at + kept
    if (cut === undefined) break
    at += line.length + ending.length
  }
  return { text, offsets: [...offsets, last] }
}

/** A stretch as it stands: of a here-document, say. */
export function verbatim(source: string, { start, end }: Span): Joined {
  return {
    text: source.slice(start, end),
    offsets: Array.from({ length: end - start + 1 }, (_, i) => start + i),
  }
}

function physicalLine(source: string, at: number, end: number): [line: string, ending: string] {
  let to = at
  while (to < end && source[to] !== '\n' && source[to] !== '\r') to++
  if (to >= end) return [source.slice(at, end), '']
  return [source.slice(at, to), source[to] === '\r' && source[to + 1] === '\n' ? '\r\n' : source[to]!]
}

/** Where a line that goes on has its escape character. A doubled one at the end is none. */
function goesOn(line: string, escaper: '\\' | '`'): number | undefined {
  const bare = line.trimEnd()
  if (!bare.endsWith(escaper) || bare.at(-2) === escaper) return undefined
  return bare.length - 1
}
