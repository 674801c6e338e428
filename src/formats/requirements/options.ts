import type { Span } from '../../text/edits.ts'
import { restOfWord, splitShellWords, type Word } from '../../text/shell-words.ts'

/** An option of requirements files, by its name in full and without dashes. */
export type OptionName = keyof typeof longNames

/** An option on a line of a requirements file. */
export interface Option {
  /** Its name in full: `index-url` for `-i` and `--index` too. */
  readonly name: OptionName
  /** As written, without the value: `-i`, `--extra-index`. */
  readonly written: string
  /** Without quotes; missing for an option that takes none. */
  readonly value?: string
  readonly span: Span
  /** The value, quotes included; missing too where it cannot be replaced on its own. */
  readonly valueSpan?: Span
  /** False where pip reads the option and does not act on it. */
  readonly effective: boolean
}

export interface ParsedOptions {
  readonly options: readonly Omit<Option, 'effective'>[]
  /** Words that belong to no option. pip drops them without a word. */
  readonly leftovers: readonly Span[]
}

/** Why the options of a line cannot be read, and where. */
export interface OptionProblem {
  readonly problem: string
  readonly at: Span
  /** The option, where pip has none of this name. */
  readonly unknown?: string
}

type Check = (value: string) => string | undefined

const anything: Check = () => undefined

/** pip's options of requirements files (`req_file.py`, pip 26.3): how each is written, and what its value has to look like; no check, no value. */
const longNames = {
  'index-url': { also: ['-i', '--pypi-url'], check: anything },
  'extra-index-url': { also: [], check: anything },
  'no-index': { also: [], check: undefined },
  constraint: { also: ['-c'], check: anything },
  requirement: { also: ['-r'], check: anything },
  editable: { also: ['-e'], check: anything },
  'find-links': { also: ['-f'], check: anything },
  'no-binary': { also: [], check: notAnOption },
  'only-binary': { also: [], check: notAnOption },
  'prefer-binary': { also: [], check: undefined },
  'require-hashes': { also: [], check: undefined },
  'no-require-hashes': { also: [], check: undefined },
  pre: { also: [], check: undefined },
  'all-releases': { also: [], check: notAnOption },
  'only-final': { also: [], check: notAnOption },
  'trusted-host': { also: [], check: anything },
  'use-feature': { also: [], check: knownFeature },
  hash: { also: [], check: strongHash },
  'config-settings': { also: ['-C'], check: keyAndValue },
} as const satisfies Record<string, { also: readonly string[]; check: Check | undefined }>

const features = [
  'fast-deps',
  'inprocess-build-deps',
  'venv-isolation',
  'truststore',
  'no-binary-enable-wheel-cache',
  'build-constraint',
]

const byWriting: ReadonlyMap<string, OptionName> = new Map(
  (Object.keys(longNames) as OptionName[]).flatMap(name =>
    [`--${name}`, ...longNames[name].also].map(written => [written, name]),
  ),
)

/** Reads options from `start` to the end of a text, as pip does: split as in a shell, then by the rules of Python's optparse. */
export function parseOptions(text: string, start: number): ParsedOptions | OptionProblem {
  const words = splitShellWords(text, start)
  if (!Array.isArray(words)) return words
  const options: Omit<Option, 'effective'>[] = []
  const leftovers: Span[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const { value: written } = word
    // `--` ends the options.
    if (written === '--') {
      for (const { span } of words.slice(i + 1)) leftovers.push(span)
      break
    }
    if (written[0] !== '-' || written.length === 1) {
      leftovers.push(word.span)
      continue
    }
    const option = written[1] === '-' ? longOption(word) : shortOption(word)
    if ('problem' in option) return option
    const { name, nameLength, glued } = option
    const { check } = longNames[name]
    if (!check) {
      if (glued !== undefined) return { problem: `--${name} takes no value`, at: word.span }
      options.push({ name, written, span: word.span })
      continue
    }
    const next = glued === undefined ? words[++i] : undefined
    if (glued === undefined && !next) return { problem: `--${name} needs a value`, at: word.span }
    const value = next ? next.value : written.slice(glued)
    const valueSpan = next ? next.span : restOfWord(text, word, glued!)
    const wrong = check(value)
    if (wrong) return { problem: `--${name}: ${wrong}`, at: valueSpan ?? word.span }
    const span = { start: word.span.start, end: (next ?? word).span.end }
    options.push({ name, written: written.slice(0, nameLength), value, span, ...(valueSpan && { valueSpan }) })
  }
  return { options, leftovers }
}

interface Recognised {
  readonly name: OptionName
  readonly nameLength: number
  /** Where in the word the value begins, if the word has one. */
  readonly glued?: number
}

/** Long options may be cut short as long as one option alone begins that way. */
function longOption({ value: word, span }: Word): Recognised | OptionProblem {
  const equals = word.indexOf('=')
  const nameLength = equals < 0 ? word.length : equals
  const written = word.slice(0, nameLength)
  const fitting = byWriting.has(written) ? [written] : [...byWriting.keys()].filter(long => long.startsWith(written))
  const [only, other] = fitting
  if (other) return { problem: `${written} is short for several options: ${fitting.toSorted().join(', ')}`, at: span }
  if (!only) return { problem: `no such option: ${written}`, at: span, unknown: written }
  return { name: byWriting.get(only)!, nameLength, ...(equals >= 0 && { glued: equals + 1 }) }
}

function shortOption({ value: word, span }: Word): Recognised | OptionProblem {
  // Every short option takes a value, so what follows the letter is one.
  const written = `-${String.fromCodePoint(word.codePointAt(1)!)}`
  const name = byWriting.get(written)
  if (!name) return { problem: `no such option: ${written}`, at: span, unknown: written }
  return { name, nameLength: 2, ...(word.length > 2 && { glued: 2 }) }
}

function notAnOption(value: string): string | undefined {
  return value.startsWith('-') ? 'needs a value' : undefined
}

function knownFeature(value: string): string | undefined {
  return features.includes(value) ? undefined : `no such feature: ${value} (there are ${features.join(', ')})`
}

function strongHash(value: string): string | undefined {
  const colon = value.indexOf(':')
  if (colon < 0) return 'a hash is written ALGORITHM:DIGEST'
  return ['sha256', 'sha384', 'sha512'].includes(value.slice(0, colon))
    ? undefined
    : 'the algorithm has to be sha256, sha384 or sha512'
}

function keyAndValue(value: string): string | undefined {
  return value.includes('=') ? undefined : 'a setting is written KEY=VALUE'
}
