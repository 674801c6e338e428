import { canonicalizeName } from '../packaging/names.ts'
import type { RequirementLine } from './lines.ts'

/**
 * The projects that a compiler's annotation names as the reason for a line: `# via torch` behind it or below it, or a
 * list below a bare `# via`. Empty where there is none. A file that is named (`-r requirements.in`) counts as a name.
 */
export function viaOf({ file: { source, statements }, statement }: RequirementLine): string[] {
  const own = statement.comment ? [source.slice(statement.comment.start, statement.comment.end)] : []
  const after = statements.slice(statements.findIndex(other => other.span.start === statement.span.end))
  const end = after.findIndex(
    ({ kind, span }) => kind !== 'blank' || !/^[ \t]+#/.test(source.slice(span.start, span.end)),
  )
  const below = statement.span.end === source.length ? [] : after.slice(0, end < 0 ? after.length : end)
  const words = [...own, ...below.map(({ span }) => source.slice(span.start, span.end))]
    .map(comment => comment.replace(/^\s*#\s*/, '').trim())
    .join(', ')
  const list = /^via\b[,\s]*(.*)$/s.exec(words)?.[1] ?? ''
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
    .map(canonicalizeName)
}
