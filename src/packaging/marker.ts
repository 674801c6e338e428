import { skipSpace, strip } from './characters.ts'
import { readClause } from './clause.ts'
import { readMarker } from './marker-grammar.ts'
import { canonicalizeName } from './names.ts'
import { quote } from './python-string.ts'
import { matches } from './specifier.ts'
import { PackagingSyntaxError } from './syntax-error.ts'
import { parseVersion } from './version.ts'

/** The variables of PEP 508 markers, for one Python on one platform. */
export interface Environment {
  readonly [variable: string]: string
}

/** How a marker compares: as a version where both sides are one, else as a text (PEP 508). */
export type MarkerOperator = '==' | '!=' | '<=' | '>=' | '<' | '>' | '~=' | '===' | 'in' | 'not in'

/** One side of a comparison. */
export type Operand =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'string'; readonly value: string }

/** The smallest marker: `python_version < "3.13"`. */
export interface Comparison {
  readonly type: 'comparison'
  readonly left: Operand
  readonly operator: MarkerOperator
  readonly right: Operand
}

/** An environment marker (PEP 508). Variables have their present names, names of extras their canonical form. */
export type Marker = { readonly type: 'and' | 'or'; readonly terms: readonly Marker[] } | Comparison

/**
 * Reads a marker, the text after the `;` of a requirement.
 * @throws PackagingSyntaxError
 */
export function parseMarker(text: string): Marker {
  const { marker, next } = readMarker(text, 0)
  if (next < text.length)
    throw new PackagingSyntaxError('Expected end of marker expression', { start: next, end: text.length })
  return marker
}

/**
 * Whether a marker holds in an environment. `extras` are the extras asked of the distribution that carries the marker;
 * as in pip, the marker holds when it does for one of them. A comparison that packaging refuses to evaluate is false.
 */
export function evaluateMarker(marker: Marker, environment: Environment, extras?: ReadonlySet<string>): boolean {
  if (!extras || extras.size === 0) return holds(marker, environment, canonicalizeName(environment.extra ?? ''))
  for (const extra of extras) if (holds(marker, environment, canonicalizeName(extra))) return true
  return false
}

/** The marker as text, with no more parentheses than it needs. */
export function markerText(marker: Marker): string {
  switch (marker.type) {
    case 'or':
      return marker.terms.map(markerText).join(' or ')
    case 'and':
      return marker.terms.map(term => (term.type === 'or' ? `(${markerText(term)})` : markerText(term))).join(' and ')
    case 'comparison':
      return `${operandText(marker.left)} ${marker.operator} ${operandText(marker.right)}`
  }
}

function operandText(operand: Operand): string {
  return operand.type === 'variable' ? operand.name : quote(operand.value)
}

function holds(marker: Marker, environment: Environment, extra: string): boolean {
  switch (marker.type) {
    case 'or':
      return marker.terms.some(term => holds(term, environment, extra))
    case 'and':
      return marker.terms.every(term => holds(term, environment, extra))
    case 'comparison':
      return compare(marker, environment, extra)
  }
}

const versionVariables: ReadonlySet<string> = new Set([
  'implementation_version',
  'platform_release',
  'python_full_version',
  'python_version',
])

function compare({ left, operator, right }: Comparison, environment: Environment, extra: string): boolean {
  // Two variables: packaging takes the right one's name for a text. Two texts: it refuses.
  const variable = left.type === 'variable' ? left.name : right.type === 'variable' ? right.name : undefined
  const value = variable === 'extra' ? extra : variable === undefined ? undefined : environment[variable]
  if (variable === undefined || value === undefined) return false
  const known = variable === 'python_full_version' && value.endsWith('+') ? `${value}local` : value
  const written = left.type === 'string' ? left.value : right.type === 'string' ? right.value : right.name
  const [subject, object] = left.type === 'variable' ? [known, written] : [written, known]
  const asVersions = versionVariables.has(variable) ? compareVersions(subject, operator, object) : undefined
  return asVersions ?? compareTexts(subject, operator, object)
}

/** Nothing when what is on the right makes no specifier. */
function compareVersions(subject: string, operator: MarkerOperator, object: string): boolean | undefined {
  const text = strip(`${operator}${object}`)
  if (text.startsWith('===')) {
    const wanted = text.slice(skipSpace(text, 3))
    return /[\s;)]/.test(wanted) ? undefined : subject.toLowerCase() === wanted.toLowerCase()
  }
  const clause = readClause(text, 0)
  if (clause?.span.end !== text.length) return undefined
  const version = parseVersion(subject)
  return version !== undefined && matches(clause, version)
}

/** Texts have no order: `<=` and `>=` ask for equality, `<` and `>` never hold. */
function compareTexts(subject: string, operator: MarkerOperator, object: string): boolean {
  switch (operator) {
    case 'in':
      return object.includes(subject)
    case 'not in':
      return !object.includes(subject)
    case '!=':
      return subject !== object
    case '==':
    case '<=':
    case '>=':
      return subject === object
    default:
      return false
  }
}
