import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Span } from '../text/edits.ts'

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
  /** Where a scalar stands, its quotes included; undefined for anything else, and for an alias. */
  placeOf(node: unknown): ScalarPlace | undefined
  /** A scalar as it is written, what an alias stands for included; undefined for anything else. */
  scalarOf(node: unknown): WrittenScalar | undefined
}

/** A scalar, and what an editor of its text has to know. */
export interface WrittenScalar {
  readonly start: number
  /** Behind its last character; behind the last line of a block. */
  readonly end: number
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded'
  readonly value: string
  /** It stands within brackets or braces. */
  readonly inFlow: boolean
  /** An alias stands for it, or for what it is part of: an edit changes several places. */
  readonly isShared: boolean
}

export interface ScalarPlace {
  readonly start: number
  readonly end: number
  /** Undefined: it is a block, `|` or `>`. */
  readonly quote: '' | "'" | '"' | undefined
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

const styles: Readonly<Record<string, WrittenScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

function yamlFile(root: unknown, lines: LineCounter): YamlFile {
  const { meant, flows, shared } = aliasesIn(root)
  const node = (of: unknown): unknown => (isAlias(of) ? meant.get(of) : of)
  // Kept, so that no key is searched for twice.
  const read = new Map<unknown, Mapping>()
  const listed = new Map<unknown, readonly unknown[]>()
  const mapping = (of: unknown): Mapping => {
    const map = node(of)
    if (!isMap(map)) return nothing
    const known = read.get(map)
    if (known) return known
    const entries = map.items.map(({ key, value }) => [textOf(key) ?? '', node(value)] as const)
    // The first of equal keys counts.
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
    placeOf(of) {
      if (!isScalar(of) || !of.range) return undefined
      const quotes: Readonly<Record<string, ScalarPlace['quote']>> = { PLAIN: '', QUOTE_SINGLE: "'", QUOTE_DOUBLE: '"' }
      return { start: of.range[0], end: of.range[1], quote: quotes[of.type ?? ''] }
    },
    scalarOf(of) {
      const scalar = node(of)
      const style = isScalar(scalar) ? styles[scalar.type ?? ''] : undefined
      if (!isScalar(scalar) || !scalar.range || !style) return undefined
      const [start, end] = scalar.range
      const value = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '')
      return { start, end, style, value, inFlow: covers(flows, start), isShared: covers(shared, start) }
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

/** What the nodes of a document are to each other. */
interface Relations {
  /** By alias, what it stands for. */
  readonly meant: ReadonlyMap<unknown, unknown>
  /** The outermost collections in brackets or braces. */
  readonly flows: readonly Span[]
  /** The outermost nodes for which an alias stands as well. */
  readonly shared: readonly Span[]
}

/**
 * What each alias stands for: the last node before it with its anchor. The parser's own `resolve` goes through the whole document
 * for each alias.
 */
function aliasesIn(root: unknown): Relations {
  const anchored = new Map<string, Node>()
  const meant = new Map<unknown, unknown>()
  const flows: Span[] = []
  const shared = new Set<Node>()
  // No recursion: documents nest as deep as their author likes.
  for (const ahead = [root]; ahead.length > 0; ) {
    const next = ahead.pop()
    if (isAlias(next)) {
      const node = anchored.get(next.source)
      meant.set(next, node)
      if (node) shared.add(node)
    } else if (isNode(next) && next.anchor) anchored.set(next.anchor, next)
    if (isPair(next)) ahead.push(next.value, next.key)
    if (!isMap(next) && !isSeq(next)) continue
    const start = next.range?.[0] ?? 0
    if (next.flow && next.range) flows.push({ start, end: next.range[1] })
    for (let i = next.items.length - 1; i >= 0; i--) ahead.push(next.items[i])
  }
  const places = [...shared].flatMap(({ range }) => (range ? [{ start: range[0], end: range[1] }] : []))
  return { meant, flows: outermost(flows), shared: outermost(places) }
}

/** Of spans that lie in each other the outer ones, in their order. */
function outermost(spans: readonly Span[]): Span[] {
  const outer: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end))
    if (span.start >= (outer.at(-1)?.end ?? 0)) outer.push(span)
  return outer
}

/** Whether one of some spans, which are in their order and apart, holds a place. */
function covers(spans: readonly Span[], at: number): boolean {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.start <= at) low = middle + 1
    else high = middle
  }
  return low > 0 && at < spans[low - 1]!.end
}
