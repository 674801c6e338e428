import type { Span } from './edits.ts'

/** A word of a line as a POSIX shell splits it. */
export interface Word {
  /** Without its quotes and escapes. */
  readonly value: string
  /** With them, in the text that was split. */
  readonly span: Span
  /** Where each character of `value` stands in the text; missing when the word has neither quotes nor escapes. */
  readonly offsets?: readonly number[]
}

/** What keeps a text from being split, and where. */
export interface SplitProblem {
  readonly problem: string
  readonly at: Span
}

/** Splits a text from `start` on into words, as Python's `shlex.split` does. */
export function splitShellWords(text: string, start: number): Word[] | SplitProblem {
  const words: Word[] = []
  let i = start
  while (i < text.length) {
    if (isBlank(text.charCodeAt(i))) {
      i++
      continue
    }
    const word = readWord(text, i)
    if ('problem' in word) return word
    words.push(word)
    i = word.span.end
  }
  return words
}

function readWord(text: string, start: number): Word | SplitProblem {
  let i = start
  while (i < text.length && !isBlank(text.charCodeAt(i)) && !/['"\\]/.test(text[i]!)) i++
  if (i === text.length || isBlank(text.charCodeAt(i))) return { value: text.slice(start, i), span: { start, end: i } }
  const offsets: number[] = Array.from({ length: i - start }, (_, n) => start + n)
  let quote: { readonly mark: string; readonly at: number } | undefined
  for (; i < text.length; i++) {
    const character = text[i]!
    if (quote?.mark === character) quote = undefined
    else if (character === '\\' && quote?.mark !== "'") {
      const next = text[i + 1]
      if (next === undefined) return { problem: 'a backslash at the end escapes nothing', at: { start: i, end: i + 1 } }
      // Between double quotes a backslash escapes only itself and the quote.
      if (!quote || next === '\\' || next === '"') i++
      offsets.push(i)
      if (quote && text[i] === '\\' && next !== '\\' && next !== '"') offsets.push(++i)
    } else if (quote) offsets.push(i)
    else if (character === '"' || character === "'") quote = { mark: character, at: i }
    else if (isBlank(text.charCodeAt(i))) break
    else offsets.push(i)
  }
  if (quote) return { problem: `no closing ${quote.mark}`, at: { start: quote.at, end: text.length } }
  return { value: offsets.map(offset => text[offset]).join(''), span: { start, end: i }, offsets }
}

/**
 * Where the rest of a word, from its character `from` on, stands in the text, such that another word without quotes can
 * take its place. Nothing where a quote that begins before it ends inside it.
 */
export function restOfWord(text: string, { span, offsets }: Word, from: number): Span | undefined {
  if (from === 0) return span
  if (!offsets) return { start: span.start + from, end: span.end }
  const start = offsets[from - 1]! + 1
  const open = openQuote(text.slice(span.start, start))
  if (!open) return { start, end: span.end }
  const last = offsets[offsets.length - 1]! + 1
  return last === span.end - 1 && openQuote(text.slice(span.start, last)) === open ? { start, end: last } : undefined
}

/** The quotation mark that is open at the end of a text, with its offset. */
function openQuote(text: string): string {
  let open = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character === '\\' && open[0] !== "'") i++
    else if (open[0] === character) open = ''
    else if (!open && (character === '"' || character === "'")) open = character + i
  }
  return open
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

/** A path as a shell takes it for one argument. */
export function asArgument(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
