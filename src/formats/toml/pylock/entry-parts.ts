import type { Span } from '../../../text/edits.ts'
import type { Block, Pair, Value } from '../toml-document.ts'
import type { PlacedDocument } from '../toml-places.ts'

/** One of `[[packages]]`, in its parts. */
export interface EntryParts {
  /** From its header to the end of its last table. */
  readonly span: Span
  /** `[[packages]]` with what follows up to the next header. */
  readonly own: Block
  /** All of its tables, its own first. */
  readonly blocks: readonly Block[]
}

/** The packages of a pylock.toml, as every tool writes them: each under a header. */
export function entriesIn({ document: { blocks } }: Pick<PlacedDocument, 'document'>): EntryParts[] {
  const entries: Block[][] = []
  for (const block of blocks) {
    if (block.path[0] !== 'packages') continue
    if (block.isItem && block.path.length === 1) entries.push([block])
    else entries.at(-1)?.push(block)
  }
  return entries.map(all => ({
    own: all[0]!,
    blocks: all,
    span: { start: all[0]!.header!.start, end: endOf(all.at(-1)!) },
  }))
}

/** Where a table ends: behind its last pair. */
export function endOf({ header, pairs }: Block): number {
  return (pairs.at(-1)?.span ?? header!).end
}

/** The pair of a table at a key; undefined where it has none that is written so. */
export function pairIn({ pairs }: Block, key: string): Pair | undefined {
  return pairs.find(({ keys }) => keys.length === 1 && keys[0]!.name === key)
}

/** What a key of a table says, if it is text. */
export function textAt(block: Block, key: string): string | undefined {
  return textOf(pairIn(block, key)?.value)
}

export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.text : undefined
}

/** The tables of an entry below one of its keys: `[[packages.wheels]]` and `[packages.wheels.hashes]`. */
export function blocksBelow({ blocks }: EntryParts, key: string): readonly Block[] {
  return blocks.filter(({ path }) => path[1] === key)
}

/** The wheels of an entry, each by the values of its keys; what is nested in these is left out. */
export function wheelsOf(entry: EntryParts): ReadonlyMap<string, Value>[] {
  const listed = pairIn(entry.own, 'wheels')?.value
  const inline =
    listed?.kind === 'array' ? listed.items.flatMap(({ value }) => (value.kind === 'table' ? value : [])) : []
  const tables = blocksBelow(entry, 'wheels').filter(({ path, isItem }) => path.length === 2 && isItem)
  return [...inline.map(({ items }) => items), ...tables.map(({ pairs }) => pairs)].map(
    pairs => new Map(pairs.map(({ keys, value }) => [keys[0]!.name, value])),
  )
}
