import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

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

/** Parses YAML as far as it is any; undefined where nothing can be made of it. */
export function readYaml(text: string): YamlFile | undefined {
  const lines = new LineCounter()
  try {
    return yamlFile(parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' }), lines)
  } catch {
    return undefined
  }
}

function yamlFile(document: Document.Parsed, lines: LineCounter): YamlFile {
  const node = (of: unknown): unknown => (isAlias(of) ? of.resolve(document) : of)
  const entries = (of: unknown) => {
    const map = node(of)
    return isMap(map) ? map.items.map(({ key, value }) => [textOf(key) ?? '', node(value)] as const) : []
  }
  const textOf = (of: unknown): string | undefined => {
    const scalar = node(of)
    if (!isScalar(scalar)) return undefined
    const { source, value } = scalar
    return source ?? (value === null || value === undefined ? undefined : String(value))
  }
  return {
    root: document.contents,
    entries,
    textOf,
    at: (from, ...keys) =>
      keys.reduce<unknown>((of, key) => entries(of).find(([name]) => name === key)?.[1], node(from)),
    items(of) {
      const sequence = node(of)
      if (sequence === undefined || sequence === null) return []
      return isSeq(sequence) ? sequence.items.map(node) : [sequence]
    },
    lineOf(of) {
      const start = (node(of) as Node | undefined)?.range?.[0]
      return start === undefined ? undefined : lines.linePos(start).line
    },
  }
}
