import { withoutSecrets } from '../../../text/secrets.ts'
import type { ExplicitIndex, IndexRemoval, IndexSwitch } from '../../decision.ts'
import { isInline, type Operation, type Planned, removal } from '../operations.ts'
import type { TomlArray } from '../toml-document.ts'
import { fieldsIn, isTrue, type TableItem, textIn } from '../toml-fields.ts'
import { inlineAbove, isBelow, type PlacedPair, valueAtPath } from '../toml-places.ts'
import { keyed, onOneLine, quoted, type TomlString } from '../toml-string.ts'
import { lastBelow } from './edit-sources.ts'
import type { ProjectDocument } from './project-document.ts'

/** How each tool says that an index is asked only for what is bound to it. */
const words = {
  uv: { table: ['tool', 'uv', 'index'], key: 'explicit', value: 'true' },
  poetry: { table: ['tool', 'poetry', 'source'], key: 'priority', value: '"explicit"' },
} as const

const wordsOf = ({ syntax }: ProjectDocument) => words[syntax === 'poetry' ? 'poetry' : 'uv']

/** The file gets an index that is explicit; one with its name becomes it. */
export function explicitIndex(document: ProjectDocument, { name, url, inPlaceOf, reason }: ExplicitIndex): Planned[] {
  const { table, key, value } = wordsOf(document)
  const items = fieldsIn(document, table)
  const known =
    items.find(({ span }) => document.inFile(span).start === inPlaceOf?.start) ??
    items.find(({ fields }) => textIn(fields, 'name') === name)
  const to = `{ name = ${quoted(name)}, url = ${quoted(url)}, ${key} = ${value} }`
  if (known) {
    const operations = [...renamed(known, { name, url }), ...madeExplicit(known, { key, value })]
    const from = withoutSecrets(indexWritten(document, known))
    return operations.length > 0 ? [{ operations, change: { action: 'switch', name, from, to, reason } }] : []
  }
  const list = valueAtPath(document, table)
  const listing = list?.kind === 'array' ? list : undefined
  const lines = [`[[${table.join('.')}]]`, `name = ${quoted(name)}`, `url = ${quoted(url)}`, `${key} = ${value}`]
  const { blocks } = document.document
  const after = lastBelow(blocks, table) ?? lastBelow(blocks, table.slice(0, 2))
  const inline = inlineAbove(document, table)
  const operation: Operation = listing
    ? { kind: 'append-item', listing, text: to }
    : inline
      ? { kind: 'append-item', listing: inline.listing, text: `${inline.keys.map(keyed).join('.')} = [${to}]` }
      : { kind: 'append-block', after, lines }
  return [{ operations: [operation], change: { action: 'inject', name, from: '', to, reason } }]
}

/** The index gets another name and another URL. */
function renamed({ fields }: TableItem, texts: { readonly name: string; readonly url: string }): Operation[] {
  return (['name', 'url'] as const).flatMap((field): Operation[] => {
    const own = fields.get(field)
    const text = texts[field]
    return own?.kind === 'string' && own.text !== text
      ? [{ kind: 'write', span: own.span, text: quoted(text, own.quote) }]
      : []
  })
}

function madeExplicit(
  { fields, of }: TableItem,
  { key, value }: { readonly key: string; readonly value: string },
): Operation[] {
  const explicit = fields.get(key)
  if (isTrue(fields, key) || textIn(fields, key) === 'explicit') return []
  if (explicit) return [{ kind: 'write', span: explicit.span, text: value }]
  const text = `${key} = ${value}`
  return [
    isInline(of)
      ? { kind: 'append-item', listing: of, text }
      : { kind: 'append-pair', block: of, after: undefined, text },
  ]
}

/** An index goes, or leads somewhere else. */
export function indexChange(document: ProjectDocument, decision: IndexRemoval | IndexSwitch): Planned {
  const { at, name, reason } = decision
  const isHere = (start: number) => document.inFile({ start, end: start }).start === at.start
  const item = fieldsIn(document, wordsOf(document).table).find(({ span }) => isHere(span.start))
  if (item) {
    const from = withoutSecrets(indexWritten(document, item))
    if (decision.kind === 'remove-index')
      return { operations: [itemRemoval(document, item)], change: { action: 'remove', name, from, to: '', reason } }
    const own = item.fields.get('url') as TomlString
    const operation: Operation = { kind: 'write', span: own.span, text: quoted(decision.url, own.quote) }
    const to = `url = ${quoted(decision.url)}`
    return { operations: [operation], change: { action: 'switch', name, from, to, reason } }
  }
  return olderSetting(document, decision, isHere)
}

/** `index-url`, `extra-index-url` and `find-links` of uv. */
function olderSetting(
  { pairs, document: { source } }: ProjectDocument,
  decision: IndexRemoval | IndexSwitch,
  isHere: (start: number) => boolean,
): Planned {
  const { name, reason } = decision
  for (const placed of pairs) {
    const { value } = placed.pair
    if (!isBelow(placed.path, ['tool', 'uv']) || placed.path.length !== 3) continue
    const items = value.kind === 'array' ? value.items : [{ value, span: value.span, comma: undefined }]
    const item = items.find(({ span }) => isHere(span.start))
    if (item?.value.kind !== 'string') continue
    const from = withoutSecrets(`${placed.path.at(-1)} = ${source.slice(item.span.start, item.span.end)}`)
    if (decision.kind === 'switch-index') {
      const text = quoted(decision.url, item.value.quote)
      const to = `${placed.path.at(-1)} = ${text}`
      return {
        operations: [{ kind: 'write', span: item.span, text }],
        change: { action: 'switch', name, from, to, reason },
      }
    }
    const operation: Operation =
      value.kind === 'array' && items.length > 1 ? { kind: 'remove-item', listing: value, item } : removal(placed)
    return { operations: [operation], change: { action: 'remove', name, from, to: '', reason } }
  }
  throw new Error(`no index at ${decision.at.start}`)
}

function itemRemoval(document: ProjectDocument, item: TableItem): Operation {
  const { of } = item
  if (!isInline(of)) return { kind: 'remove-block', block: of }
  const placed = arrayPair(document, item)!
  const listing = placed.pair.value as TomlArray
  if (listing.items.length === 1) return removal(placed)
  return { kind: 'remove-item', listing, item: listing.items.find(({ value }) => value === of)! }
}

/** The pair whose list has an inline table. */
function arrayPair({ pairs }: ProjectDocument, { of }: TableItem): PlacedPair | undefined {
  return pairs.find(({ pair: { value } }) => value.kind === 'array' && value.items.some(({ value }) => value === of))
}

function indexWritten({ document: { source } }: ProjectDocument, { span }: TableItem): string {
  return onOneLine(source.slice(span.start, span.end))
}
