import type { Marker } from '../../packaging/marker-syntax.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import type { Span } from '../../text/edits.ts'
import type { Option } from './options.ts'
import type { Reference } from './reference-line.ts'
import type { RequirementSpans } from './requirement-line.ts'
import type { Repairable } from './unreadable-line.ts'

/** A logical line and what it says. All spans are in the source. */
export type Statement =
  | BlankStatement
  | RequirementStatement
  | OptionStatement
  | ReferenceStatement
  | UnreadableStatement

interface Line {
  /** The whole line, or all lines that a continuation joins, endings included. */
  readonly span: Span
  /** From `#` to the end of the line, the ending left out. */
  readonly comment?: Span | undefined
}

/** Nothing, or a comment alone. */
export interface BlankStatement extends Line {
  readonly kind: 'blank'
}

/** A requirement that names a project (PEP 508), with a version specifier or a URL. */
export interface RequirementStatement extends Line {
  readonly kind: 'requirement'
  /** Its own spans are not of the source: see `at`. */
  readonly requirement: Requirement
  readonly at: RequirementSpans
  /** From the name to the end of the marker. */
  readonly body: Span
  readonly hashes: readonly Hash[]
  /** Every option of the line, hashes included. */
  readonly options: readonly Option[]
  /** Those that pip reads here and does not act on, as index options. */
  readonly ignoredOptions: readonly Option[]
  /** Words behind the options; pip drops them without a word. */
  readonly leftovers: readonly Span[]
  /** `${NAME}` stands in the line, be the variable set or not. */
  readonly usesEnvironment: boolean
  /** What was perhaps meant. */
  readonly hint?: string | undefined
}

/** A line of options alone. */
export interface OptionStatement extends Line {
  readonly kind: 'option'
  readonly options: readonly Option[]
  readonly leftovers: readonly Span[]
  readonly usesEnvironment: boolean
}

/** A requirement that names a place: a URL, a repository, a file or a folder. */
export interface ReferenceStatement extends Line {
  readonly kind: 'reference'
  readonly form: Reference['form']
  /** As pip reads it, the marker left out. */
  readonly target: string
  readonly at: Span
  readonly name?: string
  readonly version?: string
  readonly marker?: Marker
  readonly hashes: readonly Hash[]
  readonly options: readonly Option[]
  readonly ignoredOptions: readonly Option[]
  readonly leftovers: readonly Span[]
  readonly usesEnvironment: boolean
}

/** A line that pip refuses. It stays as it is. */
export interface UnreadableStatement extends Line {
  readonly kind: 'unreadable'
  readonly problem: string
  readonly at: Span
  readonly hint?: string
  readonly repairable?: Repairable
}

/** A `--hash` of a line. */
export interface Hash {
  readonly algorithm: string
  readonly digest: string
  /** All of `--hash=sha256:…`. */
  readonly span: Span
}

/**
 * What a line that is not blank is to a reader: a `requirement` has a version, an option or a place; a `word` may be the name of
 * a project, or any other word; `text` is neither, and pip refuses or skips it.
 */
export function kindOfLine(statement: Statement): 'requirement' | 'word' | 'text' {
  if (statement.kind === 'unreadable') return statement.repairable ? 'requirement' : 'text'
  // pip skips `- an item of a list`: a dash that is no option.
  if (statement.kind === 'option') return statement.options.length > 0 ? 'requirement' : 'text'
  if (statement.kind !== 'requirement') return 'requirement'
  const { specifier, url, extras, marker } = statement.requirement
  return specifier.clauses.length > 0 || url || extras.length > 0 || marker ? 'requirement' : 'word'
}
