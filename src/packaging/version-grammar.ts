import { isAlphanumeric, isDigit, isLetter, isSeparator } from './characters.ts'

/** Which versions an operator takes (PEP 440, version specifiers). */
export interface VersionForm {
  /** How many numbers the release needs: two after `~=`. */
  readonly leastRelease: 1 | 2
  /** `2.*` */
  readonly wildcard: boolean
  /** `2.0+cpu` */
  readonly local: boolean
}

const DOT = 0x2e
const DASH = 0x2d
const PLUS = 0x2b
const BANG = 0x21
const STAR = 0x2a

/** Longer words before their beginnings, so that the first one that fits is the whole word. */
const preReleases = ['alpha', 'beta', 'preview', 'pre', 'rc', 'a', 'b', 'c'] as const
const postReleases = ['post', 'rev', 'r'] as const
const devReleases = ['dev'] as const

/**
 * The end of the longest PEP 440 version that begins at `at`, or -1 when none does.
 * One pass: each optional part either fits where the scan stands or is absent, so nothing is read twice.
 */
export function endOfVersion(text: string, at: number, form: VersionForm): number {
  const start = (text.charCodeAt(at) | 0x20) === 0x76 ? at + 1 : at
  let i = endOfDigits(text, start)
  if (i === start) return -1
  if (text.charCodeAt(i) === BANG && isDigit(text.charCodeAt(i + 1))) i = endOfDigits(text, i + 1)
  let numbers = 1
  while (text.charCodeAt(i) === DOT && isDigit(text.charCodeAt(i + 1))) {
    i = endOfDigits(text, i + 1)
    numbers++
  }
  if (numbers < form.leastRelease) return -1
  const next = text.charCodeAt(i)
  if (form.wildcard && next === DOT && text.charCodeAt(i + 1) === STAR) return i + 2
  if (isSeparator(next) || isLetter(next)) i = endOfSuffixes(text, i)
  return form.local ? endOfLocalLabel(text, i) : i
}

/** The end of the `+local.label` at `at`, or `at` when there is none. */
export function endOfLocalLabel(text: string, at: number): number {
  if (text.charCodeAt(at) !== PLUS || !isAlphanumeric(text.charCodeAt(at + 1))) return at
  let i = at + 1
  for (;;) {
    if (isAlphanumeric(text.charCodeAt(i))) i++
    else if (isSeparator(text.charCodeAt(i)) && isAlphanumeric(text.charCodeAt(i + 1))) i += 2
    else return i
  }
}

function endOfSuffixes(text: string, at: number): number {
  let i = endOfLabelled(text, at, preReleases)
  if (text.charCodeAt(i) === DASH && isDigit(text.charCodeAt(i + 1))) i = endOfDigits(text, i + 1)
  else i = endOfLabelled(text, i, postReleases)
  return endOfLabelled(text, i, devReleases)
}

/** A word with its number, as in `rc1`, `-rc.1` or a bare `rc`. */
function endOfLabelled(text: string, at: number, words: readonly string[]): number {
  const start = isSeparator(text.charCodeAt(at)) ? at + 1 : at
  const word = words.find(word => beginsWith(text, start, word))
  if (!word) return at
  const end = start + word.length
  return endOfDigits(text, isSeparator(text.charCodeAt(end)) ? end + 1 : end)
}

function beginsWith(text: string, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if ((text.charCodeAt(at + i) | 0x20) !== word.charCodeAt(i)) return false
  return true
}

function endOfDigits(text: string, at: number): number {
  let i = at
  while (isDigit(text.charCodeAt(i))) i++
  return i
}
