import { skipSpace, strip } from '../../packaging/characters.ts'
import { PackagingSyntaxError } from '../../packaging/syntax-error.ts'
import type { Span } from '../../text/edits.ts'
import { expandVariables, namesVariables, type Variables } from './environment.ts'
import { type LogicalLine, toSource } from './lines.ts'
import { judgeOptions } from './option-line.ts'
import { type Option, type ParsedOptions, parseOptions } from './options.ts'
import { readEditable, readReference, urlProblem } from './reference-line.ts'
import { hintForName, placeRequirement, readRequirement } from './requirement-line.ts'
import type { Hash, OptionStatement, RequirementStatement, Statement, UnreadableStatement } from './statement.ts'
import { hintFor, hintForOption, type Repairable, repairLabels } from './unreadable-line.ts'

const noOptions: ParsedOptions = { options: [], leftovers: [] }

/** What `ls -l` prints of a file: its permissions, how many links it has, and whose it is. */
const listedFile = /^-(?:[r-][w-][xsS-]){2}[r-][w-][xtT-][.+@]? +\d+ +\S/

interface Advice {
  readonly hint?: string | undefined
  readonly repairable?: Repairable | undefined
}

/** Reads a logical line, whatever it holds. Nothing is thrown. */
export function readStatement(written: LogicalLine, environment: Variables): Statement {
  if (written.text === '') return { kind: 'blank', span: written.span, comment: written.comment }
  const usesEnvironment = namesVariables(written.text)
  const line = usesEnvironment ? expandVariables(written, environment) : written
  const { span, comment, text } = line
  const place = (at: Span): Span => toSource(line, at.start, at.end)

  // pip reads -rw-r--r-- as -r with a file of the name w-r--r--.
  if (listedFile.test(text))
    return unreadable(line, 'a line of a folder listing (ls -l)', { start: 0, end: text.length }, {})
  const optionsStart = startOfOptions(text)
  const parsed = optionsStart < text.length ? parseOptions(text, optionsStart) : noOptions
  if ('problem' in parsed) {
    const { problem, at, unknown } = parsed
    return unreadable(line, problem, at, { hint: (unknown && hintForOption(unknown)) ?? hintFor(text) })
  }
  // The space in front of the options is no part of the requirement.
  const args = optionsStart < text.length ? text.slice(0, Math.max(0, optionsStart - 1)) : text
  const editable = parsed.options.find(({ name }) => name === 'editable')
  const options = judgeOptions(parsed, editable ? 'editable' : args === '' ? 'options' : 'requirement', place)
  const leftovers = parsed.leftovers.map(place)
  if (args === '' && !editable) return { kind: 'option', span, comment, options, leftovers, usesEnvironment }

  const ofLine: OfLine = {
    span,
    comment,
    hashes: hashesOf(options),
    options,
    ignoredOptions: options.filter(({ effective }) => !effective),
    leftovers,
    usesEnvironment,
  }
  if (editable && args === '') {
    const reference = readEditable(editable.value!)
    const at = editable.valueSpan ?? editable.span
    if ('problem' in reference) return unreadable(line, reference.problem, at, reference)
    const { targetSpan, ...rest } = reference
    return { kind: 'reference', ...ofLine, ...rest, at: place(at) }
  }
  return readEntry(line, args, editable !== undefined, ofLine)
}

/** Where a line stands, and the options behind what it asks for. */
type OfLine = Omit<OptionStatement, 'kind'> & Pick<RequirementStatement, 'hashes' | 'ignoredOptions'>

/** Reads what stands in front of the options: a reference, or else a requirement. */
function readEntry(line: LogicalLine, args: string, editable: boolean, ofLine: OfLine): Statement {
  const from = skipSpace(args, 0)
  const body = strip(args)
  const inLine = (at: Span): Span => ({ start: from + at.start, end: from + at.end })
  const place = (at: Span): Span => toSource(line, from + at.start, from + at.end)
  // With -e behind it, pip takes a requirement for the folder that is meant.
  const reference = editable ? readEditable(body) : readReference(body)
  if (reference) {
    if ('problem' in reference)
      return unreadable(line, reference.problem, inLine(reference.at), { hint: reference.hint ?? hintFor(line.text) })
    const { targetSpan, ...rest } = reference
    return { kind: 'reference', ...ofLine, ...rest, at: place(targetSpan) }
  }
  try {
    const requirement = readRequirement(body)
    const wrongUrl = requirement.url === undefined ? undefined : urlProblem(requirement.url)
    if (wrongUrl) return unreadable(line, wrongUrl, inLine(requirement.spans.url!), {})
    return {
      kind: 'requirement',
      ...ofLine,
      requirement,
      at: placeRequirement(requirement, place),
      body: place({ start: 0, end: body.length }),
      hint: hintForName(requirement.name),
    }
  } catch (error) {
    if (!(error instanceof PackagingSyntaxError)) throw error
    return unreadable(line, error.message, inLine(error.span), {
      hint: hintFor(line.text),
      repairable: repairLabels(body, place),
    })
  }
}

/** @param at in the text of the line */
function unreadable(line: LogicalLine, problem: string, at: Span, { hint, repairable }: Advice): UnreadableStatement {
  return {
    kind: 'unreadable',
    span: line.span,
    comment: line.comment,
    problem,
    at: toSource(line, at.start, at.end),
    ...(hint && { hint }),
    ...(repairable && { repairable }),
  }
}

/** Where the first word that begins with a dash begins; only spaces part words here (pip: `break_args_options`). */
function startOfOptions(text: string): number {
  if (text.startsWith('-')) return 0
  const found = text.indexOf(' -')
  return found < 0 ? text.length : found + 1
}

function hashesOf(options: readonly Option[]): Hash[] {
  return options
    .filter(({ name, effective }) => name === 'hash' && effective)
    .map(({ value, span }) => {
      const colon = value!.indexOf(':')
      return { algorithm: value!.slice(0, colon), digest: value!.slice(colon + 1), span }
    })
}
