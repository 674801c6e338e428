/** Items shown of each kind. */
const SHOWN = 10

/** The items of a list that are shown, and for each kind of which some are left out an example and their number. */
export interface Shown<Item> {
  readonly shown: readonly Item[]
  readonly more: readonly { readonly like: Item; readonly count: number }[]
}

/** The first ten of each kind, in their order; what is left out is counted. */
export function firstOfEach<Item>(items: readonly Item[], kindOf: (item: Item) => string): Shown<Item> {
  const kinds = new Map<string, { readonly like: Item; count: number }>()
  const shown: Item[] = []
  for (const item of items) {
    const kind = kindOf(item)
    const known = kinds.get(kind) ?? { like: item, count: 0 }
    kinds.set(kind, known)
    known.count++
    if (known.count <= SHOWN) shown.push(item)
  }
  const more = [...kinds.values()].flatMap(({ like, count }) => (count > SHOWN ? [{ like, count: count - SHOWN }] : []))
  return { shown, more }
}

/** `and 19,990 more like it`. */
export function moreLikeIt(count: number): string {
  // Only a number with a comma in it is worth the tables of Intl, which take V8 a while to set up.
  return `and ${count < 1000 ? count : count.toLocaleString('en-US')} more like it`
}
