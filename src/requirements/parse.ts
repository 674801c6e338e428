import { skipSpace, strip } from '../packaging/characters.ts'
import type { Marker } from '../packaging/marker.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { PackagingSyntaxError } from '../packaging/syntax-error.ts'
import type { Span } from '../text/edits.ts'
import { expandVariables, namesVariables, type Variables } from './environment.ts'
import { type LogicalLine, readLogicalLine, toSource } from './lines.ts'
import { judgeOptions } from './option-line.ts'
import { type Option, type ParsedOptions, parseOptions } from './options.ts'
import { type Reference, readEditable, readReference, urlProblem } from './reference-line.ts'
import { placeRequirement, type RequirementSpans, readRequirement } from './requirement-line.ts'
import { hintFor, hintForOption, type Repairable, repairLabels } from './unreadable-line.ts'

export type { Variables } from './environment.ts'
export type { Option, OptionName } from './options.ts'
export type { RequirementSpans } from './requirement-line.ts'
export type { Repairable } from './unreadable-line.ts'

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
  readonly hint?: string
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

export interface Hash {
  readonly algorithm: string
  readonly digest: string
  /** All of `--hash=sha256:…`. */
  readonly span: Span
}

export interface RequirementsDocument {
  readonly source: string
  /** Their spans tile the source. */
  readonly statements: readonly Statement[]
}

const DASH = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const BACKSLASH = 0x5c
const none: readonly never[] = []
const noOptions: ParsedOptions = { options: none, leftovers: none }

/**
 * Reads a requirements file as pip 26.3 does (`req_file.py`, `constructors.py`), but for the disk: whether a path exists
 * is not looked at. A line that pip refuses is a statement of its own; nothing is thrown.
 *
 * @param source the decoded text, without or with its byte order mark
 * @param environment what `${NAME}` stands for
 */
export function parseRequirements(source: string, environment: Variables = {}): RequirementsDocument {
  const statements: Statement[] = []
  for (let at = 0; at < source.length; ) {
    const line = readLogicalLine(source, at)
    statements.push(readStatement(line, environment))
    at = line.span.end
  }
  return { source, statements }
}

function readStatement(plain: LogicalLine, environment: Variables): Statement {
  const { span, comment } = plain
  if (plain.text === '') return { kind: 'blank', span, comment }
  const usesEnvironment = namesVariables(plain.text)
  const line = usesEnvironment ? expandVariables(plain, environment) : plain
  const { text } = line
  const optionsStart = startOfOptions(text)
  const parsed = optionsStart < text.length ? parseOptions(text, optionsStart) : noOptions
  const unreadable = (
    problem: string,
    at: Span,
    more: Pick<UnreadableStatement, 'hint' | 'repairable'> = {},
  ): UnreadableStatement => ({
    kind: 'unreadable',
    span,
    comment,
    problem,
    at: toSource(line, at.start, at.end),
    ...more,
  })
  if ('problem' in parsed) {
    const hint = (parsed.unknown && hintForOption(parsed.unknown)) ?? hintFor(text)
    return unreadable(parsed.problem, parsed.at, hint ? { hint } : {})
  }

  const args = optionsStart < text.length ? text.slice(0, Math.max(0, optionsStart - 1)) : text
  const editable = parsed === noOptions ? undefined : parsed.options.find(option => option.name === 'editable')
  const role = editable ? 'editable' : args === '' ? 'options' : 'requirement'
  const options = parsed === noOptions ? none : judgeOptions(parsed, role, at => toSource(line, at.start, at.end))
  const leftovers = parsed.leftovers.map(at => toSource(line, at.start, at.end))
  if (role === 'options') return { kind: 'option', span, comment, options, leftovers, usesEnvironment }
  const hashes = options === none ? none : hashesOf(options)
  const ignoredOptions = options === none ? none : options.filter(option => !option.effective)

  const from = skipSpace(args, 0)
  const body = from === 0 ? strip(args) : args.slice(from, from + strip(args).length)
  const reference = editable
    ? readEditable(args === '' ? editable.value! : body)
    : mayBeReference(body)
      ? readReference(body)
      : undefined
  if (reference) {
    const value = editable && args === '' ? (editable.valueSpan ?? editable.span) : undefined
    const place = (at: Span): Span => value ?? { start: from + at.start, end: from + at.end }
    if ('problem' in reference)
      return unreadable(reference.problem, place(reference.at), reference.hint ? { hint: reference.hint } : {})
    const { targetSpan, ...rest } = reference
    const at = place(targetSpan)
    return {
      kind: 'reference',
      span,
      comment,
      ...rest,
      at: toSource(line, at.start, at.end),
      hashes,
      options,
      ignoredOptions,
      leftovers,
      usesEnvironment,
    }
  }

  try {
    const requirement = readRequirement(body)
    const wrongUrl = requirement.url === undefined ? undefined : urlProblem(requirement.url)
    if (wrongUrl) return unreadable(wrongUrl, requirement.spans.url!)
    const statement: RequirementStatement = {
      kind: 'requirement',
      span,
      comment,
      requirement,
      at: placeRequirement(requirement, line, from),
      body: toSource(line, from, from + body.length),
      hashes,
      options,
      ignoredOptions,
      leftovers,
      usesEnvironment,
    }
    return /\.(txt|in)$/.test(requirement.name)
      ? { ...statement, hint: `write -r in front to include the file ${requirement.name}` }
      : statement
  } catch (error) {
    if (!(error instanceof PackagingSyntaxError)) throw error
    const repairable = repairLabels(body, (start, end) => toSource(line, from + start, from + end))
    const hint = hintFor(text)
    return unreadable(
      error.message,
      { start: from + error.span.start, end: from + error.span.end },
      { ...(hint && { hint }), ...(repairable && { repairable }) },
    )
  }
}

/** Where the first word that begins with a dash begins; only spaces part words here (pip: `break_args_options`). */
function startOfOptions(text: string): number {
  if (text.charCodeAt(0) === DASH) return 0
  const found = text.indexOf(' -')
  return found < 0 ? text.length : found + 1
}

/** A URL has a colon, a path a slash, a dot in front or the ending of an archive; plain pins are spared the closer look. */
function mayBeReference(text: string): boolean {
  if (text.charCodeAt(0) === DOT) return true
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === SLASH || code === COLON || code === BACKSLASH) return true
    // .zip, .whl, .tar and its relatives
    if (code === DOT && 'zwtZWT'.includes(text.charAt(i + 1))) return true
  }
  return false
}

function hashesOf(options: readonly Option[]): Hash[] {
  return options
    .filter(option => option.name === 'hash' && option.effective)
    .map(({ value, span }) => {
      const colon = value!.indexOf(':')
      return { algorithm: value!.slice(0, colon), digest: value!.slice(colon + 1), span }
    })
}
