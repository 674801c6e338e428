import type { Decision, IndexDecision, NamedIndex } from '../decision.ts'
import { keyOf } from './index-options.ts'
import type { Option, OptionStatement, RequirementsDocument, Statement } from './parse.ts'
import { isGain, placeOfGains } from './place.ts'
import type { RequirementsFile } from './requirements-file.ts'
import { isAnnotation } from './via.ts'

/**
 * The statements that a file will have once decisions are carried out, as far as lines go and index options change. New
 * lines are not among them. Spans are those of the text as it was read.
 */
export function statementsLeft(document: RequirementsDocument, decisions: readonly Decision[]): readonly Statement[] {
  const removed = new Set(decisions.flatMap(decision => (decision.kind === 'remove' ? decision.at.start : [])))
  const ofIndexes = new Map(
    decisions.flatMap(decision =>
      decision.kind === 'switch-index' || decision.kind === 'remove-index' ? [[keyOf(decision), decision]] : [],
    ),
  )
  if (removed.size + ofIndexes.size === 0) return document.statements
  let isGone = false
  return document.statements.flatMap((statement): readonly Statement[] => {
    isGone = removed.has(statement.span.start) || (isGone && isAnnotation(document.source, statement))
    if (isGone) return []
    return statement.kind === 'option' ? optionsLeft(statement, ofIndexes) : [statement]
  })
}

/** A line of options once decisions about them are carried out; it goes with its only option. */
function optionsLeft(
  statement: OptionStatement,
  decisions: ReadonlyMap<string, IndexDecision>,
): readonly OptionStatement[] {
  const about = ({ span: at, name }: Option) => decisions.get(keyOf({ at, name }))
  if (!statement.options.some(about)) return [statement]
  const options = statement.options.flatMap((option): Option[] => {
    const decision = about(option)
    if (decision?.kind === 'remove-index') return []
    return decision?.kind === 'switch-index'
      ? [{ ...option, name: decision.option ?? option.name, value: decision.url }]
      : [option]
  })
  return options.length === 0 && statement.options.length === 1 ? [] : [{ ...statement, options }]
}

/** The file after the decisions, as far as its indexes go. */
export function asDecided(file: RequirementsFile, decisions: readonly Decision[]): RequirementsFile {
  const left = statementsLeft(file, decisions)
  const gains = decisions.filter(isGain)
  const named = gains.flatMap(gain => (gain.kind === 'name-index' ? statementNaming(gain) : []))
  if (left === file.statements && named.length === 0) return file
  const at = placeOfGains(file.source, left, gains)
  const byStart = new Map(left.map(statement => [statement.span.start, statement]))
  const includes = file.includes.map(include => ({
    ...include,
    statement: byStart.get(include.statement.span.start) as OptionStatement,
  }))
  const before = left.filter(({ span }) => span.start < at)
  return { ...file, statements: [...before, ...named, ...left.slice(before.length)], includes }
}

function statementNaming({ option, url }: NamedIndex): OptionStatement {
  const span = { start: 0, end: 0 }
  const named = { name: option, written: `--${option}`, value: url, span, effective: true }
  return { kind: 'option', span, options: [named], leftovers: [], usesEnvironment: false }
}
