import { canonicalizeName } from '../../../packaging/names.ts'
import type { Binding, Unbinding } from '../../decision.ts'
import { isInline, type Operation, type Planned, removal } from '../operations.ts'
import type { Block } from '../toml-document.ts'
import { fieldsOf, textIn } from '../toml-fields.ts'
import { type Definition, definitionsBelow, inlineAbove, isBelow, type PlacedPair } from '../toml-places.ts'
import { keyed, onOneLine, quoted } from '../toml-string.ts'
import type { ProjectDocument } from './project-document.ts'

const table = ['tool', 'uv', 'sources']

/** What uv is told about the sources of projects. */
export function sourceChanges(document: ProjectDocument, decisions: readonly (Binding | Unbinding)[]): Planned[] {
  const definitions = definitionsBelow(document, table)
  const source = document.document.source
  const planned = decisions.flatMap((decision): Planned[] => {
    const { kind, project, reason } = decision
    const own = definitions.filter(({ name }) => canonicalizeName(name) === project)
    const written = own.map(definition => writtenForm(source, definition)).join('; ')
    if (kind === 'unbind') {
      const operations = own.flatMap(removals)
      return own.length > 0
        ? [{ operations, change: { action: 'remove', name: project, from: written, to: '', reason } }]
        : []
    }
    const [first, ...others] = own
    const to = `${keyed(project)} = { index = ${quoted(decision.index)} }`
    if (!first) {
      const operations = [newSource(document, definitions, decision)]
      return [{ operations, change: { action: 'add', name: project, from: '', to, reason } }]
    }
    const operations = [...rebound(first, decision.index), ...others.flatMap(removals)]
    return operations.length > 0
      ? [{ operations, change: { action: 'switch', name: project, from: written, to, reason } }]
      : []
  })
  return [...planned, ...emptied(document, planned)]
}

/** What a definition says, on one line. */
export function writtenForm(source: string, { pairs, blocks }: Definition): string {
  const written = [
    ...pairs.map(({ pair }) => pair),
    ...blocks.flatMap(({ header, pairs }) => [{ span: header! }, ...pairs]),
  ].toSorted((a, b) => a.span.start - b.span.start)
  return written.map(({ span }) => onOneLine(source.slice(span.start, span.end))).join(' ')
}

/** All that a definition says goes. */
export function removals({ pairs, blocks }: Definition): Operation[] {
  return [...pairs.map(removal), ...blocks.map(block => ({ kind: 'remove-block', block }) as const)]
}

/** Has a definition name one index and nothing else; nothing where it does so already. */
function rebound(definition: Definition, index: string): Operation[] {
  const { path, pairs, blocks } = definition
  const { entries, isTable } = fieldsOf(definition)
  const [fields] = entries
  if (isTable && fields?.size === 1 && textIn(fields, 'index') === index) return []
  const [first] = pairs
  if (first && first.path.length === path.length)
    return [{ kind: 'write', span: first.pair.value.span, text: `{ index = ${quoted(index)} }` }]
  const [block, ...more] = blocks
  const all: PlacedPair[] = block ? block.pairs.map(pair => ({ path: [], pair, holder: block })) : [...pairs]
  return [
    ...(block?.isItem ? [asTable(block)] : []),
    ...reboundPairs(all, index, block),
    ...more.map(block => ({ kind: 'remove-block', block }) as const),
  ]
}

/** `[[a]]` as `[a]` */
function asTable({ header, path }: Block): Operation {
  return { kind: 'write', span: header!, text: `[${path.map(keyed).join('.')}]` }
}

function reboundPairs(pairs: readonly PlacedPair[], index: string, block: Block | undefined): Operation[] {
  const chosen = pairs.find(({ pair }) => pair.keys.at(-1)!.name === 'index') ?? pairs[0]
  if (!chosen) return [{ kind: 'append-pair', block: block!, after: undefined, text: `index = ${quoted(index)}` }]
  const { keys, value } = chosen.pair
  const span = { start: keys.at(-1)!.span.start, end: value.span.end }
  const isSame = value.kind === 'string' && keys.at(-1)!.name === 'index'
  return [
    isSame
      ? { kind: 'write', span: value.span, text: quoted(index, value.quote) }
      : { kind: 'write', span, text: `index = ${quoted(index)}` },
    ...pairs.filter(other => other !== chosen).map(removal),
  ]
}

/** A source where those of other projects stand, in their form; else a table of its own. */
function newSource(
  placed: ProjectDocument,
  definitions: readonly Definition[],
  { project, index }: Binding,
): Operation {
  const { document } = placed
  const value = `{ index = ${quoted(index)} }`
  const pair = `${keyed(project)} = ${value}`
  const isTable = (path: readonly string[]) => path.length === table.length && isBelow(path, table)
  const block = document.blocks.find(({ path }) => isTable(path))
  if (block) return { kind: 'append-pair', block, after: undefined, text: pair }
  const inline = inlineAbove(placed, table)
  if (inline) {
    const text = [...inline.keys.map(keyed), pair].join('.')
    return { kind: 'append-item', listing: inline.listing, text }
  }
  const dotted = definitions.flatMap(({ pairs }) => pairs).at(-1)
  if (dotted) return besideDotted(document.source, dotted, project, value)
  const sub = definitions.flatMap(({ blocks }) => blocks).at(-1)
  const lines = sub
    ? [`[${[...table, project].map(keyed).join('.')}]`, `index = ${quoted(index)}`]
    : [`[${table.join('.')}]`, pair]
  return { kind: 'append-block', after: sub ?? lastBelow(document.blocks, ['tool', 'uv']), lines }
}

/** `sources.a = …` gets `sources.b = …` beside it. */
function besideDotted(source: string, { pair, path, holder }: PlacedPair, project: string, value: string): Operation {
  const above = pair.keys.slice(0, pair.keys.length - (path.length - table.length))
  const prefix = above.length > 0 ? `${source.slice(above[0]!.span.start, above.at(-1)!.span.end)}.` : ''
  const text = `${prefix}${keyed(project)} = ${value}`
  return isInline(holder)
    ? { kind: 'append-item', listing: holder, text }
    : { kind: 'append-pair', block: holder, after: pair, text }
}

/** The last block of a table and all below it. */
export function lastBelow(blocks: readonly Block[], above: readonly string[]): Block | undefined {
  return blocks.findLast(({ path }) => isBelow(path, above))
}

/** The table of sources goes with the last of them. */
function emptied({ document, pairs }: ProjectDocument, planned: readonly Planned[]): Planned[] {
  const operations = planned.flatMap(({ operations }) => operations)
  const goes = new Set<unknown>(
    operations.flatMap(one => (one.kind === 'remove-pair' ? [one.pair] : one.kind === 'remove-item' ? [one.item] : [])),
  )
  const gains = new Set<unknown>(
    operations.flatMap((one): unknown[] =>
      one.kind === 'append-pair' ? [one.block] : one.kind === 'append-item' ? [one.listing] : [],
    ),
  )
  const isTable = (path: readonly string[]) => path.length === table.length && isBelow(path, table)
  const blocks = document.blocks.filter(
    block =>
      isTable(block.path) && block.pairs.length > 0 && block.pairs.every(pair => goes.has(pair)) && !gains.has(block),
  )
  const inline = pairs.filter(
    ({ path, pair: { value } }) =>
      isTable(path) &&
      value.kind === 'table' &&
      value.items.length > 0 &&
      value.items.every(item => goes.has(item)) &&
      !gains.has(value),
  )
  const removed = [...blocks.map(block => ({ kind: 'remove-block', block }) as const), ...inline.map(removal)]
  return removed.length > 0 ? [{ operations: removed, change: undefined }] : []
}
