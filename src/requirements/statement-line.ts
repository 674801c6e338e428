import { skipSpace, strip } from '../packaging/characters.ts'
import { PackagingSyntaxError } from '../packaging/syntax-error.ts'
import type { Span } from '../text/edits.ts'
import { expandVariables, namesVariables, type Variables } from './environment.ts'
import { type LogicalLine, toSource } from './lines.ts'
import { judgeOptions } from './option-line.ts'
import { type Option, type ParsedOptions, parseOptions } from './options.ts'
import { readEditable, readReference, urlProblem } from './reference-line.ts'
import { hintForName, placeRequirement, readRequirement } from './requirement-line.ts'
import type { Hash, Statement } from './statement.ts'
import { hintFor, hintForOption, type Repairable, repairLabels } from './unreadable-line.ts'

const noOptions: ParsedOptions = { options: [], leftovers: [] }

interface Advice {
  readonly hint?: string | undefined
  readonly repairable?: Repairable | undefined
}

/** Reads a logical line that is not empty, whatever it holds. Nothing is thrown. */
export function readStatement(written: LogicalLine, environment: Variables): Statement {
  const usesEnvironment = namesVariables(written.text)
  const line = usesEnvironment ? expandVariables(written, environment) : written
  const { span, comment, text } = line
  const place = (at: Span, from = 0): Span => toSource(line, from + at.start, from + at.end)
  const unreadable = (problem: string, at: Span, more: Advice): Statement => ({
    kind: 'unreadable',
    span,
    comment,
    problem,
    at,
    ...(more.hint && { hint: more.hint }),
    ...(more.repairable && { repairable: more.repairable }),
  })

  const optionsStart = startOfOptions(text)
  const parsed = optionsStart < text.length ? parseOptions(text, optionsStart) : noOptions
  if ('problem' in parsed) {
    const { problem, at, unknown } = parsed
    return unreadable(problem, place(at), { hint: (unknown && hintForOption(unknown)) ?? hintFor(text) })
  }
  // The space in front of the options is no part of the requirement.
  const args = optionsStart < text.length ? text.slice(0, Math.max(0, optionsStart - 1)) : text
  const editable = parsed.options.find(({ name }) => name === 'editable')
  const options = judgeOptions(parsed, editable ? 'editable' : args === '' ? 'options' : 'requirement', place)
  const leftovers = parsed.leftovers.map(at => place(at))
  if (args === '' && !editable) return { kind: 'option', span, comment, options, leftovers, usesEnvironment }

  const ofLine = {
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
    const at = place(editable.valueSpan ?? editable.span)
    if ('problem' in reference) return unreadable(reference.problem, at, reference)
    const { targetSpan, ...rest } = reference
    return { kind: 'reference', ...ofLine, ...rest, at }
  }

  const from = skipSpace(args, 0)
  const body = strip(args)
  // With -e behind it, pip takes a requirement for the folder that is meant.
  const reference = editable ? readEditable(body) : readReference(body)
  if (reference) {
    if ('problem' in reference)
      return unreadable(reference.problem, place(reference.at, from), {
        hint: reference.hint ?? hintFor(text),
      })
    const { targetSpan, ...rest } = reference
    return { kind: 'reference', ...ofLine, ...rest, at: place(targetSpan, from) }
  }
  try {
    const requirement = readRequirement(body)
    const wrongUrl = requirement.url === undefined ? undefined : urlProblem(requirement.url)
    if (wrongUrl) return unreadable(wrongUrl, place(requirement.spans.url!, from), {})
    return {
      kind: 'requirement',
      ...ofLine,
      requirement,
      at: placeRequirement(requirement, at => place(at, from)),
      body: place({ start: 0, end: body.length }, from),
      hint: hintForName(requirement.name),
    }
  } catch (error) {
    if (!(error instanceof PackagingSyntaxError)) throw error
    return unreadable(error.message, place(error.span, from), {
      hint: hintFor(text),
      repairable: repairLabels(body, at => place(at, from)),
    })
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
