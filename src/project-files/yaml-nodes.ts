import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** A YAML document with the places of its scalars. */
export interface YamlFile {
  /** The node at the end of some keys; undefined where there is none. */
  at(from: unknown, ...keys: readonly string[]): unknown
  readonly root: unknown
  /** The keys and values of a mapping; of anything else none. */
  entries(node: unknown): readonly (readonly [key: string, value: unknown])[]
  /** The items of a sequence; of anything else the node itself. */
  items(node: unknown): readonly unknown[]
  /** A scalar as it is written, so that `3.10` stays 3.10. */
  textOf(node: unknown): string | undefined
  /** 1-based. */
  lineOf(node: unknown): number | undefined
}

/** In characters: more than workflows have that people write. Each character may cost the parser two kilobytes of memory. */
export const LONGEST_YAML = 2 ** 17

/** Parses YAML as far as it is any; undefined where nothing can be made of it, or it is longer than {@link LONGEST_YAML}. */
export function readYaml(text: string): YamlFile | undefined {
  if (text.length > LONGEST_YAML) return undefined
  const lines = new LineCounter()
  try {
    return yamlFile(parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' }).contents, lines)
  } catch {
    return undefined
  }
}

function yamlFile(root: unknown, lines: LineCounter): YamlFile {
  const meant = aliasesIn(root)
  const node = (of: unknown): unknown => (isAlias(of) ? meant.get(of) : of)
  // What was read stays, so that no key is looked for among all of them again and again.
  const read = new Map<unknown, Mapping>()
  const listed = new Map<unknown, readonly unknown[]>()
  const mapping = (of: unknown): Mapping => {
    const map = node(of)
    if (!isMap(map)) return nothing
    const known = read.get(map)
    if (known) return known
    const entries = map.items.map(({ key, value }) => [textOf(key) ?? '', node(value)] as const)
    // Of equal keys the first counts.
    const found = { entries, values: new Map(entries.toReversed()) }
    read.set(map, found)
    return found
  }
  const textOf = (of: unknown): string | undefined => {
    const scalar = node(of)
    if (!isScalar(scalar)) return undefined
    const { source, value } = scalar
    return source ?? (value === null || value === undefined ? undefined : String(value))
  }
  return {
    root,
    textOf,
    entries: of => mapping(of).entries,
    at: (from, ...keys) => keys.reduce<unknown>((of, key) => mapping(of).values.get(key), node(from)),
    items(of) {
      const sequence = node(of)
      if (sequence === undefined || sequence === null) return []
      if (!isSeq(sequence)) return [sequence]
      const items = listed.get(sequence) ?? sequence.items.map(node)
      listed.set(sequence, items)
      return items
    },
    lineOf(of) {
      const start = (node(of) as Node | undefined)?.range?.[0]
      return start === undefined ? undefined : lines.linePos(start).line
    },
  }
}

interface Mapping {
  readonly entries: readonly (readonly [key: string, value: unknown])[]
  readonly values: ReadonlyMap<string, unknown>
}

const nothing: Mapping = { entries: [], values: new Map() }

/**
 * What each alias stands for: the last node before it with its anchor. The parser's own `resolve` goes through the whole document
 * for each alias.
 */
function aliasesIn(root: unknown): ReadonlyMap<unknown, unknown> {
  const anchored = new Map<string, unknown>()
  const meant = new Map<unknown, unknown>()
  // No recursion: documents nest as deep as their author likes.
  for (const ahead = [root]; ahead.length > 0; ) {
    const next = ahead.pop()
    if (isAlias(next)) meant.set(next, anchored.get(next.source))
    else if (isNode(next) && next.anchor) anchored.set(next.anchor, next)
    if (isPair(next)) ahead.push(next.value, next.key)
    if (isMap(next) || isSeq(next)) for (let i = next.items.length - 1; i >= 0; i--) ahead.push(next.items[i])
  }
  return meant
}
