import { applyEdits, type Edit, type Span } from '../../text/edits.ts'
import { endBefore } from '../../text/ends.ts'
import { withoutSecrets } from '../../text/secrets.ts'
import type { Pin, Restatement } from '../decision.ts'
import type { Edited } from '../format.ts'
import type { Repairable, RequirementStatement, UnreadableStatement } from './parse.ts'
import { lineAt, linesAt } from './place.ts'

/** A line that asks for a project, be it that pip refuses it as it is. */
export type AskingStatement = RequirementStatement | (UnreadableStatement & { readonly repairable: Repairable })

/** What a requirement becomes; each pin but the first gets a line of its own right below. */
export function restatementEdits(source: string, statement: AskingStatement, decision: Restatement): Edited {
  const [first, ...more] = decision.pins
  const edits = [
    ...entryEdits(source, statement, decision, first),
    ...(first ? hashEdits(source, statement, first) : []),
    ...ignoredIndexEdits(source, statement, decision),
  ]
  const own = {
    action: decision.kind,
    line: lineAt(source, statement.span),
    name: decision.name,
    from: writtenRequirement(source, statement),
    to: withoutSecrets(bodyAfter(source, statement, edits).trim()),
    reason: decision.reason,
  }
  if (more.length === 0) return { edits, changes: [own] }
  const added = more.map(pin => {
    const to = bodyAfter(source, statement, entryEdits(source, statement, decision, pin))
    const text = [to, ...hashWords(pin)].join(hashSeparator(source, statement))
    return { text, change: { ...own, action: 'add', from: '', to, reason: pin.reason } as const }
  })
  const below = linesAt(
    source,
    statement.span.end,
    added.map(({ text }) => text),
  )
  return { edits: [...edits, below], changes: [own, ...added.map(({ change }) => change)] }
}

/** What stands from the name to the end of the marker: another project, fewer extras, one version or wheel, a narrower marker. */
function entryEdits(source: string, statement: AskingStatement, decision: Restatement, pin: Pin | undefined): Edit[] {
  const ofProject = projectEdits(statement, decision)
  if (!pin) return [...ofProject, ...specifierEdits(statement, decision)]
  return [
    ...ofProject,
    pin.url === undefined ? pinEdit(source, statement, pin.version) : urlEdit(source, statement, pin.url),
    ...(pin.marker === undefined ? [] : [markerEdit(source, statement, pin.marker)]),
  ]
}

/**
 * Pins a line to one version: the first clause takes `==` and the version, its blanks stay, the other clauses go.
 * Extras, marker, hashes and comment are not touched.
 */
function pinEdit(source: string, statement: AskingStatement, version: string): Edit {
  if (statement.kind === 'unreadable') {
    const { specifierSpan } = statement.repairable
    return { ...specifierSpan, text: `==${version}` }
  }
  const { clauses, extras, name } = statement.at
  const first = clauses?.[0]
  if (!first) {
    const end = (extras ?? name).end
    return { start: end, end, text: `==${version}` }
  }
  const blanks = source.slice(first.operator.end, first.version.start)
  const last = clauses.at(-1)!.version.end
  // `torch>=2.0,` is legal for pip and not for uv; nothing is left for the comma to separate.
  const comma = /^\s*,/.exec(source.slice(last))?.[0].length ?? 0
  const tail = statement.requirement.specifier.text.trimEnd().endsWith(',') || comma > 0 ? comma : 0
  return { start: first.operator.start, end: last + tail, text: `==${/[\r\n]/.test(blanks) ? '' : blanks}${version}` }
}

/**
 * Has a line take the wheel at a URL: all that stands between the extras and the marker gives way, parentheses and a last
 * comma too. A blank comes before a semicolon, which is part of the URL otherwise.
 */
function urlEdit(source: string, statement: AskingStatement, url: string): Edit {
  const { start, end } = detailsOf(source, statement)
  return { start, end, text: ` @ ${url}${source[end] === ';' ? ' ' : ''}` }
}

/** From behind the name and the extras to the end of the specifier. */
function detailsOf(source: string, statement: AskingStatement): Span {
  if (statement.kind === 'requirement' && !statement.at.specifier) {
    const { end } = statement.at.extras ?? statement.at.name
    return { start: end, end }
  }
  const specifier = statement.kind === 'unreadable' ? statement.repairable.specifierSpan : statement.at.specifier!
  const inner = blanksBefore(source, specifier.start)
  const start = source[inner - 1] === '(' ? blanksBefore(source, inner - 1) : inner
  const tail = /^(?:\s*,)?(?:\s*\))?/.exec(source.slice(specifier.end, statement.span.end))?.[0].length ?? 0
  return { start: Math.max(start, statement.span.start), end: specifier.end + tail }
}

/** The name and the extras, where others are asked for. */
function projectEdits(statement: AskingStatement, { project, extras }: Restatement): Edit[] {
  if (statement.kind === 'unreadable') return []
  const { name, extras: written } = statement.at
  const renamed = project === undefined ? [] : [{ ...name, text: project }]
  if (extras === undefined || !written) return renamed
  return [...renamed, { ...written, text: extras.length > 0 ? `[${extras.join(',')}]` : '' }]
}

function specifierEdits(statement: AskingStatement, { specifier }: Restatement): Edit[] {
  const written = statement.kind === 'requirement' ? statement.at.specifier : undefined
  return written && specifier !== undefined ? [{ ...written, text: specifier }] : []
}

/** Narrows a line to where a marker holds. */
function markerEdit(source: string, statement: AskingStatement, marker: string): Edit {
  const { end } = bodyOf(statement)
  const isReadable = statement.kind === 'requirement'
  const own = isReadable ? statement.at.marker : statement.repairable.markerSpan
  const { requirement } = isReadable ? statement : statement.repairable
  if (own) {
    const written = source.slice(own.start, own.end)
    const kept = requirement.marker?.type === 'or' ? `(${written})` : written
    return { ...own, text: `${kept} and ${marker.includes(' or ') ? `(${marker})` : marker}` }
  }
  const semicolon = /;\s*$/.test(source.slice(0, end))
  return { start: end, end, text: semicolon ? ` ${marker}` : ` ; ${marker}` }
}

/** The hashes of a line replaced by those of the files chosen now, in the layout that the line has. */
function hashEdits(source: string, statement: AskingStatement, pin: Pin): Edit[] {
  const own = statement.kind === 'requirement' ? statement.hashes : []
  const [first] = own
  if (!first) return []
  const text = hashWords(pin).join(hashSeparator(source, statement))
  return [{ start: first.span.start, end: own.at(-1)!.span.end, text }]
}

/** The options that say the hashes of a pin. */
export function hashWords({ hashes }: Pick<Pin, 'hashes'>): string[] {
  return hashes.map(hash => `--hash=${hash}`)
}

/** What stands between the hashes of a line: a blank, or a backslash and the beginning of the next line. */
function hashSeparator(source: string, statement: AskingStatement): string {
  const [first, second] = statement.kind === 'requirement' ? statement.hashes : []
  if (!first) return ' '
  return second
    ? source.slice(first.span.end, second.span.start)
    : source.slice(blanksBefore(source, first.span.start), first.span.start)
}

/** Where the blanks and continuations before an offset begin. */
function blanksBefore(source: string, offset: number): number {
  return endBefore(source, offset, character => /[\s\\]/.test(character))
}

/** The requirement of a line as it stands; hashes and comments left out. */
export function writtenRequirement(source: string, statement: AskingStatement): string {
  return withoutSecrets(bodyAfter(source, statement, []).trim())
}

/** The requirement of a line after edits, as it would be written. */
function bodyAfter(source: string, statement: AskingStatement, edits: readonly Edit[]): string {
  const { start, end } = bodyOf(statement)
  const inside = edits.filter(edit => edit.start >= start && edit.end <= end)
  return applyEdits(
    source.slice(start, end),
    inside.map(edit => ({ start: edit.start - start, end: edit.end - start, text: edit.text })),
  )
}

function bodyOf(statement: AskingStatement): Span {
  return statement.kind === 'requirement' ? statement.body : statement.repairable.body
}

/** Takes index options off a line: pip reads them there and ignores them. */
function ignoredIndexEdits(source: string, statement: AskingStatement, { ignoredIndexes }: Restatement): Edit[] {
  if (statement.kind !== 'requirement') return []
  return statement.ignoredOptions
    .filter(({ value }) => value !== undefined && ignoredIndexes.includes(value))
    .map(({ span }) => ({ start: blanksBefore(source, span.start), end: span.end, text: '' }))
}
