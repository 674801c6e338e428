import type { Block, InlineTable, Pair, TomlDocument, Value } from './toml-document.ts'

/** A pair, with all the keys that lead to it. */
export interface PlacedPair {
  readonly path: readonly string[]
  readonly pair: Pair
  /** What it stands in. */
  readonly holder: Block | InlineTable
}

/** What a document says at one place below a table, in whatever way: a pair, pairs with dotted keys, headers. */
export interface Definition {
  /** As it is written. */
  readonly name: string
  /** The keys that lead to it. */
  readonly path: readonly string[]
  readonly pairs: readonly PlacedPair[]
  readonly blocks: readonly Block[]
}

/** No tool reads anything below so many keys; a longer path costs the square of its length. */
const DEEPEST = 10

/** All pairs of a document, those of inline tables right behind the pair that they are the value of. */
export function pairsOf(document: TomlDocument): readonly PlacedPair[] {
  return document.blocks.flatMap(block =>
    block.pairs.flatMap(pair => placed(pair, block.path.slice(0, DEEPEST), block)),
  )
}

function placed(pair: Pair, above: readonly string[], holder: Block | InlineTable): PlacedPair[] {
  const path = [...above, ...pair.keys.slice(0, DEEPEST).map(({ name }) => name)]
  const own = { path, pair, holder }
  const { value } = pair
  if (value.kind !== 'table' || path.length > DEEPEST) return [own]
  return [own, ...value.items.flatMap(inner => placed(inner, path, value))]
}

/** Whether a path begins with another one. */
export function isBelow(path: readonly string[], above: readonly string[]): boolean {
  return path.length >= above.length && above.every((name, i) => path[i] === name)
}

/** What a document defines right below a table, in the order in which it comes to each. */
export function definitionsBelow({ document, pairs }: PlacedDocument, table: readonly string[]): readonly Definition[] {
  const found = new Map<string, { readonly pairs: PlacedPair[]; readonly blocks: Block[] }>()
  const of = (name: string) => {
    const known = found.get(name) ?? { pairs: [], blocks: [] }
    found.set(name, known)
    return known
  }
  for (const block of document.blocks) {
    if (block.path.length > table.length && isBelow(block.path, table)) of(block.path[table.length]!).blocks.push(block)
  }
  for (const placed of pairs) {
    const { path, pair } = placed
    // Its own keys lead from the table, or from above it, to the name or further: what is within its value is not asked for.
    const start = path.length - pair.keys.length
    if (path.length > table.length && start <= table.length && isBelow(path, table))
      of(path[table.length]!).pairs.push(placed)
  }
  return [...found].map(([name, { pairs, blocks }]) => ({ name, path: [...table, name], pairs, blocks }))
}

export interface PlacedDocument {
  readonly document: TomlDocument
  readonly pairs: readonly PlacedPair[]
}

/** The value at a path, where one pair has it. */
export function valueAtPath({ pairs }: PlacedDocument, path: readonly string[]): Value | undefined {
  return pairs.find(placed => placed.path.length === path.length && isBelow(placed.path, path))?.pair.value
}

/** The inline table that holds a table that is not there yet, or would, and the keys that lead from it to the table. */
export function inlineAbove(
  { pairs }: PlacedDocument,
  table: readonly string[],
): { readonly listing: InlineTable; readonly keys: readonly string[] } | undefined {
  const above = pairs.findLast(({ path, pair: { value } }) => value.kind === 'table' && isBelow(table, path))
  return above && { listing: above.pair.value as InlineTable, keys: table.slice(above.path.length) }
}

/** What a document says below each name in a table, taken apart once for all of them. */
export function partsBelow(
  { document, pairs }: PlacedDocument,
  table: readonly string[],
): ReadonlyMap<string, PlacedDocument> {
  const found = new Map<string, { readonly blocks: Block[]; readonly pairs: PlacedPair[] }>()
  const of = (name: string) => {
    const known = found.get(name) ?? { blocks: [], pairs: [] }
    found.set(name, known)
    return known
  }
  const isPart = (path: readonly string[]) => path.length > table.length && isBelow(path, table)
  for (const block of document.blocks) if (isPart(block.path)) of(block.path[table.length]!).blocks.push(block)
  for (const placed of pairs) if (isPart(placed.path)) of(placed.path[table.length]!).pairs.push(placed)
  return new Map([...found].map(([name, { blocks, pairs }]) => [name, { document: { ...document, blocks }, pairs }]))
}
