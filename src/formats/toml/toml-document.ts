import type { Span } from '../../text/edits.ts'
import { stringAt, type TomlString } from './toml-string.ts'

/** A TOML document with the place of everything in it. */
export interface TomlDocument {
  readonly source: string
  /** In their order; the first has no header. */
  readonly blocks: readonly Block[]
  /** In their order. */
  readonly comments: readonly Span[]
}

/** A header, and the pairs that follow it up to the next header. */
export interface Block {
  /** From bracket to bracket; undefined for what stands before the first header. */
  readonly header: Span | undefined
  readonly path: readonly string[]
  /** `[[…]]` */
  readonly isItem: boolean
  readonly pairs: readonly Pair[]
}

/** `a.b = value` */
export interface Pair extends Listed {
  readonly keys: readonly Key[]
  readonly value: Value
}

export interface Key {
  readonly span: Span
  readonly name: string
}

export type Value = TomlString | TomlArray | InlineTable | OtherValue

/** What stands in a list with commas. */
export interface Listed {
  readonly span: Span
  /** The offset of the comma behind it; undefined: none follows. */
  readonly comma: number | undefined
}

/** What has such a list between its brackets. */
export interface Listing {
  readonly span: Span
  readonly items: readonly Listed[]
}

export interface TomlArray extends Listing {
  readonly kind: 'array'
  readonly items: readonly (Listed & { readonly value: Value })[]
}

export interface InlineTable extends Listing {
  readonly kind: 'table'
  readonly items: readonly Pair[]
}

/** A number, a date, `true` or `false`. */
export interface OtherValue {
  readonly kind: 'other'
  readonly span: Span
  readonly text: string
}

/**
 * Reads a text that a parser has found to be TOML (1.0 or 1.1): only places are worked out here, in one pass from left to
 * right, and nothing is refused.
 */
export function readDocument(source: string): TomlDocument {
  const scan: Scan = { source, at: 0, comments: [] }
  const blocks: Block[] = []
  let pairs: Pair[] = []
  blocks.push({ header: undefined, path: [], isItem: false, pairs })
  for (skip(scan); scan.at < source.length; skip(scan)) {
    if (source[scan.at] !== '[') pairs.push(pairAt(scan))
    else {
      pairs = []
      blocks.push({ ...headerAt(scan), pairs })
    }
  }
  return { source, blocks, comments: scan.comments }
}

interface Scan {
  readonly source: string
  at: number
  readonly comments: Span[]
}

/** Over blanks, line endings and comments. */
function skip(scan: Scan): void {
  const { source } = scan
  for (;;) {
    while (/[ \t\r\n]/.test(source[scan.at] ?? '')) scan.at++
    if (source[scan.at] !== '#') return
    const start = scan.at
    const end = source.indexOf('\n', start)
    scan.at = end < 0 ? source.length : end
    scan.comments.push({ start, end: source[scan.at - 1] === '\r' ? scan.at - 1 : scan.at })
  }
}

function headerAt(scan: Scan): Omit<Block, 'pairs'> {
  const start = scan.at
  const isItem = scan.source[start + 1] === '['
  scan.at += isItem ? 2 : 1
  const path = keysAt(scan).map(({ name }) => name)
  scan.at += isItem ? 2 : 1
  return { header: { start, end: scan.at }, path, isItem }
}

function pairAt(scan: Scan): Pair {
  const keys = keysAt(scan)
  scan.at++
  skip(scan)
  const value = valueAt(scan)
  return { keys, value, span: { start: keys[0]!.span.start, end: value.span.end }, comma: undefined }
}

/** `a."b".c`, up to what follows it. */
function keysAt(scan: Scan): Key[] {
  const { source } = scan
  const keys: Key[] = []
  for (;;) {
    skip(scan)
    const start = scan.at
    const isQuoted = source[start] === '"' || source[start] === "'"
    if (isQuoted) {
      const { span, text } = stringAt(source, start)
      keys.push({ span, name: text })
      scan.at = span.end
    } else {
      while (/[^\s.=\]]/.test(source[scan.at] ?? ' ')) scan.at++
      keys.push({ span: { start, end: scan.at }, name: source.slice(start, scan.at) })
    }
    skip(scan)
    if (source[scan.at] !== '.') return keys
    scan.at++
  }
}

function valueAt(scan: Scan): Value {
  const { source, at: start } = scan
  switch (source[start]) {
    case '"':
    case "'": {
      const string = stringAt(source, start)
      scan.at = string.span.end
      return string
    }
    case '[': {
      const items = listAt(scan, ']', () => {
        const value = valueAt(scan)
        return { value, span: value.span, comma: undefined }
      })
      return { kind: 'array', span: { start, end: scan.at }, items }
    }
    case '{': {
      const items = listAt(scan, '}', () => pairAt(scan))
      return { kind: 'table', span: { start, end: scan.at }, items }
    }
    default:
      while (/[^,\]}#\r\n]/.test(source[scan.at] ?? '\n')) scan.at++
      while (/[ \t]/.test(source[scan.at - 1]!)) scan.at--
      return { kind: 'other', span: { start, end: scan.at }, text: source.slice(start, scan.at) }
  }
}

/** What stands between brackets, each with the comma behind it; ends behind the closing one. */
function listAt<Item extends Listed>(scan: Scan, close: ']' | '}', read: () => Item): Item[] {
  const { source } = scan
  const items: Item[] = []
  scan.at++
  for (skip(scan); scan.at < source.length && source[scan.at] !== close; skip(scan)) {
    const item = read()
    skip(scan)
    const hasComma = source[scan.at] === ','
    items.push({ ...item, comma: hasComma ? scan.at : undefined })
    if (hasComma) scan.at++
  }
  scan.at++
  return items
}
