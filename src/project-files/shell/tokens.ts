import type { Joined } from './joined.ts'
import { readWord, type Values, type Word } from './words.ts'

/** A piece of a script. */
export type Token =
  /** A word; several, or none, where a variable without quotes holds blanks, or nothing. */
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  /** `;`, `&&`, `)`, a line ending: what ends a command. */
  | { readonly kind: 'operator'; readonly operator: string }
  /** `>` and the like with the word behind it; the word is undefined where a variable without quotes holds nothing. */
  | { readonly kind: 'redirection'; readonly operator: string; readonly target: Word | undefined }

const operators = /^(?:&&|\|\||;;|\|&|[;|&\n\r()])/
const redirections = /^(?:&>>?|\d*(?:<<<|<<-?|<&|<>|<|>>|>&|>\||>))/
const endsWord = (character: string) => /[\s;|&()<>]/.test(character)

/**
 * Takes a script apart. Comments, continuations and the lines of here-documents are left out, and so is a redirection
 * with no word behind it.
 *
 * @param values the values of variables: the caller may change them between tokens
 */
export function* tokensOf(script: Joined, values: Values): Generator<Token> {
  const { text } = script
  /** Here-documents whose lines are still to come. */
  const awaited: string[] = []
  const wordAt = (at: number) => readWord(script, at, values, { escaper: '\\', ends: endsWord })
  for (let at = 0; at < text.length; ) {
    const skipped = nothingAt(text, at)
    if (skipped > at) {
      at = skipped
      continue
    }
    const rest = text.slice(at, at + 8)
    const redirection = redirections.exec(rest)?.[0]
    if (redirection !== undefined) {
      at += redirection.length
      while (text[at] === ' ' || text[at] === '\t') at++
      if (at >= text.length || /[\r\n;|&()]/.test(text[at]!)) continue
      const { words, end } = wordAt(at)
      const target = words[0]
      if (isHereDocument(redirection) && target?.value !== undefined) awaited.push(target.value)
      yield { kind: 'redirection', operator: redirection, target }
      at = end
      continue
    }
    const operator = operators.exec(rest)?.[0]
    if (operator !== undefined) {
      at += operator.length
      yield { kind: 'operator', operator }
      if (operator === '\n') for (const name of awaited.splice(0)) at = afterBody(text, at, name)
      continue
    }
    const { words, end } = wordAt(at)
    yield { kind: 'words', words }
    at = end
  }
}

/** `<<EOF`, `<<-EOF`. */
export function isHereDocument(redirection: string): boolean {
  return /<<-?$/.test(redirection)
}

/** Behind a comment, a continuation or a blank; where there is none of them, `at` itself. */
function nothingAt(text: string, at: number): number {
  const character = text[at]!
  if (character === '#' && (at === 0 || /[\s;|&()]/.test(text[at - 1]!))) {
    let end = at
    while (end < text.length && !/[\r\n]/.test(text[end]!)) end++
    return end
  }
  if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) return at + (text[at + 1] === '\r' ? 3 : 2)
  return /[^\S\r\n]/.test(character) ? at + 1 : at
}

/** Behind the line that ends a here-document; where none does, it is the rest. */
function afterBody(text: string, at: number, name: string): number {
  for (let line = at; line < text.length; ) {
    const feed = text.indexOf('\n', line)
    const end = feed < 0 ? text.length : feed
    if (text.slice(line, end).trim() === name) return end
    line = end + 1
  }
  return text.length
}
