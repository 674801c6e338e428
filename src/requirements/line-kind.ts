import type { Statement } from './statement.ts'

/**
 * What a line that is not blank is to a reader: a `requirement` has a version, an option or a place; a `word` may be the name of
 * a project, or any other word; `text` is neither, and pip refuses or passes over it.
 */
export function kindOfLine(statement: Statement): 'requirement' | 'word' | 'text' {
  if (statement.kind === 'unreadable') return statement.repairable ? 'requirement' : 'text'
  // pip passes over `- an item of a list`: a dash that is no option.
  if (statement.kind === 'option') return statement.options.length > 0 ? 'requirement' : 'text'
  if (statement.kind !== 'requirement') return 'requirement'
  const { specifier, url, extras, marker } = statement.requirement
  return specifier.clauses.length > 0 || url || extras.length > 0 || marker ? 'requirement' : 'word'
}
