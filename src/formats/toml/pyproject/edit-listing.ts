import type { Edit, Span } from '../../../text/edits.ts'
import { endBefore, isBlank } from '../../../text/ends.ts'
import type { Listed, Listing } from '../toml-document.ts'

interface ListingChanges {
  readonly removed: ReadonlySet<Listed>
  readonly added: readonly string[]
  readonly eol: string
}

/**
 * Takes items out of a list between brackets and puts others at its end, in the layout that the list has: on one line or on
 * several, with or without a comma behind the last one.
 */
export function listingEdits(
  source: string,
  { span, items }: Listing,
  { removed, added, eol }: ListingChanges,
): Edit[] {
  const kept = items.findLast(item => !removed.has(item))
  const last = items.at(-1)
  if (!last || !kept) return emptied(source, { span, items }, added)
  const until = items.indexOf(kept)
  const behind = items.slice(until + 1)
  const endsInComma = last.comma !== undefined
  // Those behind the last one that stays go together where they share its line.
  const together = behind.length > 0 && !endsInComma && !source.slice(kept.span.end, last.span.end).includes('\n')
  const edits: Edit[] = piecesOf(source, together ? items.slice(0, until) : items, removed).map(piece => ({
    ...itemSpan(source, piece),
    text: '',
  }))
  if (together) edits.push({ start: kept.span.end, end: last.span.end, text: '' })
  if (added.length > 0) return [...addedEdits(source, { span, kept, added, eol, endsInComma, together }), ...edits]
  if (behind.length === 0 || endsInComma || together) return edits
  // The comma after the last remaining item goes; it may be at the beginning of a line that is removed.
  const comma = { start: kept.comma!, end: kept.comma! + 1 }
  const [first] = behind
  const leads = !source.slice(comma.end, first!.span.start).includes('\n')
  if (!leads) return [...edits, { ...comma, text: '' }]
  const [piece] = piecesOf(source, behind, removed)
  const own = edits.findIndex(({ start, end }) => start <= piece!.span.start && piece!.span.start < end)
  const whole = itemSpan(source, { ...piece!, span: { start: comma.start, end: piece!.span.end } })
  return edits.with(own, { ...whole, text: '' })
}

/** The items that go, those that stand side by side on a line as one. */
function piecesOf(source: string, items: readonly Listed[], removed: ReadonlySet<Listed>): Listed[] {
  const pieces: Listed[] = []
  let open: Listed | undefined
  for (const item of items) {
    const isBeside = open?.comma !== undefined && !source.slice(open.comma, item.span.start).includes('\n')
    if (!removed.has(item)) open = undefined
    else if (open && isBeside) {
      open = { span: { start: open.span.start, end: item.span.end }, comma: item.comma }
      pieces[pieces.length - 1] = open
    } else pieces.push((open = item))
  }
  return pieces
}

/** The list without all its items, perhaps with others in their place. */
function emptied(source: string, { span, items }: Listing, added: readonly string[]): Edit[] {
  const [first, last] = [items[0], items.at(-1)]
  const isTable = source[span.start] === '{'
  const blank = isTable ? ' ' : ''
  if (first && last) {
    if (added.length > 0) return [{ start: first.span.start, end: last.span.end, text: added.join(', ') }]
    return piecesOf(source, items, new Set(items)).map(piece => ({ ...itemSpan(source, piece), text: '' }))
  }
  const inner = { start: span.start + 1, end: span.end - 1 }
  if (source.slice(inner.start, inner.end).trim() === '') return [{ ...inner, text: blank + added.join(', ') + blank }]
  return [{ start: inner.end, end: inner.end, text: `${added.join(', ')}${blank}` }]
}

interface Appended {
  readonly span: Span
  readonly kept: Listed
  readonly added: readonly string[]
  readonly eol: string
  readonly endsInComma: boolean
  /** What stands behind the last item that stays goes, with the comma that follows it. */
  readonly together: boolean
}

function addedEdits(source: string, { span, kept, added, eol, endsInComma, together }: Appended): Edit[] {
  const start = endBefore(source, kept.span.start, isBlank)
  const own = source.slice(start, kept.span.start)
  const hasComma = kept.comma !== undefined && !together
  if (source[start - 1] !== '\n') {
    const at = hasComma ? kept.comma + 1 : kept.span.end
    const joined = added.map(text => ` ${text}`).join(',') + (endsInComma ? ',' : '')
    return [{ start: at, end: at, text: hasComma ? joined : `,${joined}` }]
  }
  const comma: Edit[] = hasComma ? [] : [{ start: kept.span.end, end: kept.span.end, text: ',' }]
  const at = lineTextEnd(source, kept.comma ?? kept.span.end, span.end)
  const lines = added.map((text, i) => `${eol}${own}${text}${i < added.length - 1 || endsInComma ? ',' : ''}`)
  return [...comma, { start: at, end: at, text: lines.join('') }]
}

/** What goes with an item: its comma and the blanks behind it, and its whole line with the comment where it stands alone there. */
function itemSpan(source: string, { span, comma }: Listed): Span {
  const start = endBefore(source, span.start, isBlank)
  const end = comma === undefined ? span.end : comma + 1
  const rest = /[ \t]*(?:#[^\r\n]*)?(?:\r?\n)?/y
  rest.lastIndex = end
  const behind = rest.exec(source)![0]
  if (source[start - 1] === '\n' && behind.endsWith('\n')) return { start, end: end + behind.length }
  return { start: span.start, end: end + /^[ \t]*/.exec(behind)![0].length }
}

/** The end of a line's text and comment, not behind the closing bracket of the list. */
function lineTextEnd(source: string, offset: number, closing: number): number {
  const end = /\r?\n|$/g
  end.lastIndex = offset
  const found = end.exec(source)!.index
  if (found < closing) return found
  // The bracket stands on the same line.
  return source[offset] === ',' ? offset + 1 : offset
}
