import { type Code, families } from './codes/codes.ts'
import type { CodePage } from './codes/page.ts'
import { TorchpinError } from './errors.ts'
import { nearName } from './text/near-name.ts'

/** A code with what there is to know about it. */
export interface Explanation extends CodePage {
  readonly code: Code
  /** What the code is about, as the list of codes is divided. */
  readonly family: string
  /** What the message that was given shows by itself. */
  readonly here?: string
}

/** The JSON document of `torchpin explain --format json`. Keys are added, never renamed. */
export interface ExplainResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  /** The page that was asked for, those of a message, or all. */
  readonly pages: readonly Explanation[]
}

/** All codes, family by family. */
export function explanations(): Explanation[] {
  return families.flatMap(({ name, codes }) =>
    Object.entries<CodePage>(codes).map(([code, page]) => ({ code: code as Code, family: name, ...page })),
  )
}

/**
 * The page of a code, or those of what other tools print: an error of pip, uv or Python, pasted with whatever is around it.
 *
 * @returns at least one
 * @throws TorchpinError BAD_OPTION where neither a code nor a message is known
 */
export function explain(asked: string): Explanation[] {
  const all = explanations()
  const word = asked.trim().toLowerCase().replaceAll('_', '-')
  const named = all.filter(({ code }) => code.toLowerCase().replaceAll('_', '-') === word)
  if (named.length > 0) return named
  const told = all.filter(({ symptoms = [] }) => symptoms.some(symptom => isTold(asked, symptom)))
  if (told.length > 0) return told.map(page => ({ ...page, ...seenByPip(page.code, asked) }))
  const near = nearName(
    word,
    all.map(({ code }) => code),
  )
  throw new TorchpinError('BAD_OPTION', `${asked.trim().split('\n')[0]} is no code and no message that is known`, {
    hint: near ? `did you mean ${near}?` : 'torchpin explain lists the codes',
  })
}

/** pip prints the versions that it could choose from, which tells the causes apart. */
function seenByPip(code: Code, text: string): Pick<Explanation, 'here'> {
  const versions = /\(from versions: ([^()]*)\)/.exec(text)?.[1]?.split(/,\s*/)
  const wanted = /requirement [\w.-]+==(\S+?)[\s(;]/.exec(text)?.[1]
  if (code !== 'no-matching-distribution' || !versions) return {}
  const labelled = versions.filter(version => version.endsWith('+cpu'))
  if (versions[0] === 'none')
    return { here: 'pip saw no version at all, so it is the Python or the platform (3), (2), and not the index line' }
  if (wanted?.endsWith('+cpu') && labelled.length === 0)
    return { here: 'none of the versions that pip saw is a +cpu build, so it is the index line (1)' }
  const of = labelled.length > 0 ? labelled : versions
  const span = of.length > 1 ? `from ${of[0]} to ${of.at(-1)}` : of[0]
  return { here: `pip saw ${span}: what is asked for is not among them for this Python and platform (2), (3), (4)` }
}

/** Whether a text has the words of a symptom in their order, whatever the spacing; `…` in the symptom is anything. */
function isTold(text: string, symptom: string): boolean {
  const flat = plain(text)
  let at = 0
  for (const part of symptom.split('…').map(plain)) {
    const found = flat.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s'"`]+/g, ' ')
    .trim()
