import type { Span } from '../../text/edits.ts'
import type { Decision, Gain, IndexDecision } from '../decision.ts'
import type { Edited } from '../format.ts'
import { indexEdits } from './edit-index.ts'
import { type AskingStatement, restatementEdits, writtenRequirement } from './edit-line.ts'
import { wheelSwitchEdits } from './edit-wheel.ts'
import { indexOptionsIn, keyOf } from './index-options.ts'
import { insertion } from './insertion.ts'
import type { ReferenceStatement, RequirementStatement, RequirementsDocument, Statement } from './parse.ts'
import { isGain, lineAt } from './place.ts'
import { annotationsBelow } from './via.ts'

/**
 * Makes edits of a requirements file out of decisions about it. All edits are of the original text and do not overlap.
 *
 * @param decisions about entries by the spans of their statements, about index options by those of the options
 */
export function edit(document: RequirementsDocument, decisions: readonly Decision[]): Edited {
  if (decisions.length === 0) return { edits: [], changes: [] }
  const statements = new Map(document.statements.map(statement => [statement.span.start, statement]))
  const options = new Map(indexOptionsIn(document).map(option => [keyOf(option), option]))
  const made = decisions.flatMap(decision => {
    if (isGain(decision)) return []
    if (isAboutIndex(decision)) return indexEdits(document.source, options.get(keyOf(decision))!, decision)
    return entryEdits(document, statements.get(decision.at.start)!, decision)
  })
  const edits = made.flatMap(({ edits }) => edits)
  const inserted = decisions.some(isGain) ? [insertion(document, decisions, edits)] : []
  const all = [...inserted, ...made]
  return {
    edits: all.flatMap(({ edits }) => edits),
    changes: all.flatMap(({ changes }) => changes).sort((a, b) => a.line - b.line),
  }
}

function entryEdits(
  document: RequirementsDocument,
  statement: Statement,
  decision: Exclude<Decision, Gain | IndexDecision>,
): Edited {
  switch (decision.kind) {
    case 'remove':
      return removalEdits(document, statement as AskingStatement, decision)
    case 'switch-wheel':
      return wheelSwitchEdits(document.source, statement as ReferenceStatement | RequirementStatement, decision)
    default:
      return restatementEdits(document.source, statement as AskingStatement, decision)
  }
}

/** The line goes, and with it the annotation that a compiler put below. */
function removalEdits(
  document: RequirementsDocument,
  statement: AskingStatement,
  { kind, name, reason }: Extract<Decision, { readonly kind: 'remove' }>,
): Edited {
  const { source } = document
  const from = writtenRequirement(source, statement)
  return {
    edits: [{ ...removedSpan(document, statement), text: '' }],
    changes: [{ action: kind, line: lineAt(source, statement.span), name, from, to: '', reason }],
  }
}

function removedSpan(document: RequirementsDocument, statement: Statement): Span {
  const { start, end } = statement.span
  return { start, end: annotationsBelow(document, statement).at(-1)?.span.end ?? end }
}

const isAboutIndex = (decision: Decision): decision is IndexDecision =>
  decision.kind === 'switch-index' || decision.kind === 'remove-index' || decision.kind === 'remove-marker'
