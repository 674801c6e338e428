import { stripVTControlCharacters } from 'node:util'
import { type Code, type Explanation, explanations } from '../contract/codes/codes.ts'
import type { CodePage } from '../contract/codes/page.ts'
import { TorchpinError } from '../contract/errors.ts'
import { nearName } from '../text/near-name.ts'
import { detailOf } from './details.ts'

/** Characters of a log that are looked at, from its end: what failed stands last. */
const MESSAGE = 1_000_000

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
  if (found.length > 0)
    return found.sort((a, b) => rank(a.code, found) - rank(b.code, found) || b.symptom.length - a.symptom.length)
  const near = nearName(
    word,
    all.map(({ code }) => code),
  )
  const [line = '', ...more] = asked.trim().split('\n')
  throw new TorchpinError(
    'BAD_OPTION',
    more.length > 0
      ? 'torchpin knows no line of this message'
      : `${line} is no code and no message that torchpin knows`,
    {
      hint: near
        ? `did you mean ${near}?`
        : 'it knows messages about installing and running torch without a GPU; torchpin explain lists the codes',
    },
  )
}

/** Where an installer goes on after a failure, what it says next follows from that. */
const follows: Readonly<Partial<Record<Code, readonly Code[]>>> = {
  'index-not-reached': ['no-matching-distribution', 'download-interrupted'],
}

/** A cause comes before what follows from it, however many words of that are there. */
function rank(code: Code, found: readonly Explanation[]): number {
  return found.some(other => follows[code]?.includes(other.code)) ? 0 : 1
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
    .replace(/[\s'"`\u2018\u2019]+/g, ' ')
