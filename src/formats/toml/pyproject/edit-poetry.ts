import { withoutSecrets } from '../../../text/secrets.ts'
import type { Binding, Decision, ProjectDecision, Removal, Restatement, Unbinding } from '../../decision.ts'
import { isInline, type Operation, type Planned, removal } from '../operations.ts'
import type { Block, Value } from '../toml-document.ts'
import { fieldsIn, textIn } from '../toml-fields.ts'
import { type Definition, definitionsBelow, isBelow } from '../toml-places.ts'
import { keyed, quoted } from '../toml-string.ts'
import { removals, writtenForm } from './edit-sources.ts'
import {
  addedTo,
  alternativeOf,
  byDefinition,
  listedForPoetry,
  type PoetryDependency,
  poetryDependencies,
  poetrySourceTable,
} from './poetry.ts'
import { holdsOffMac, holdsOnMac, isBoundOffMac } from './poetry-bound.ts'
import { constraintOf } from './poetry-constraint.ts'
import type { ProjectDocument } from './project-document.ts'
import { projectOf } from './says.ts'

/** The keys of a table and their values, as they are written. */
type Written = readonly (readonly [key: string, value: string])[]

/** What dependencies are to ask for otherwise, by where they begin in the file. */
type Restated = ReadonlyMap<number, Restatement>

/**
 * Takes a project from an explicit source everywhere but on macOS, where it comes from where it did: CPU builds for macOS have no
 * label, so an explicit source alone would leave macOS without a wheel.
 * @param restated what changes in what is written anew
 */
export function poetryBinding(
  document: ProjectDocument,
  { project, index, reason }: Binding,
  restated: Restated,
): Planned[] {
  const all = poetryDependencies(document).filter(dependency => dependency.project === project)
  const planned = [...byDefinition(all)].flatMap(([definition, dependencies]): Planned[] => {
    if (isBound(dependencies, index)) return []
    const { source } = document.document
    const bound = dependencies.map(one => {
      const fields = restatedFields(writtenFields(source, one), one, restated.get(document.inFile(one.span).start))
      return boundTo(index, elsewhere(document), fields)
    })
    const operations = rewritten(document, definition, bound)
    const to = `${keyed(definition.name)} = [${bound.flat().map(inlineTable).join(', ')}]`
    return [
      { operations, change: { action: 'switch', name: project, from: writtenForm(source, definition), to, reason } },
    ]
  })
  const unbound = addedTo(listedForPoetry(document, project), all)
  return [...planned, ...unbound.map(({ table }) => newDependency(document, table, { project, reason, index }))]
}

/** Decisions about dependencies that are rewritten anyway because they are bound: the binding carries them out too. */
export function restatedByBinding(
  dependencies: ReadonlyMap<number, PoetryDependency>,
  decisions: readonly (Decision | ProjectDecision)[],
): Restated {
  const indexOf = indexes(decisions)
  const anew = new Set(
    [...byDefinition([...dependencies.values()])].flatMap(([definition, [first, ...more]]) => {
      const index = indexOf.get(first!.project)
      return index === undefined || isBound([first!, ...more], index) ? [] : [definition]
    }),
  )
  return new Map(
    decisions.flatMap(one => {
      if (one.kind !== 'pin' && one.kind !== 'switch') return []
      const dependency = dependencies.get(one.at.start)
      return dependency && anew.has(dependency.definition) ? [[one.at.start, one] as const] : []
    }),
  )
}

/** The index of each project that is bound to one. */
export function indexes(decisions: readonly (Decision | ProjectDecision)[]): ReadonlyMap<string, string> {
  return new Map(decisions.flatMap(one => (one.kind === 'bind' ? [[one.project, one.index] as const] : [])))
}

function restatedFields(fields: Written, { constraint }: PoetryDependency, restated: Restatement | undefined): Written {
  if (!restated) return fields
  const { specifier, extras } = restated
  const before = constraint?.kind === 'string' ? constraint : undefined
  return fields.map(([key, value]) => {
    if (key === 'version' && specifier !== undefined && before)
      return [key, quoted(constraintOf(specifier, before.text), before.quote)]
    return key === 'extras' && extras !== undefined
      ? [key, `[${extras.map(one => quoted(one)).join(', ')}]`]
      : [key, value]
  })
}

/** Adds a dependency to a table of Poetry's, and the table if there is none. */
function newDependency(
  document: ProjectDocument,
  table: readonly string[],
  { project, reason, index, version }: { project: string; reason: string; index?: string; version?: string },
): Planned {
  const own: Written = version === undefined ? [] : [['version', quoted(version)]]
  const alternatives = index === undefined ? undefined : boundTo(index, elsewhere(document), own)
  const plain = quoted(version ?? '*')
  const text = `${keyed(project)} = ${alternatives ? listOf(alternatives, eolOf(document)) : plain}`
  const to = `${keyed(project)} = ${alternatives ? `[${alternatives.map(inlineTable).join(', ')}]` : plain}`
  const block = document.document.blocks.find(({ path }) => path.length === table.length && isBelow(path, table))
  const operation: Operation = block
    ? { kind: 'append-pair', block, after: undefined, text }
    : {
        kind: 'append-block',
        after: lastOfPoetry(document),
        lines: [`[${table.map(keyed).join('.')}]`, text],
      }
  return { operations: [operation], change: { action: 'add', name: project, from: '', to, reason } }
}

/** What a person would put a table of dependencies after: another table of Poetry's, but not the sources. */
function lastOfPoetry({ document: { blocks } }: ProjectDocument): Block | undefined {
  const own = blocks.filter(({ path }) => isBelow(path, ['tool', 'poetry']))
  return (
    own.findLast(({ path }) => !isBelow(path, poetrySourceTable)) ??
    blocks.findLast(({ path }) => isBelow(path, ['project'])) ??
    own.at(-1)
  )
}

/** An optional group asks for projects, with the sources to which the same decisions bind them. */
export function poetryAnchor(
  document: ProjectDocument,
  {
    group,
    projects,
    reason,
  }: { readonly group: string; readonly projects: readonly string[]; readonly reason: string },
  indexOf: ReadonlyMap<string, string>,
): Planned[] {
  const table = ['tool', 'poetry', 'group', group, 'dependencies']
  const known = new Set(definitionsBelow(document, table).map(({ name }) => projectOf(name)))
  const missing = projects.filter(project => !known.has(project))
  const planned = missing.map(project => {
    const index = indexOf.get(project)
    return newDependency(document, table, { project, reason, version: '*', ...(index !== undefined && { index }) })
  })
  const hasGroup = definitionsBelow(document, ['tool', 'poetry', 'group']).some(({ name }) => name === group)
  if (hasGroup || planned.length === 0) return planned
  const header = [`[${table.slice(0, -1).map(keyed).join('.')}]`, 'optional = true']
  const operation: Operation = { kind: 'append-block', after: lastOfPoetry(document), lines: header }
  return [{ operations: [operation], change: undefined }, ...planned]
}

/** The dependencies no longer name a source. */
export function poetryUnbinding(document: ProjectDocument, { project, reason }: Unbinding): Planned[] {
  return [...byDefinition(poetryDependencies(document).filter(one => one.project === project))].flatMap(
    ([definition]): Planned[] => {
      const { source } = document.document
      const pairs = document.pairs.filter(
        ({ path, pair }) => path.at(-1) === 'source' && within(definition, pair.span.start),
      )
      const items = inlineTables(definition).flatMap(table =>
        table.items
          .filter(({ keys }) => keys[0]!.name === 'source')
          .map(item => ({ path: [], pair: item, holder: table })),
      )
      const all = [...new Map([...pairs, ...items].map(one => [one.pair, one])).values()]
      const from = writtenForm(source, definition)
      return all.length > 0
        ? [{ operations: all.map(removal), change: { action: 'remove', name: project, from, to: '', reason } }]
        : []
    },
  )
}

function inlineTables({ pairs }: Definition) {
  return pairs.flatMap(({ pair: { value } }) =>
    value.kind === 'array' ? value.items.flatMap(({ value }) => (value.kind === 'table' ? [value] : [])) : [],
  )
}

function within({ pairs, blocks }: Definition, offset: number): boolean {
  const spans = [...pairs.map(({ pair }) => pair.span), ...blocks.flatMap(block => block.pairs.map(({ span }) => span))]
  return spans.some(({ start, end }) => start <= offset && offset < end)
}

const OFF_MAC = "sys_platform != 'darwin'"
const ON_MAC = "sys_platform == 'darwin'"

function isBound(dependencies: readonly PoetryDependency[], index: string): boolean {
  return isBoundOffMac(dependencies.map(alternativeOf), other => other === index)
}

/** What a dependency becomes: an alternative off macOS, from the index, and one on it, or the one that its marker leaves. */
function boundTo(index: string, other: string | undefined, fields: Written): Written[] {
  const own = fields.filter(([key]) => key !== 'source' && key !== 'markers')
  const written = fields.find(([key]) => key === 'markers')?.[1]
  const marker: string | undefined = written === undefined ? undefined : JSON.parse(written)
  const isOff = holdsOffMac(marker)
  const isOn = holdsOnMac(marker)
  const narrowed = (more: string) => {
    if (marker === undefined) return more
    // A dependency for one side only has a marker already.
    if (!(isOff && isOn)) return marker
    return `${/\bor\b/.test(marker) ? `(${marker})` : marker} and ${more}`
  }
  const offMac: Written = [...own, ['source', quoted(index)], ['markers', quoted(narrowed(OFF_MAC))]]
  const source: Written = other === undefined ? [] : [['source', quoted(other)]]
  const onMac: Written = [...own, ...source, ['markers', quoted(narrowed(ON_MAC))]]
  return [...(isOff ? [offMac] : []), ...(isOn ? [onMac] : [])]
}

/** The source that Poetry asks for what is bound to none; undefined: there are several, and it asks them all. */
function elsewhere(document: ProjectDocument): string | undefined {
  const primary = fieldsIn(document, poetrySourceTable).filter(({ fields }) =>
    /^(?:primary|default)$/.test(textIn(fields, 'priority') ?? 'primary'),
  )
  return primary.length > 1 ? undefined : ((primary[0] && textIn(primary[0].fields, 'name')) ?? 'PyPI')
}

/** The keys of a dependency; a marker as JSON has it, so that its text is known. */
function writtenFields(source: string, { constraint, fields }: PoetryDependency): Written {
  const textOf = (value: Value) => source.slice(value.span.start, value.span.end)
  if (fields.size === 0) return constraint ? [['version', textOf(constraint)]] : []
  return [...fields].map(([key, value]) => [
    key,
    key === 'markers' && value.kind === 'string' ? JSON.stringify(value.text) : textOf(value),
  ])
}

const inlineTable = (fields: Written): string =>
  `{ ${fields.map(([key, value]) => `${keyed(key)} = ${value}`).join(', ')} }`

function listOf(tables: readonly Written[], eol: string): string {
  return `[${tables.map(table => `${eol}    ${inlineTable(table)},`).join('')}${eol}]`
}

const eolOf = ({ document: { source } }: ProjectDocument): string => /\r?\n/.exec(source)?.[0] ?? '\n'

/** Rewrites a definition with other alternatives, in its own form. */
function rewritten(
  document: ProjectDocument,
  definition: Definition,
  bound: readonly (readonly Written[])[],
): Operation[] {
  const { path, pairs, blocks } = definition
  if (blocks.length > 0) return rewrittenBlocks(document, blocks, bound)
  const [first, ...others] = pairs
  const { pair, holder } = first!
  const isWhole = first!.path.length === path.length
  const list = isInline(holder)
    ? `[${bound.flat().map(inlineTable).join(', ')}]`
    : listOf(bound.flat(), eolOf(document))
  if (isWhole) return [{ kind: 'write', span: pair.value.span, text: list }]
  const name = pair.keys.at(-(first!.path.length - path.length) - 1)!
  return [
    { kind: 'write', span: { start: name.span.end, end: pair.value.span.end }, text: ` = ${list}` },
    ...others.map(removal),
  ]
}

/** The first alternative of each block replaces it; the others follow the last block. */
function rewrittenBlocks(
  { document }: ProjectDocument,
  blocks: readonly Block[],
  bound: readonly (readonly Written[])[],
): Operation[] {
  const header = `[[${blocks[0]!.path.map(keyed).join('.')}]]`
  const more = bound.flatMap(alternatives => alternatives.slice(1))
  return [
    ...blocks.flatMap((block, i): Operation[] => [
      ...(block.isItem ? [] : [{ kind: 'write', span: block.header!, text: header } as const]),
      ...asAlternative(document.source, block, bound[i]![0]!),
    ]),
    ...more.map(
      (fields): Operation => ({
        kind: 'append-block',
        after: blocks.at(-1),
        lines: [header, ...fields.map(([key, value]) => `${keyed(key)} = ${value}`)],
      }),
    ),
  ]
}

function asAlternative(source: string, block: Block, fields: Written): Operation[] {
  const own = new Map(block.pairs.map(pair => [pair.keys[0]!.name, pair]))
  const goes = block.pairs.filter(({ keys }) => !fields.some(([key]) => key === keys[0]!.name))
  return [
    ...goes.map((pair): Operation => ({ kind: 'remove-pair', pair })),
    ...fields.flatMap(([key, value]): Operation[] => {
      const pair = own.get(key)
      if (!pair) return [{ kind: 'append-pair', block, after: undefined, text: `${keyed(key)} = ${value}` }]
      const { span } = pair.value
      return source.slice(span.start, span.end) === value ? [] : [{ kind: 'write', span, text: value }]
    }),
  ]
}

/** The dependencies of a file, by where they begin in it. */
export function dependenciesByStart(document: ProjectDocument): ReadonlyMap<number, PoetryDependency> {
  return new Map(poetryDependencies(document).map(one => [document.inFile(one.span).start, one]))
}

/** Removes a dependency, or has it ask for something else; undefined: the entry is not one of Poetry's. */
export function poetryEntryChange(
  document: ProjectDocument,
  dependencies: ReadonlyMap<number, PoetryDependency>,
  decision: Removal | Restatement,
): Planned | undefined {
  const { at, name, kind, reason } = decision
  const dependency = dependencies.get(at.start)
  if (!dependency) return undefined
  const { source } = document.document
  const { definition, constraint } = dependency
  const from = withoutSecrets(writtenForm(source, definition))
  if (decision.kind === 'remove') {
    const operations = alternativeRemoval(dependency)
    return { operations, change: { action: 'remove', name, from, to: '', reason } }
  }
  const operations: Operation[] = []
  const { project, specifier } = decision
  if (specifier !== undefined && constraint?.kind === 'string') {
    const text = quoted(constraintOf(specifier, constraint.text), constraint.quote)
    operations.push({ kind: 'write', span: constraint.span, text })
  }
  if (project !== undefined) operations.push(...renamed(definition, project))
  if (decision.extras !== undefined) operations.push(...withExtras(dependency, decision.extras))
  const to = `${project ?? definition.name} = ${specifier ?? '…'}`
  return { operations, change: { action: kind, name, from, to, reason } }
}

function alternativeRemoval({ definition, span }: PoetryDependency): Operation[] {
  const [first] = definition.pairs
  const listing = first?.pair.value
  if (listing?.kind === 'array' && listing.items.length > 1) {
    const item = listing.items.find(({ span: own }) => own.start === span.start)
    if (item) return [{ kind: 'remove-item', listing, item }]
  }
  const block = definition.blocks.find(({ header }) => header!.start === span.start)
  if (block?.isItem) return [{ kind: 'remove-block', block }]
  return removals(definition)
}

function renamed({ path, pairs, blocks }: Definition, project: string): Operation[] {
  return [
    ...pairs.map(({ pair, path: own }): Operation => {
      const key = pair.keys.at(path.length - own.length - 1)!
      return { kind: 'write', span: key.span, text: keyed(project) }
    }),
    ...blocks.map(({ header, path: own, isItem }): Operation => {
      const keys = own
        .with(path.length - 1, project)
        .map(keyed)
        .join('.')
      return { kind: 'write', span: header!, text: isItem ? `[[${keys}]]` : `[${keys}]` }
    }),
  ]
}

function withExtras({ fields }: PoetryDependency, extras: readonly string[]): Operation[] {
  const value = fields.get('extras')
  return value ? [{ kind: 'write', span: value.span, text: `[${extras.map(one => quoted(one)).join(', ')}]` }] : []
}
