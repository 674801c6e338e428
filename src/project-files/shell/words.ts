import type { Span } from '../../text/edits.ts'
import type { Joined } from './joined.ts'

/** What variables stand for; undefined where only a build can tell. One that is not here is not set in the file. */
export type Values = ReadonlyMap<string, string | undefined>

/** A word of an instruction or of a command. */
export interface Word {
  /** Without quotes and with variables put in; undefined where some of it is known only to a build. */
  readonly value: string | undefined
  /** As much of it as is known before something is not. */
  readonly lead: string
  /** As much of it as is known behind the last thing that is not. */
  readonly tail: string
  /** With quotes, in the source. */
  readonly span: Span
  /** Where each character of `value` stands in the source: what a variable gives, at the variable. */
  readonly offsets: readonly number[]
  /** It holds a quote, so that a shell takes no word of its own meaning for it. */
  readonly quoted: boolean
}

/** Characters of a word with variables in it; one that is longer counts as not known. `ENV A=$A$A` doubles it each time. */
const LONGEST = 2 ** 14

interface Lettered {
  value: string
  lead?: string
  tailStart?: number
  readonly offsets: number[]
  known: boolean
  quoted: boolean
  /** Where blanks in an unquoted variable's value take the word apart. */
  readonly breaks: number[]
}

export interface WordRules {
  readonly escaper: '\\' | '`'
  /** Whether a character outside of quotes ends a word. */
  readonly ends: (character: string) => boolean
}

/**
 * Reads the word that begins at `at`, as POSIX shells and BuildKit do: quotes, escapes, `$NAME`, `${NAME:-value}`.
 * @returns the words: an unquoted variable whose value holds blanks may give several, or none; and where it ends
 */
export function readWord(joined: Joined, at: number, values: Values, rules: WordRules): { words: Word[]; end: number } {
  const { text, offsets } = joined
  const built: Lettered = { value: '', offsets: [], known: true, quoted: false, breaks: [] }
  const put = (character: string, index: number) => {
    built.value += character
    for (let i = 0; i < character.length; i++) built.offsets.push(offsets[index]!)
  }
  let i = at
  let quote: string | undefined
  for (; i < text.length; i++) {
    const character = text[i]!
    if (quote === "'") {
      if (character === "'") quote = undefined
      else put(character, i)
    } else if (character === rules.escaper && (rules.escaper === '\\' || !quote)) {
      const next = text[i + 1]
      if (next === undefined) break
      if (next === '\n' || (next === '\r' && text[i + 2] === '\n')) i += next === '\r' ? 2 : 1
      else if (quote && !/["\\$`]/.test(next)) put(character, i)
      else put(next, ++i)
    } else if (character === '"') {
      quote = quote ? undefined : '"'
      built.quoted = true
    } else if (character === "'" && !quote) {
      quote = "'"
      built.quoted = true
    } else if (character === '$') {
      const variable = readVariable(text, i, values)
      if (variable === undefined) put('$', i)
      else {
        if (variable.value === undefined || built.value.length + variable.value.length > LONGEST) lose(built)
        else if (quote) put(variable.value, i)
        else putSplit(variable.value, i, built, offsets)
        i = variable.end - 1
      }
    } else if (character === '`' && rules.escaper === '\\') {
      lose(built)
      i = closing(text, i)
    } else if (!quote && rules.ends(character)) break
    else put(character, i)
  }
  const end = Math.max(i, at + 1)
  return { words: wordsOf(built, { start: offsets[at]!, end: endOf(joined, at, end) }), end }
}

function lose(built: Lettered): void {
  built.known = false
  built.lead ??= built.value
  built.tailStart = built.value.length
}

/** Behind the last character of a stretch. */
export function endOf({ offsets }: Joined, at: number, end: number): number {
  return end > at ? offsets[end - 1]! + 1 : offsets[at]!
}

function putSplit(value: string, at: number, built: Lettered, offsets: readonly number[]): void {
  for (const character of value) {
    if (/\s/.test(character)) built.breaks.push(built.value.length)
    else {
      built.value += character
      for (let i = 0; i < character.length; i++) built.offsets.push(offsets[at]!)
    }
  }
}

function wordsOf({ value, lead = value, tailStart = 0, offsets, known, quoted, breaks }: Lettered, span: Span): Word[] {
  if (!known) return [{ value: undefined, lead, tail: value.slice(tailStart), span, offsets: [], quoted }]
  if (value === '' && !quoted) return []
  const words: Word[] = []
  let start = 0
  for (const end of [...breaks, value.length]) {
    if (end > start || (breaks.length === 0 && quoted))
      words.push({
        value: value.slice(start, end),
        lead: value.slice(start, end),
        tail: value.slice(start, end),
        span,
        offsets: offsets.slice(start, end),
        quoted,
      })
    start = end
  }
  return words
}

/** Undefined: the dollar is a plain character. */
function readVariable(
  text: string,
  at: number,
  values: Values,
): { value: string | undefined; end: number } | undefined {
  if (text[at + 1] === '(') return { value: undefined, end: afterParenthesis(text, at + 1) }
  if (text[at + 1] === '{') {
    const [whole, name, operator, word = ''] = /^\{(\w+)(?:(:?[-+])([^}]*))?\}/.exec(text.slice(at + 1)) ?? []
    if (whole === undefined) {
      const close = text.indexOf('}', at)
      return { value: undefined, end: close < 0 ? text.length : close + 1 }
    }
    return { value: withDefault(values.get(name!), operator, plain(word, values)), end: at + 1 + whole.length }
  }
  const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(text.slice(at + 1, at + 80))?.[0]
  return name === undefined ? undefined : { value: values.get(name), end: at + 1 + name.length }
}

/** As Docker and POSIX have it: `:-` and `:+` take an empty value for none, `-` and `+` do not. */
function withDefault(
  value: string | undefined,
  operator: string | undefined,
  word: string | undefined,
): string | undefined {
  const set = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (operator?.endsWith('-')) return set ? value : word
  if (operator?.endsWith('+')) return set ? word : ''
  return value
}

/** The word behind `:-`, which may name a variable itself. */
function plain(word: string, values: Values): string | undefined {
  let known = true
  const text = word.replace(/^(["'])(.*)\1$/, '$2').replace(/\$(\w+)/g, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined) known = false
    return value ?? ''
  })
  return known && !/[$`]/.test(text) ? text : undefined
}

function afterParenthesis(text: string, at: number): number {
  let depth = 0
  let quote: string | undefined
  for (let i = at; i < text.length; i++) {
    const character = text[i]!
    if (character === '\\' && quote !== "'") i++
    else if (quote) quote = character === quote ? undefined : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return i + 1
  }
  return text.length
}

function closing(text: string, at: number): number {
  const found = text.indexOf('`', at + 1)
  return found < 0 ? text.length - 1 : found
}

const isBlank = (character: string) => /\s/.test(character)

/** The words of an instruction that is no command, from `at` on. */
export function dockerWords(joined: Joined, at: number, values: Values, escaper: '\\' | '`'): Word[] {
  return [...eachDockerWord(joined, at, values, escaper)]
}

/** The same one after the other, so that one may set what a variable holds in the next. */
export function* eachDockerWord(
  joined: Joined,
  at: number,
  values: Values,
  escaper: '\\' | '`',
): Generator<Word, undefined> {
  for (let i = at; i < joined.text.length; ) {
    if (isBlank(joined.text[i]!)) {
      i++
      continue
    }
    const read = readWord(joined, i, values, { escaper, ends: isBlank })
    // A Dockerfile does not take a word apart for what a variable holds.
    yield read.words.length === 1 ? read.words[0]! : whole(read.words, joined, i, read.end)
    i = read.end
  }
}

function whole(words: readonly Word[], joined: Joined, at: number, end: number): Word {
  const span = { start: joined.offsets[at]!, end: endOf(joined, at, end) }
  const known = words.every(({ value }) => value !== undefined)
  const value = known ? words.map(word => word.value).join(' ') : undefined
  const lead = value ?? words[0]?.lead ?? ''
  const tail = value ?? words.at(-1)?.tail ?? ''
  return {
    value,
    lead,
    tail,
    span,
    offsets: Array.from({ length: value?.length ?? 0 }, () => span.start),
    quoted: false,
  }
}

/** A JSON list of strings, the exec form; undefined where it is none, which BuildKit takes for the shell form. */
export function execWords({ text, offsets }: Joined, at: number): Word[] | undefined {
  const rest = text.slice(at)
  if (!/^\s*\[/.test(rest)) return undefined
  try {
    const list: unknown = JSON.parse(rest)
    if (!Array.isArray(list) || !list.every(item => typeof item === 'string')) return undefined
  } catch {
    return undefined
  }
  const words: Word[] = []
  for (const { 0: literal, index } of rest.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    let value = ''
    const places: number[] = []
    for (const piece of literal.slice(1, -1).matchAll(/\\u[0-9a-fA-F]{4}|\\.|[^\\]/gs)) {
      const read = JSON.parse(`"${piece[0]}"`) as string
      value += read
      for (let i = 0; i < read.length; i++) places.push(offsets[at + index + 1 + piece.index]!)
    }
    const start = offsets[at + index]!
    words.push({
      value,
      lead: value,
      tail: value,
      span: { start, end: offsets[at + index + literal.length - 1]! + 1 },
      offsets: places,
      quoted: true,
    })
  }
  return words
}
