import type { Variables } from './environment.ts'
import { readLogicalLine } from './lines.ts'
import type { Statement } from './statement.ts'
import { readStatement } from './statement-line.ts'
import { readUsualLine } from './usual-line.ts'

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
 * is not looked at. A line that pip refuses is a statement of its own; nothing is thrown. Two
 * million plain pins take about a second.
 *
 * @param source the decoded text, without or with its byte order mark
 * @param environment what `${NAME}` stands for
 */
export function parseRequirements(source: string, environment: Variables = {}): RequirementsDocument {
  const statements: Statement[] = []
  for (let at = 0; at < source.length; ) {
    const statement = readUsualLine(source, at) ?? readStatement(readLogicalLine(source, at), environment)
    statements.push(statement)
    at = statement.span.end
  }
  return { source, statements }
}
