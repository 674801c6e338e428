import type { Span } from '../../text/edits.ts'

/** A string of TOML, with what it means. */
export interface TomlString {
  readonly kind: 'string'
  /** With its quotes. */
  readonly span: Span
  readonly text: string
  readonly quote: Quote
}

export type Quote = '"' | "'" | '"""' | "'''"

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\x1b',
  '"': '"',
  '\\': '\\',
}
/** Digits behind an escape that names a character by its number. */
const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The string that begins at an offset. The document is known to be TOML. */
export function stringAt(source: string, start: number): TomlString {
  const mark = source[start]!
  const quote = (source.startsWith(mark.repeat(3), start) ? mark.repeat(3) : mark) as Quote
  const inner = start + quote.length
  const end = endOf(source, inner, quote)
  const body = source.slice(inner, end - quote.length)
  const isPlain = quote === "'" || (quote === '"' && !body.includes('\\'))
  const text = isPlain ? body : charactersOf(body, quote).join('')
  return { kind: 'string', span: { start, end }, text, quote }
}

/** Behind the closing quotes. Three may follow one or two that belong to the text. */
function endOf(source: string, start: number, quote: Quote): number {
  let at = start
  while (at < source.length && !source.startsWith(quote, at)) at += source[at] === '\\' && quote[0] === '"' ? 2 : 1
  const end = at + quote.length
  if (quote.length === 1) return end
  let more = 0
  while (more < 2 && source[end + more] === quote[0]) more++
  return end + more
}

/** What each character of a string's body adds to its text, so that the lengths of both can be compared. */
function charactersOf(body: string, quote: Quote): string[] {
  const characters: string[] = []
  const first = quote.length === 3 ? (/^\r?\n/.exec(body)?.[0].length ?? 0) : 0
  for (let i = 0; i < first; i++) characters.push('')
  for (let at = first; at < body.length; ) {
    const [text, length] = quote[0] === '"' && body[at] === '\\' ? escapeAt(body, at) : [body[at]!, 1]
    characters.push(text)
    for (let i = 1; i < length; i++) characters.push('')
    at += length
  }
  return characters
}

/** What an escape means, and its length. A backslash at the end of a line swallows the blanks and line endings behind it. */
function escapeAt(body: string, at: number): readonly [text: string, length: number] {
  const letter = body[at + 1] ?? ''
  const count = digits[letter]
  if (count !== undefined) {
    const code = Number.parseInt(body.slice(at + 2, at + 2 + count), 16)
    return [String.fromCodePoint(code), count + 2]
  }
  const known = escapes[letter]
  if (known !== undefined) return [known, 2]
  let end = at + 1
  while (end < body.length && /[ \t\r\n]/.test(body[end]!)) end++
  return ['', end - at]
}

/** Where a stretch of a string's text is written in the document. */
export function writtenSpan(source: string, { span, quote }: TomlString, inText: Span): Span {
  const start = span.start + quote.length
  const characters = charactersOf(source.slice(start, span.end - quote.length), quote)
  const offsetOf = (length: number) => {
    let at = 0
    let read = 0
    while (read < length || characters[at] === '') {
      if (at >= characters.length) break
      read += characters[at++]!.length
    }
    return start + at
  }
  const from = offsetOf(inText.start)
  return { start: from, end: inText.end === inText.start ? from : endOffset(characters, start, inText.end) }
}

function endOffset(characters: readonly string[], start: number, length: number): number {
  let at = 0
  for (let read = 0; at < characters.length && read < length; at++) read += characters[at]!.length
  // What an escape is written with beyond its first character belongs to it.
  while (at < characters.length && characters[at] === '') at++
  return start + at
}

/** A text as it stands between the quotes of a kind of string; undefined where these cannot hold it. */
export function escaped(text: string, quote: Quote): string | undefined {
  if (quote[0] === "'") return /['\r\n]/.test(text) || /[\0-\x08\x0b-\x1f\x7f]/.test(text) ? undefined : text
  return JSON.stringify(text).slice(1, -1).replaceAll('\x7f', '\\u007f')
}

/** A text as a string of TOML, in the quotes that its neighbours have where these can hold it. */
export function quoted(text: string, like: Quote = '"'): string {
  const quote = like[0] as Quote
  const inner = escaped(text, quote)
  return inner === undefined ? `"${escaped(text, '"')}"` : quote + inner + quote
}

/** A key as it is written, in quotes where it needs them. */
export function keyed(name: string): string {
  return /^[\w-]+$/.test(name) ? name : quoted(name)
}

/** What stands on several lines, on one. */
export function onOneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ')
}
