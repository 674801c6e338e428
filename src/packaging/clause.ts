import type { Span } from '../text/edits.ts'
import { isPythonSpace, skipSpace } from './characters.ts'
import { PackagingSyntaxError } from './syntax-error.ts'
import { endOfLocalLabel, endOfVersion, type VersionForm } from './version-grammar.ts'

/** How a version specifier compares (PEP 440). */
export type Operator = '==' | '!=' | '<=' | '>=' | '<' | '>' | '~=' | '==='

/** One clause of a version specifier: `>=2.0`. */
export interface Specifier {
  readonly operator: Operator
  /** As written; `2.*` too, and any text after `===`. */
  readonly version: string
  readonly span: Span
  readonly operatorSpan: Span
  readonly versionSpan: Span
}

const exact: VersionForm = { leastRelease: 1, wildcard: true, local: true }
const compatible: VersionForm = { leastRelease: 2, wildcard: false, local: false }
const ordered: VersionForm = { leastRelease: 1, wildcard: false, local: false }

const COMMA = 0x2c
const SEMICOLON = 0x3b
const CLOSE = 0x29

/** Reads the clause that begins at `at`, as far as it goes, or nothing when no clause begins there (PEP 440). */
export function readClause(text: string, at: number): Specifier | undefined {
  const operator = readOperator(text, at)
  if (!operator) return undefined
  const operatorEnd = at + operator.length
  const start = skipSpace(text, operatorEnd)
  const end = operator === '===' ? endOfArbitrary(text, start) : endOfVersion(text, start, formOf(operator))
  if (end < 0) return undefined
  return {
    operator,
    version: text.slice(start, end),
    span: { start: at, end },
    operatorSpan: { start: at, end: operatorEnd },
    versionSpan: { start, end },
  }
}

/** @throws PackagingSyntaxError when what follows a clause is a suffix that its operator does not take. */
export function refuseSuffix(text: string, { operator, span }: Specifier): void {
  const { start, end } = span
  if (text.startsWith('.*', end)) {
    const why =
      operator === '==' || operator === '!='
        ? '.* suffix cannot be used with pre-release, post-release, dev or local versions'
        : '.* suffix can only be used with `==` or `!=` operators'
    throw new PackagingSyntaxError(why, { start, end: end + 2 })
  }
  const label = endOfLocalLabel(text, end)
  if (label > end)
    throw new PackagingSyntaxError('Local version label can only be used with `==` or `!=` operators', {
      start,
      end: label,
    })
}

/** The end of what may follow `===`, where a clause ends at a comma: any text without white space, `;` and `)`. */
function endOfArbitrary(text: string, at: number): number {
  let i = at
  while (i < text.length && text.charCodeAt(i) !== COMMA && isArbitrary(text.charCodeAt(i))) i++
  return i
}

export function isArbitrary(code: number): boolean {
  return code !== SEMICOLON && code !== CLOSE && !isPythonSpace(code)
}

function readOperator(text: string, at: number): Operator | undefined {
  const next = text.charCodeAt(at + 1)
  const equals = next === 0x3d
  switch (text.charCodeAt(at)) {
    case 0x3d:
      return equals ? (text.charCodeAt(at + 2) === 0x3d ? '===' : '==') : undefined
    case 0x3c:
      return equals ? '<=' : '<'
    case 0x3e:
      return equals ? '>=' : '>'
    case 0x21:
      return equals ? '!=' : undefined
    case 0x7e:
      return equals ? '~=' : undefined
    default:
      return undefined
  }
}

function formOf(operator: Operator): VersionForm {
  if (operator === '==' || operator === '!=') return exact
  return operator === '~=' ? compatible : ordered
}
