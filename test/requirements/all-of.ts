import type { Statement } from '../../src/formats/requirements/parse.ts'

/** All that a statement tells, which it may read only when it is asked. */
export function allOf(statement: Statement): Statement {
  if (statement.kind !== 'requirement') return statement
  const { kind, span, comment, requirement, at, body, hint } = statement
  const { hashes, options, ignoredOptions, leftovers, usesEnvironment } = statement
  return {
    kind,
    span,
    comment,
    requirement,
    at,
    body,
    hint,
    hashes,
    options,
    ignoredOptions,
    leftovers,
    usesEnvironment,
  }
}
