import { canonicalizeName } from '../../packaging/names.ts'
import type { RequirementsDocument, Statement } from './parse.ts'

/**
 * The projects that a compiler's annotation names as the reason for a line: `# via torch` behind it or below it, or a
 * list below a bare `# via`. Empty where there is none. A file that is named (`-r requirements.in`) counts as a name.
 */
export function viaOf(document: RequirementsDocument, statement: Statement): string[] {
  const { source } = document
  const { comment } = statement
  const words = [...(comment ? [comment] : []), ...annotationsBelow(document, statement).map(({ span }) => span)]
    .map(span =>
      source
        .slice(span.start, span.end)
        .replace(/^\s*#\s*/, '')
        .trim(),
    )
    .join(', ')
  const list = /^via\b[,\s]*(.*)$/s.exec(words)?.[1] ?? ''
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
    .map(canonicalizeName)
}

/** Whether a line is an indented comment: below the line of a requirement a compiler put it there. */
export function isAnnotation(source: string, { kind, span }: Statement): boolean {
  return kind === 'blank' && /^[ \t]+#/.test(source.slice(span.start, span.end))
}

/** The indented comments that a compiler put right below a line: they go where it goes. */
export function annotationsBelow({ source, statements }: RequirementsDocument, statement: Statement): Statement[] {
  const next = statements.findIndex(other => other.span.start === statement.span.end)
  const after = next < 0 ? [] : statements.slice(next)
  const end = after.findIndex(other => !isAnnotation(source, other))
  return after.slice(0, end < 0 ? after.length : end)
}
