import type { Span } from '../../text/edits.ts'
import type { Block, InlineTable, Value } from './toml-document.ts'
import { type Definition, isBelow, type PlacedDocument } from './toml-places.ts'

/** The values of a table by their keys. */
export type Fields = ReadonlyMap<string, Value>

/** A table of a list of tables. */
export interface TableItem {
  /** The header and what follows it; the inline table. */
  readonly span: Span
  readonly fields: Fields
  readonly of: Block | InlineTable
}

/** The tables at a path: those of `[[path]]`, and the inline ones in a list. */
export function fieldsIn({ document, pairs }: PlacedDocument, path: readonly string[]): TableItem[] {
  const isHere = (other: readonly string[]) => other.length === path.length && isBelow(other, path)
  return [
    ...document.blocks
      .filter(block => block.isItem && isHere(block.path))
      .map(block => ({
        span: { start: block.header!.start, end: (block.pairs.at(-1)?.span ?? block.header!).end },
        fields: fieldsOfBlock(block),
        of: block,
      })),
    ...pairs
      .filter(placed => isHere(placed.path))
      .flatMap(({ pair: { value } }) => (value.kind === 'array' ? value.items : []))
      .flatMap(({ value }) =>
        value.kind === 'table' ? [{ span: value.span, fields: fieldsOfInline(value), of: value }] : [],
      ),
  ]
}

/** The tables that a definition comes to: one, or a list of them. Of a plain value, none. */
export function fieldsOf({ path, pairs, blocks }: Definition): {
  readonly entries: readonly Fields[]
  readonly isTable: boolean
} {
  const own = blocks.filter(block => block.path.length === path.length)
  if (own.some(({ isItem }) => isItem)) return { entries: own.map(fieldsOfBlock), isTable: false }
  const [first] = pairs
  if (first && first.path.length === path.length) {
    const { value } = first.pair
    if (value.kind === 'table') return { entries: [fieldsOfInline(value)], isTable: true }
    const items = value.kind === 'array' ? value.items.map(({ value }) => value) : []
    return { entries: items.flatMap(item => (item.kind === 'table' ? [fieldsOfInline(item)] : [])), isTable: false }
  }
  const dotted = pairs
    .filter(placed => placed.path.length === path.length + 1)
    .map(placed => [placed.path.at(-1)!, placed.pair.value] as const)
  return { entries: [new Map([...dotted, ...own.flatMap(block => [...fieldsOfBlock(block)])])], isTable: true }
}

function fieldsOfBlock({ pairs }: Block): Fields {
  return new Map(pairs.filter(({ keys }) => keys.length === 1).map(({ keys, value }) => [keys[0]!.name, value]))
}

function fieldsOfInline({ items }: InlineTable): Fields {
  return new Map(items.filter(({ keys }) => keys.length === 1).map(({ keys, value }) => [keys[0]!.name, value]))
}

/** The string at a key; undefined where there is none. */
export function textIn(fields: Fields, key: string): string | undefined {
  const value = fields.get(key)
  return value?.kind === 'string' ? value.text : undefined
}

/** Whether the value at a key is `true`. */
export function isTrue(fields: Fields, key: string): boolean {
  const value = fields.get(key)
  return value?.kind === 'other' && value.text === 'true'
}
