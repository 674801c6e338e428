import assert from 'node:assert/strict'
import { TorchpinError } from '../../src/contract/errors.ts'
import { decode, encode } from '../../src/files/encoding.ts'
import { readLogicalLine, splitLogicalLines, toSource } from '../../src/formats/requirements/lines.ts'
import { parseRequirements, type RequirementStatement, type Statement } from '../../src/formats/requirements/parse.ts'
import { readStatement } from '../../src/formats/requirements/statement-line.ts'
import { applyEdits, type Span } from '../../src/text/edits.ts'
import { manySources, requirementsBytes, requirementsSources, variables } from '../arbitraries/requirements-file.ts'
import { allOf } from '../requirements/all-of.ts'
import { type FuzzTarget, type Outcome, outcomeOf, target } from './target.ts'

export const requirementsTargets: readonly FuzzTarget[] = [
  target('parser', requirementsSources, tiles),
  target('lines at a glance', requirementsSources, readsAlike),
  target('logical lines', requirementsSources, leadsBack),
  target('edits', requirementsSources, takesEdits),
  target('many files', manySources, source => {
    leadsBack(source)
    takesEdits(source)
    return tiles(source)
  }),

  // Bytes come back as they were, or are refused; so does a text that has been changed.
  target('encodings', requirementsBytes, bytes => {
    const decoded = decode(bytes)
    if ('problem' in decoded) {
      assert.notEqual(decoded.problem, '')
      return 'refused'
    }
    const { text, encoding } = decoded
    assert.equal(Buffer.compare(encode(text, encoding), bytes), 0)
    parseRequirements(text)
    const changed = `${text}# é 😀\n`
    return outcomeOf(
      () => assert.deepEqual(decode(encode(changed, encoding)), { text: changed, encoding }),
      error => error instanceof TorchpinError && error.code === 'FILE_UNWRITABLE',
    )
  }),
]

/** Statements tile the source in their order, so that printed one after the other they are the file. */
function tiles(source: string): Outcome {
  const { statements } = parseRequirements(source, variables)
  let at = 0
  for (const { span } of statements) {
    assert.equal(span.start, at)
    assert(span.end > at)
    at = span.end
  }
  assert.equal(at, source.length)
  for (const statement of statements)
    for (const { start, end } of spansOf(statement))
      if (start < statement.span.start || end < start || end > statement.span.end)
        assert.fail(`a span leaves its ${statement.kind}: ${start}..${end}`)
  return statements.some(({ kind }) => kind === 'unreadable') ? 'refused' : 'read'
}

/** What is read at a glance says what the full reader says, with hashes behind each line too. */
function readsAlike(source: string): Outcome {
  const hashed = source.replaceAll('\n', ` --hash=sha256:${'a1'.repeat(32)} \\\n  --hash=sha512:F\n`)
  for (const text of [source, hashed])
    for (const statement of parseRequirements(text, variables).statements)
      assert.deepEqual(allOf(statement), readStatement(readLogicalLine(text, statement.span.start), variables))
  return 'read'
}

/** Without variables, the text of a logical line is what its pieces lead to. */
function leadsBack(source: string): Outcome {
  for (const line of splitLogicalLines(source)) {
    assert.equal(line.pieces.map(piece => source.slice(piece.source, piece.source + piece.length)).join(''), line.text)
    let back = ''
    for (let i = 0; i < line.text.length; i++) back += source[toSource(line, i, i + 1).start]
    assert.equal(back, line.text)
  }
  return 'read'
}

/** New specifiers change what they should and nothing else. */
function takesEdits(source: string): Outcome {
  const { statements } = parseRequirements(source)
  const pinned = statements.filter(isPinnable)
  const after = applyEdits(
    source,
    pinned.map(({ at }) => ({ ...at.specifier!, text: '==9.8.7' })),
  )
  const again = parseRequirements(after).statements
  assert.equal(JSON.stringify(again.map(said)), JSON.stringify(statements.map(said)))
  for (const [i, statement] of statements.entries()) {
    const now = again[i]!
    if (statement.kind === 'requirement' && isPinnable(statement))
      assert.equal((now as RequirementStatement).requirement.specifier.text, '==9.8.7')
    else assert.equal(after.slice(now.span.start, now.span.end), source.slice(statement.span.start, statement.span.end))
  }
  return pinned.length > 0 ? 'read' : 'refused'
}

/** A requirement whose specifier a pin would replace. */
function isPinnable(statement: Statement): statement is RequirementStatement {
  return statement.kind === 'requirement' && statement.at.specifier !== undefined && !statement.usesEnvironment
}

/** What a statement says, but for its specifier and for where it stands. */
function said(statement: Statement): unknown {
  switch (statement.kind) {
    case 'blank':
      return ''
    case 'unreadable':
      return statement.problem
    case 'option':
      return statement.options.map(({ name, value }) => [name, value])
    case 'reference':
      return [statement.target, statement.name, statement.marker]
    case 'requirement': {
      const { name, extras, url, marker } = statement.requirement
      return [name, extras, url, marker, statement.hashes.map(({ digest }) => digest)]
    }
  }
}

function spansOf(statement: Statement): Span[] {
  const own = statement.comment ? [statement.comment] : []
  if (statement.kind === 'blank') return own
  if (statement.kind === 'unreadable') {
    const { repairable } = statement
    if (!repairable) return [...own, statement.at]
    const { nameSpan, specifierSpan, markerSpan, body } = repairable
    return [...own, statement.at, nameSpan, specifierSpan, ...(markerSpan ? [markerSpan] : []), body]
  }
  const options = statement.options.flatMap(({ span, valueSpan }) => (valueSpan ? [span, valueSpan] : [span]))
  if (statement.kind === 'option') return [...own, ...options, ...statement.leftovers]
  const hashes = statement.hashes.map(({ span }) => span)
  if (statement.kind === 'reference') return [...own, ...options, ...hashes, ...statement.leftovers, statement.at]
  const { clauses = [], ...at } = statement.at
  return [
    ...own,
    ...options,
    ...hashes,
    statement.body,
    ...Object.values(at),
    ...clauses.flatMap(({ operator, version }) => [operator, version]),
  ]
}
