import { stripVTControlCharacters } from 'node:util'
import { type Code, families } from './codes/codes.ts'
import type { CodePage } from './codes/page.ts'
import { TorchpinError } from './errors.ts'
import { detailOf } from './explain/details.ts'
import { nearName } from './text/near-name.ts'

/** A code with what there is to know about it. */
export interface Explanation extends CodePage {
  readonly code: Code
  /** What the code is about, as the list of codes is divided. */
  readonly family: string
  /** What the message that was given shows by itself. */
  readonly here?: string
  /** The one of its symptoms by which a message led here. */
  readonly symptom?: string
}

/** The JSON document of `torchpin explain --format json`. Keys are added, never renamed. */
export interface ExplainResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  /** The page that was asked for, those of a message, or all. */
  readonly pages: readonly Explanation[]
}

/** Characters of a log that are looked at, from its end: what failed stands last. */
const MESSAGE = 1_000_000

/** All codes, family by family. */
export function explanations(): Explanation[] {
  return families.flatMap(({ name, codes }) =>
    Object.entries<CodePage>(codes).map(([code, page]) => ({ code: code as Code, family: name, ...page })),
  )
}

/**
 * The page of a code, or those of what other tools print: an error of pip, uv or Python, pasted with whatever is around it.
 *
 * @returns at least one; of a message the page first that names most of its words
 * @throws TorchpinError BAD_OPTION where neither a code nor a message is known
 */
export function explain(asked: string): Explanation[] {
  const all = explanations()
  const word = asked.trim().toLowerCase().replaceAll('_', '-')
  const named = all.filter(({ code }) => code.toLowerCase().replaceAll('_', '-') === word)
  if (named.length > 0) return named
  const message = plain(` ${asked.slice(-MESSAGE)} `)
  const found = all.flatMap(page => {
    const symptom = longestSymptom(page, message)
    return symptom === undefined ? [] : [{ ...page, ...shownBy(asked.slice(-MESSAGE), page.code), symptom }]
  })
  if (found.length > 0) return found.sort((a, b) => b.symptom.length - a.symptom.length)
  const near = nearName(
    word,
    all.map(({ code }) => code),
  )
  throw new TorchpinError('BAD_OPTION', `${asked.trim().split('\n')[0]} is no code and no message that is known`, {
    hint: near ? `did you mean ${near}?` : 'torchpin explain lists the codes',
  })
}

function shownBy(message: string, code: Code): Pick<Explanation, 'here'> {
  const here = detailOf(message, code)
  return here === undefined ? {} : { here }
}

function longestSymptom({ symptoms = [] }: CodePage, message: string): string | undefined {
  return symptoms.filter(symptom => isIn(message, symptom)).toSorted((a, b) => b.length - a.length)[0]
}

/** Whether a message has the words of a symptom in their order, from the beginning of a word on; `…` in the symptom is anything. */
function isIn(message: string, symptom: string): boolean {
  const [first = '', ...rest] = symptom.split('…').map(plain)
  let at = startOfWord(message, first)
  if (at < 0) return false
  at += first.length
  for (const part of rest) {
    const found = message.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}

function startOfWord(message: string, words: string): number {
  for (let at = message.indexOf(words); at >= 0; at = message.indexOf(words, at + 1))
    if (!/[a-z\d]/.test(message.charAt(at - 1)) || !/[a-z\d]/.test(words.charAt(0))) return at
  return -1
}

/** Small letters, without colours, and one blank for all blanks and quotes in a row: tools differ in these from release to release. */
const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .toLowerCase()
    .replace(/[\s'"`‘’]+/g, ' ')
