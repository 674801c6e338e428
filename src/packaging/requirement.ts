import type { Span } from '../text/edits.ts'
import { isAlphanumeric, isSeparator, skipBlanks } from './characters.ts'
import { isArbitrary, readClause, refuseSuffix, type Specifier } from './clause.ts'
import { readMarker } from './marker-grammar.ts'
import type { Marker } from './marker-syntax.ts'
import { canonicalizeName } from './names.ts'
import { readClauses, type SpecifierSet, specifierSet } from './specifier.ts'
import { PackagingSyntaxError } from './syntax-error.ts'

/** A dependency specifier (PEP 508). */
export interface Requirement {
  /** As written. */
  readonly name: string
  /** The canonical name. */
  readonly key: string
  /** As written, in their order. */
  readonly extras: readonly string[]
  /** Without clauses when the requirement takes every version, or comes from a URL. */
  readonly specifier: SpecifierSet
  readonly url?: string
  readonly marker?: Marker
  readonly spans: {
    readonly name: Span
    /** `[` to `]`. */
    readonly extras?: Span
    /** From the first clause to the last, parentheses not included. */
    readonly specifier?: Span
    readonly url?: Span
    /** What follows the `;`. */
    readonly marker?: Span
  }
}

const AT = 0x40
const COMMA = 0x2c
const DOT = 0x2e
const DASH = 0x2d
const SEMICOLON = 0x3b
const LEFT_BRACKET = 0x5b
const RIGHT_BRACKET = 0x5d
const LEFT_PARENTHESIS = 0x28
const RIGHT_PARENTHESIS = 0x29

const none: readonly string[] = []

/**
 * Reads a dependency specifier as packaging does, the forms of PEP 345 with parentheses and trailing commas included.
 * One pass from left to right; a million plain pins take about a second.
 * @throws PackagingSyntaxError
 */
export function parseRequirement(text: string): Requirement {
  const start = skipBlanks(text, 0)
  const nameEnd = endOfName(text, start)
  if (nameEnd === start) throw expected('package name at the start of dependency specifier', start)
  const name = text.slice(start, nameEnd)
  let at = skipBlanks(text, nameEnd)
  let extras = none
  let extrasSpan: Span | undefined
  if (text.charCodeAt(at) === LEFT_BRACKET) {
    extras = []
    extrasSpan = { start: at, end: readExtras(text, at, extras as string[]) }
    at = skipBlanks(text, extrasSpan.end)
  }
  const direct = text.charCodeAt(at) === AT
  const detailsStart = direct ? skipBlanks(text, at + 1) : at
  const clauses: Specifier[] = []
  const detailsEnd = direct ? endOfUrl(text, detailsStart) : readVersions(text, at, clauses)
  const specifier = specifierSet(text, clauses)
  const specifierSpan = clauses.length > 0 ? spanOf(clauses) : undefined
  at = skipBlanks(text, detailsEnd)

  const spans: { -readonly [part in keyof Requirement['spans']]: Requirement['spans'][part] } = {
    name: { start, end: nameEnd },
  }
  if (extrasSpan) spans.extras = extrasSpan
  if (specifierSpan) spans.specifier = specifierSpan
  const key = canonicalizeName(name)
  if (!direct && at === text.length) return { name, key, extras, specifier, spans }

  const url = direct ? text.slice(detailsStart, detailsEnd) : undefined
  if (direct) spans.url = { start: detailsStart, end: detailsEnd }
  let marker: Marker | undefined
  if (at < text.length) {
    const span = { start: detailsStart, end: at }
    if (text.charCodeAt(at) !== SEMICOLON)
      throw new PackagingSyntaxError(`Expected ${afterDetails(direct, clauses.length > 0)} or end`, span)
    const read = readMarker(text, at + 1)
    if (read.next < text.length) throw expected('end of dependency specifier', read.next)
    marker = read.marker
    spans.marker = { start: skipBlanks(text, at + 1), end: read.end }
  }
  return { name, key, extras, specifier, ...(url !== undefined && { url }), ...(marker && { marker }), spans }
}

function afterDetails(direct: boolean, versioned: boolean): string {
  if (direct) return 'semicolon (after URL and whitespace)'
  return versioned
    ? 'comma (within version specifier), semicolon (after version specifier)'
    : 'semicolon (after name with no version specifier)'
}

/** `[` name (`,` name)* `]`, or `[]`; gives the offset after the `]`. */
function readExtras(text: string, start: number, extras: string[]): number {
  let at = skipBlanks(text, start + 1)
  let end = endOfName(text, at)
  while (end > at) {
    extras.push(text.slice(at, end))
    at = skipBlanks(text, end)
    if (text.charCodeAt(at) !== COMMA) {
      if (endOfName(text, at) > at) throw expected('comma between extra names', at)
      break
    }
    at = skipBlanks(text, at + 1)
    end = endOfName(text, at)
    if (end === at) throw expected('extra name after comma', at)
  }
  if (text.charCodeAt(at) !== RIGHT_BRACKET)
    throw new PackagingSyntaxError('Expected matching RIGHT_BRACKET for LEFT_BRACKET, after extras', { start, end: at })
  return at + 1
}

/** Clauses with commas between them, perhaps in parentheses; gives the offset after them. */
function readVersions(text: string, start: number, clauses: Specifier[]): number {
  const enclosed = text.charCodeAt(start) === LEFT_PARENTHESIS
  let at = enclosed ? skipBlanks(text, start + 1) : start
  for (;;) {
    const clause = readClause(text, at)
    if (!clause) break
    refuseSuffix(text, clause)
    if (clause.operator === '===') at = readArbitrary(text, clause, clauses)
    else {
      clauses.push(clause)
      at = clause.span.end
    }
    at = skipBlanks(text, at)
    if (text.charCodeAt(at) !== COMMA) break
    at = skipBlanks(text, at + 1)
  }
  if (!enclosed) return at
  if (text.charCodeAt(at) !== RIGHT_PARENTHESIS)
    throw new PackagingSyntaxError(
      'Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after version specifier',
      { start, end: at },
    )
  return at + 1
}

/** The text of `===` runs over commas that no blank follows; packaging takes the run apart afterwards. */
function readArbitrary(text: string, clause: Specifier, clauses: Specifier[]): number {
  let end = clause.span.end
  while (end < text.length && isArbitrary(text.charCodeAt(end))) end++
  if (end === clause.span.end) clauses.push(clause)
  else readClauses(text.slice(0, end), clause.span.start, clauses)
  return end
}

function endOfUrl(text: string, start: number): number {
  let end = start
  while (end < text.length && text.charCodeAt(end) !== 0x20 && text.charCodeAt(end) !== 0x09) end++
  if (end === start) throw expected('URL after @', start)
  return end
}

/** The end of the name at `at`, or `at`: letters, digits and `-_.`, not beginning with one of these, nor ending in `-.`. */
function endOfName(text: string, at: number): number {
  if (!isAlphanumeric(text.charCodeAt(at))) return at
  let end = at + 1
  for (;;) {
    const code = text.charCodeAt(end)
    if (!isAlphanumeric(code) && !isSeparator(code)) break
    end++
  }
  while (text.charCodeAt(end - 1) === DOT || text.charCodeAt(end - 1) === DASH) end--
  return end
}

function spanOf(clauses: readonly Specifier[]): Span {
  return { start: clauses[0]!.span.start, end: clauses[clauses.length - 1]!.span.end }
}

function expected(what: string, at: number): PackagingSyntaxError {
  return new PackagingSyntaxError(`Expected ${what}`, { start: at, end: at })
}
