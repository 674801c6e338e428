import type { Change } from '../../contract/results/rewrite.ts'
import type { Edit, Span } from '../../text/edits.ts'
import { listingEdits } from './pyproject/edit-listing.ts'
import type { Block, InlineTable, Listed, Listing, Pair, TomlDocument } from './toml-document.ts'
import type { PlacedPair } from './toml-places.ts'

/** What happens to one part of a TOML document. Where it is put, and how it is laid out, follows from what stands there. */
export type Operation =
  | { readonly kind: 'write'; readonly span: Span; readonly text: string }
  | { readonly kind: 'remove-item'; readonly listing: Listing; readonly item: Listed }
  | { readonly kind: 'append-item'; readonly listing: Listing; readonly text: string }
  | { readonly kind: 'remove-pair'; readonly pair: Pair }
  /** A line below a pair of a block; undefined: below its last one. */
  | { readonly kind: 'append-pair'; readonly block: Block; readonly after: Pair | undefined; readonly text: string }
  | { readonly kind: 'remove-block'; readonly block: Block }
  /** Lines of a new block below another one; undefined: at the end. */
  | { readonly kind: 'append-block'; readonly after: Block | undefined; readonly lines: readonly string[] }

/** Takes a pair away, from a block or from an inline table. */
export function removal({ pair, holder }: PlacedPair): Operation {
  return isInline(holder) ? { kind: 'remove-item', listing: holder, item: pair } : { kind: 'remove-pair', pair }
}

export function isInline(holder: Block | InlineTable): holder is InlineTable {
  return 'kind' in holder
}

/** Edits of a document that do not overlap, and where each operation takes place. */
export interface Laid {
  readonly edits: readonly Edit[]
  readonly placeOf: ReadonlyMap<Operation, number>
}

/** Makes edits of operations. */
export function layOut(document: TomlDocument, given: readonly Operation[]): Laid {
  const { source } = document
  const standing = withOneBlockEach(given)
  const operations = [...new Set(standing.values())]
  const eol = /\r?\n/.exec(source)?.[0] ?? '\n'
  const removedBlocks = new Set(operations.flatMap(one => (one.kind === 'remove-block' ? [one.block] : [])))
  const removed: Span[] = []
  const edits: Edit[] = []
  const placeOf = new Map<Operation, number>()
  // Where both come to one place, a pair belongs to the block above, and so before a new one.
  for (const one of operations.toSorted(
    (a, b) => Number(b.kind === 'append-pair') - Number(a.kind === 'append-pair'),
  )) {
    const made = editOf(one, { document, eol, removedBlocks, isFirst: edits.length === 0 })
    if (!made) continue
    if (one.kind === 'remove-pair' || one.kind === 'remove-block') removed.push(made)
    else edits.push(made)
    placeOf.set(one, 'span' in one ? one.span.start : made.start)
  }
  for (const [listing, { items, texts, all }] of byListing(operations)) {
    edits.push(...listingEdits(source, listing, { removed: items, added: texts, eol }))
    for (const one of all) placeOf.set(one, one.kind === 'remove-item' ? one.item.span.start : listing.span.start)
  }
  for (const [own, whole] of standing) placeOf.set(own, placeOf.get(whole) ?? 0)
  const gone = united(removed)
  // What goes takes with it what would have changed within.
  const left = edits.filter(edit => edit.end === edit.start || !isWithin(gone, edit))
  return { edits: [...left, ...gone.map(span => ({ ...span, text: '' }))], placeOf }
}

/** Each operation with itself, or where several make a block of one table, with the one that makes it for all of them. */
function withOneBlockEach(operations: readonly Operation[]): ReadonlyMap<Operation, Operation> {
  const made = new Map<string, Operation & { lines: readonly string[] }>()
  const all = operations.map(one => {
    const [header] = one.kind === 'append-block' ? one.lines : []
    if (one.kind !== 'append-block' || header === undefined || header.startsWith('[[')) return [one, one] as const
    const whole = made.get(header)
    if (whole) whole.lines = [...whole.lines, ...one.lines.slice(1)]
    else made.set(header, { ...one })
    return [one, made.get(header)!] as const
  })
  return new Map(all)
}

type ItemOperation = Extract<Operation, { readonly listing: Listing }>

function byListing(operations: readonly Operation[]) {
  const found = new Map<Listing, { items: Set<Listed>; texts: string[]; all: ItemOperation[] }>()
  for (const one of operations) {
    if (!('listing' in one)) continue
    const known = found.get(one.listing) ?? { items: new Set(), texts: [], all: [] }
    found.set(one.listing, known)
    known.all.push(one)
    if (one.kind === 'remove-item') known.items.add(one.item)
    else known.texts.push(one.text)
  }
  return found
}

interface Layout {
  readonly document: TomlDocument
  readonly eol: string
  readonly removedBlocks: ReadonlySet<Block>
  /** Nothing has been put in so far. */
  readonly isFirst: boolean
}

function editOf(one: Operation, layout: Layout): Edit | undefined {
  const { source } = layout.document
  switch (one.kind) {
    case 'write':
      return { ...one.span, text: one.text }
    case 'remove-pair':
      return { start: lineStart(source, one.pair.span.start), end: lineEnd(source, one.pair.span.end), text: '' }
    case 'remove-block':
      return { ...blockSpan(source, one.block), text: '' }
    case 'append-pair':
      return pairBelow(one, layout)
    case 'append-block':
      return blockBelow(one, layout)
    default:
      return undefined
  }
}

function pairBelow({ block, after, text }: Extract<Operation, { readonly kind: 'append-pair' }>, layout: Layout): Edit {
  const { document, eol } = layout
  const { source } = document
  const above = after ?? block.pairs.at(-1)
  if (!above && !block.header) {
    const start = source.startsWith('\uFEFF') ? 1 : 0
    return { start, end: start, text: text + eol + (source.length > start ? eol : '') }
  }
  const span = above?.span ?? block.header!
  const at = lineEnd(source, span.end)
  const indent = source.slice(lineStart(source, span.start), span.start)
  const line = indent + text
  return { start: at, end: at, text: isOpen(source, at) ? eol + line : line + eol }
}

function blockBelow({ after, lines }: Extract<Operation, { readonly kind: 'append-block' }>, layout: Layout): Edit {
  const { document, eol, removedBlocks, isFirst } = layout
  const { source, blocks } = document
  const until = after ? blocks.indexOf(after) + 1 : blocks.length
  const above = blocks.slice(0, until).findLast(block => !removedBlocks.has(block) && !isNothing(block))
  const at = above ? ownEnd(source, above) : source.length
  const text = lines.join(eol)
  if (source.slice(0, at).trim() === '') return { start: at, end: at, text: (isFirst ? '' : eol) + text + eol }
  if (isOpen(source, at)) return { start: at, end: at, text: eol + eol + text }
  const isTight = at < source.length && !/^\s*(?:\n|$)/.test(source.slice(at, lineEnd(source, at)))
  return { start: at, end: at, text: eol + text + eol + (isTight ? eol : '') }
}

const isNothing = ({ header, pairs }: Block): boolean => header === undefined && pairs.length === 0

/** Behind the last line of a block, with the comments right below it where an empty line, or nothing, follows these. */
function ownEnd(source: string, { header, pairs }: Block): number {
  const end = lineEnd(source, (pairs.at(-1)?.span ?? header!).end)
  let at = end
  while (/^[ \t]*#/.test(source.slice(at, lineEnd(source, at)))) at = lineEnd(source, at)
  return source.slice(at, lineEnd(source, at)).trim() === '' ? at : end
}

/** The lines of a block, with the empty ones behind it, or at the end of the document those before it. */
function blockSpan(source: string, { header, pairs }: Block): Span {
  const start = lineStart(source, header!.start)
  const end = lineEnd(source, (pairs.at(-1)?.span ?? header!).end)
  let next = end
  while (next < source.length && source.slice(next, lineEnd(source, next)).trim() === '') next = lineEnd(source, next)
  if (next < source.length) return { start, end: next }
  let before = start
  while (before > 0 && source.slice(lineStart(source, before - 1), before).trim() === '')
    before = lineStart(source, before - 1)
  return { start: before, end }
}

/** Spans that overlap or touch, as one. */
function united(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1)
    if (last && span.start < last.end) out[out.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
    else out.push(span)
  }
  return out
}

/** Whether one of some spans, in their order, holds another span. */
function isWithin(spans: readonly Span[], { start, end }: Span): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.end < end) low = middle + 1
    else high = middle
  }
  const span = spans[low]
  return span !== undefined && span.start <= start
}

/** Whether the line before an offset has no ending. */
function isOpen(source: string, at: number): boolean {
  return at > 0 && source[at - 1] !== '\n'
}

/** Where the line of an offset begins. */
function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1
}

/** Behind the line of an offset, its ending included. */
function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset)
  return end < 0 ? source.length : end + 1
}

/** What a decision comes to: in the document, and for the reader. */
export interface Planned {
  readonly operations: readonly Operation[]
  /** Undefined: what follows from other changes. */
  readonly change: Omit<Change, 'line'> | undefined
}
