import { skipSpace, strip } from '../packaging/characters.ts'
import { parseMarker } from '../packaging/marker.ts'
import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { PackagingSyntaxError } from '../packaging/syntax-error.ts'
import type { Span } from '../text/edits.ts'
import { type LogicalLine, toSource } from './lines.ts'

/** Where the parts of a requirement stand in the source. */
export interface RequirementSpans {
  readonly name: Span
  /** `[` to `]`. */
  readonly extras?: Span
  /** From the first clause to the last, parentheses not included. */
  readonly specifier?: Span
  readonly clauses?: readonly { readonly operator: Span; readonly version: Span }[]
  readonly url?: Span
  /** What follows the `;`. */
  readonly marker?: Span
}

/**
 * Reads a requirement as pip does: what stands behind the first semicolon is its marker, be it glued to a URL or empty.
 * The spans of the result are of `text`, which begins with no blank.
 * @throws PackagingSyntaxError
 */
export function readRequirement(text: string): Requirement {
  const semicolon = text.indexOf(';')
  if (semicolon < 0) return parseRequirement(text)
  const requirement = parseRequirement(strip(text.slice(0, semicolon)))
  const written = strip(text.slice(semicolon + 1))
  if (written === '') return requirement
  const start = skipSpace(text, semicolon + 1)
  const span = { start, end: start + written.length }
  try {
    return { ...requirement, marker: parseMarker(written), spans: { ...requirement.spans, marker: span } }
  } catch (error) {
    if (!(error instanceof PackagingSyntaxError)) throw error
    throw new PackagingSyntaxError(error.message, { start: start + error.span.start, end: start + error.span.end })
  }
}

/** The spans of a requirement that begins at `from` in the text of a line, in the source. */
export function placeRequirement({ spans, specifier }: Requirement, line: LogicalLine, from: number): RequirementSpans {
  const place = ({ start, end }: Span) => toSource(line, from + start, from + end)
  const at: { -readonly [part in keyof RequirementSpans]: RequirementSpans[part] } = { name: place(spans.name) }
  if (spans.extras) at.extras = place(spans.extras)
  if (spans.specifier) {
    at.specifier = place(spans.specifier)
    at.clauses = specifier.clauses.map(clause => ({
      operator: place(clause.operatorSpan),
      version: place(clause.versionSpan),
    }))
  }
  if (spans.url) at.url = place(spans.url)
  if (spans.marker) at.marker = place(spans.marker)
  return at
}
