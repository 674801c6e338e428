import { canonicalizeName } from '../packaging/names.ts'
import type { Statement } from '../requirements/parse.ts'
import type { RequirementLine } from './lines.ts'

/**
 * The projects that a compiler's annotation names as the reason for a line: `# via torch` behind it or below it, or a
 * list below a bare `# via`. Empty where there is none. A file that is named (`-r requirements.in`) counts as a name.
 */
export function viaOf(line: RequirementLine): string[] {
  const { source } = line.file
  const { comment } = line.statement
  const words = [...(comment ? [comment] : []), ...annotationsBelow(line).map(({ span }) => span)]
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

/** The indented comments that a compiler put right below a line: they go where it goes. */
export function annotationsBelow({ file: { source, statements }, statement }: RequirementLine): Statement[] {
  const next = statements.findIndex(other => other.span.start === statement.span.end)
  const after = next < 0 ? [] : statements.slice(next)
  const end = after.findIndex(
    ({ kind, span }) => kind !== 'blank' || !/^[ \t]+#/.test(source.slice(span.start, span.end)),
  )
  return after.slice(0, end < 0 ? after.length : end)
}
