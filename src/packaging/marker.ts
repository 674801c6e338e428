import { remembered } from '../text/memo.ts'
import { skipSpace, strip } from './characters.ts'
import { readClause } from './clause.ts'
import { readMarker } from './marker-grammar.ts'
import type { Comparison, Marker, MarkerOperator, Operand } from './marker-syntax.ts'
import { canonicalizeName } from './names.ts'
import { quote } from './python-string.ts'
import { matches } from './specifier.ts'
import { PackagingSyntaxError } from './syntax-error.ts'
import { parseVersion } from './version.ts'

/** The variables of PEP 508 markers, for one Python on one platform. */
export interface MarkerEnvironment {
  readonly [variable: string]: string
}

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

/** The same, each text read once: few markers stand on many lines. Undefined: it cannot be read. */
export const markerIn: (text: string) => Marker | undefined = remembered(text => {
  try {
    return parseMarker(text)
  } catch {
    return undefined
  }
})

/**
 * Whether a marker holds in an environment. `extras` are the extras asked of the distribution that carries the marker;
 * as in pip, the marker holds when it does for one of them. A comparison that packaging refuses to evaluate is false.
 */
export function evaluateMarker(marker: Marker, environment: MarkerEnvironment, extras?: ReadonlySet<string>): boolean {
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

function holds(marker: Marker, environment: MarkerEnvironment, extra: string): boolean {
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

function compare({ left, operator, right }: Comparison, environment: MarkerEnvironment, extra: string): boolean {
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
