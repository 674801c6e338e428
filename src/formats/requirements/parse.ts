import { PackagingSyntaxError } from '../../packaging/syntax-error.ts'
import type { Variables } from './environment.ts'
import { readHashedRequirement } from './hashed-requirement.ts'
import { type LogicalLine, readLogicalLine } from './lines.ts'
import { isPlain, readPlainRequirement } from './plain-requirement.ts'
import type { Statement } from './statement.ts'
import { readStatement } from './statement-line.ts'

export type { Variables } from './environment.ts'
export type { Option, OptionName } from './options.ts'
export type { RequirementSpans } from './requirement-line.ts'
export type {
  BlankStatement,
  Hash,
  OptionStatement,
  ReferenceStatement,
  RequirementStatement,
  Statement,
  UnreadableStatement,
} from './statement.ts'
export type { Repairable } from './unreadable-line.ts'

/** A requirements file as it was read. */
export interface RequirementsDocument {
  readonly source: string
  /** Their spans tile the source. */
  readonly statements: readonly Statement[]
}

/**
 * Reads a requirements file as pip 26.3 does (`req_file.py`, `constructors.py`), but for the disk: whether a path exists
 * is not looked at. A line that pip refuses is a statement of its own; nothing is thrown. A million plain
 * pins take about a second.
 *
 * @param source the decoded text, without or with its byte order mark
 * @param environment what `${NAME}` stands for
 */
export function parseRequirements(source: string, environment: Variables = {}): RequirementsDocument {
  const statements: Statement[] = []
  for (let at = 0; at < source.length; ) {
    const line = readLogicalLine(source, at)
    statements.push(statementOf(source, line, environment))
    at = line.span.end
  }
  return { source, statements }
}

function statementOf(source: string, line: LogicalLine, environment: Variables): Statement {
  if (line.text === '') return { kind: 'blank', span: line.span, comment: line.comment }
  if (isPlain(line)) {
    try {
      return readPlainRequirement(source, line)
    } catch (error) {
      if (!(error instanceof PackagingSyntaxError)) throw error
    }
  }
  return readHashedRequirement(source, line) ?? readStatement(line, environment)
}
