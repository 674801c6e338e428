import { skipSpace, strip } from '../../packaging/characters.ts'
import { markerIn, parseMarker } from '../../packaging/marker.ts'
import { parseRequirement, type Requirement } from '../../packaging/requirement.ts'
import { PackagingSyntaxError } from '../../packaging/syntax-error.ts'
import type { Span } from '../../text/edits.ts'

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
    return {
      ...requirement,
      marker: markerIn(written) ?? parseMarker(written),
      spans: { ...requirement.spans, marker: span },
    }
  } catch (error) {
    if (!(error instanceof PackagingSyntaxError)) throw error
    throw new PackagingSyntaxError(error.message, { start: start + error.span.start, end: start + error.span.end })
  }
}

/** The spans of a requirement in the source, given what leads there from its text. */
export function placeRequirement({ spans, specifier }: Requirement, place: (span: Span) => Span): RequirementSpans {
  const { name, extras, specifier: clauses, url, marker } = spans
  return {
    name: place(name),
    ...(extras && { extras: place(extras) }),
    ...(clauses && {
      specifier: place(clauses),
      clauses: specifier.clauses.map(clause => ({
        operator: place(clause.operatorSpan),
        version: place(clause.versionSpan),
      })),
    }),
    ...(url && { url: place(url) }),
    ...(marker && { marker: place(marker) }),
  }
}

/** The name of a list of requirements is a name to pip, when it stands where a name should. */
export function hintForName(name: string): string | undefined {
  return /\.(txt|in)$/.test(name) ? `write -r in front to include the file ${name}` : undefined
}
