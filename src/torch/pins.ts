import type { Change } from '../result.ts'
import { applyEdits, type Edit, type Span } from '../text/edits.ts'
import { endBefore } from '../text/ends.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { readTorchIndexUrl } from './index-urls.ts'
import type { RequirementLine } from './lines.ts'

/** What a line becomes, as edits of its file, and the same for the reader. */
export interface LineChange {
  readonly edits: readonly Edit[]
  /** The line's own first; a line that becomes several has one for each. */
  readonly changes: readonly [Change, ...Change[]]
}

/**
 * Pins a line to one version: the first clause takes `==` and the version, its blanks stay, the other clauses go.
 * Extras, marker, hashes and comment are not touched.
 */
export function pinEdit({ file: { source }, statement, requirement }: RequirementLine, version: string): Edit {
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
  const tail = requirement.specifier.text.trimEnd().endsWith(',') || comma > 0 ? comma : 0
  return { start: first.operator.start, end: last + tail, text: `==${/[\r\n]/.test(blanks) ? '' : blanks}${version}` }
}

/**
 * Has a line take the wheel at a URL: all that stands between the extras and the marker gives way, parentheses and a last
 * comma too. A blank comes before a semicolon, which is part of the URL otherwise.
 */
export function urlEdit({ file: { source }, statement }: RequirementLine, url: string): Edit {
  const { start, end } = detailsOf(source, statement)
  return { start, end, text: ` @ ${url}${source[end] === ';' ? ' ' : ''}` }
}

/** From behind the name and the extras to the end of the specifier. */
function detailsOf(source: string, statement: RequirementLine['statement']): Span {
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

/** The name and the extras of a line, where the CPU-only file asks for others. */
export function projectEdits({ statement, requirement, cpu }: RequirementLine): Edit[] {
  if (statement.kind === 'unreadable') return []
  const { name, extras } = statement.at
  const renamed = requirement.key === cpu.key ? [] : [{ ...name, text: cpu.name }]
  if (cpu.extras === requirement.extras || !extras) return renamed
  return [...renamed, { ...extras, text: cpu.extras.length > 0 ? `[${cpu.extras.join(',')}]` : '' }]
}

/** The specifier of a line that is not to be pinned, where the CPU-only file has another one. */
export function specifierEdits({ statement, requirement, cpu }: RequirementLine): Edit[] {
  if (statement.kind === 'unreadable' || cpu.specifier.text === requirement.specifier.text) return []
  const { specifier } = statement.at
  return specifier ? [{ ...specifier, text: cpu.specifier.text }] : []
}

/** Narrows a line to where a marker holds. */
export function markerEdit(line: RequirementLine, marker: string): Edit {
  const { end } = bodyOf(line)
  const { statement } = line
  const own = statement.kind === 'requirement' ? statement.at.marker : statement.repairable.markerSpan
  const source = line.file.source
  if (own) {
    const written = source.slice(own.start, own.end)
    const kept = line.requirement.marker?.type === 'or' ? `(${written})` : written
    return { ...own, text: `${kept} and ${marker.includes(' or ') ? `(${marker})` : marker}` }
  }
  const semicolon = /;\s*$/.test(source.slice(0, end))
  return { start: end, end, text: semicolon ? ` ${marker}` : ` ; ${marker}` }
}

/** The hashes of a line replaced by those of the files chosen now, in the layout that the line has. */
export function hashEdit(line: RequirementLine, words: readonly string[]): Edit | undefined {
  const own = line.statement.kind === 'requirement' ? line.statement.hashes : []
  const [first] = own
  if (!first) return undefined
  return { start: first.span.start, end: own.at(-1)!.span.end, text: words.join(hashSeparator(line)) }
}

/** What stands between the hashes of a line: a blank, or a backslash and the beginning of the next line. */
export function hashSeparator({ file: { source }, statement }: RequirementLine): string {
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

/** The requirement of a line as it stands, and as it stands after edits; hashes and comments left out. */
export function beforeAndAfter(line: RequirementLine, edits: readonly Edit[]): { from: string; to: string } {
  const body = bodyOf(line)
  const from = line.file.source.slice(body.start, body.end)
  return { from: withoutSecrets(from.trim()), to: withoutSecrets(bodyAfter(line, edits).trim()) }
}

/** The requirement of a line after edits, as it would be written. */
export function bodyAfter(line: RequirementLine, edits: readonly Edit[]): string {
  const { start, end } = bodyOf(line)
  const inside = edits.filter(edit => edit.start >= start && edit.end <= end)
  return applyEdits(
    line.file.source.slice(start, end),
    inside.map(edit => ({ start: edit.start - start, end: edit.end - start, text: edit.text })),
  )
}

function bodyOf({ statement }: RequirementLine): Span {
  return statement.kind === 'requirement' ? statement.body : statement.repairable.body
}

/**
 * Takes index options of PyTorch off a requirement line: pip reads them there and ignores them, so `torch==2.0
 * --index-url …/cu118` installs from the public index.
 */
export function ignoredIndexEdits({ file: { source }, statement }: RequirementLine, cpuIndexUrl: string): Edit[] {
  if (statement.kind !== 'requirement') return []
  return statement.ignoredOptions
    .filter(option => option.value !== undefined && readTorchIndexUrl(option.value, cpuIndexUrl))
    .map(({ span }) => ({ start: blanksBefore(source, span.start), end: span.end, text: '' }))
}
