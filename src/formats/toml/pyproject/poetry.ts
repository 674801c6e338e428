import { DEFAULT_INDEX_URL } from '../../../contract/options.ts'
import { canonicalizeName } from '../../../packaging/names.ts'
import type { Span } from '../../../text/edits.ts'
import type { EntryPlace, ProjectEntry, ProjectIndex, ProjectSource, SourceEntry } from '../../project-manifest.ts'
import type { Value } from '../toml-document.ts'
import { type Fields, fieldsIn, fieldsOf, textIn } from '../toml-fields.ts'
import { type Definition, definitionsBelow, type PlacedDocument, partsBelow } from '../toml-places.ts'
import type { Alternative } from './poetry-bound.ts'
import { specifierOf } from './poetry-constraint.ts'
import { type ProjectDocument, placesOf } from './project-document.ts'
import { projectOf } from './says.ts'

export const poetrySourceTable = ['tool', 'poetry', 'source']

/** A table of dependencies of Poetry's. */
interface PoetryTable {
  readonly path: readonly string[]
  readonly where: EntryPlace
  /** What a file says below it. */
  readonly within: PlacedDocument
}

/** The tables in which a file states dependencies for Poetry. */
function poetryTables(document: ProjectDocument): PoetryTable[] {
  const groups = [...partsBelow(document, ['tool', 'poetry', 'group'])].map(([name, within]): PoetryTable => {
    const path = ['tool', 'poetry', 'group', name, 'dependencies']
    return { path, where: { table: 'group', name }, within }
  })
  return [
    { path: ['tool', 'poetry', 'dependencies'], where: { table: 'dependencies' }, within: document },
    { path: ['tool', 'poetry', 'dev-dependencies'], where: { table: 'group', name: 'dev' }, within: document },
    ...groups,
  ]
}

/** A dependency of Poetry's: one of the alternatives that its definition has. */
export interface PoetryDependency {
  readonly definition: Definition
  readonly where: EntryPlace
  readonly project: string
  readonly span: Span
  /** The string that is its constraint; undefined: it has none. */
  readonly constraint: Value | undefined
  /** None where it is a plain constraint. */
  readonly fields: Fields
}

export function poetryDependencies(document: ProjectDocument): PoetryDependency[] {
  return poetryTables(document).flatMap(({ path, where, within }) =>
    definitionsBelow(within, path).flatMap(definition => {
      const project = canonicalizeName(definition.name)
      if (project === 'python') return []
      return alternativesOf(definition).map(one => ({ definition, where, project, ...one }))
    }),
  )
}

function alternativesOf(definition: Definition): Pick<PoetryDependency, 'span' | 'constraint' | 'fields'>[] {
  const { path, pairs, blocks } = definition
  const [first] = pairs
  const value = first?.path.length === path.length ? first.pair.value : undefined
  if (first && value?.kind === 'string') return [{ span: first.pair.span, constraint: value, fields: new Map() }]
  const { entries, isTable } = fieldsOf(definition)
  return entries.map((fields, i) => {
    const block = blocks[i]
    const item = !isTable && value?.kind === 'array' ? value.items[i] : undefined
    const last = block?.pairs.at(-1)
    const ofBlock = block && { start: block.header!.start, end: (last?.span ?? block.header!).end }
    return { span: item?.span ?? first?.pair.span ?? ofBlock!, constraint: fields.get('version'), fields }
  })
}

/** The requirements that a file states for Poetry. */
export function poetryEntries(document: ProjectDocument): ProjectEntry[] {
  return poetryDependencies(document).map(dependency => ({
    at: document.inFile(dependency.span),
    line: document.lineOf(dependency.span),
    text: requirementOf(dependency),
    where: dependency.where,
    ignoredByComment: placesOf(document, dependency.definition).ignoredByComment,
  }))
}

function requirementOf({ definition, constraint, fields }: PoetryDependency): string | undefined {
  if (['git', 'path', 'file'].some(key => fields.has(key))) return undefined
  const specifier = constraint?.kind === 'string' ? specifierOf(constraint.text) : ''
  if (specifier === undefined) return undefined
  const list = fields.get('extras')
  const extras =
    list?.kind === 'array' ? list.items.flatMap(({ value }) => (value.kind === 'string' ? value.text : [])) : []
  const [url, marker] = [textIn(fields, 'url'), textIn(fields, 'markers')]
  return [
    definition.name,
    extras.length > 0 ? `[${extras}]` : '',
    url === undefined ? specifier : ` @ ${url}`,
    marker === undefined ? '' : ` ; ${marker}`,
  ].join('')
}

/** What a list of `[project]` or of `[dependency-groups]` asks for, and the table of Poetry's that may add to it. */
export interface Listed {
  readonly project: string
  readonly span: Span
  readonly table: readonly string[]
}

/** Where the lists of `[project]` and `[dependency-groups]` ask for a project. */
export function listedForPoetry({ pairs }: ProjectDocument, project: string): Listed[] {
  return pairs.flatMap(({ path, pair: { value } }) => {
    const table = value.kind === 'array' ? tableBeside(path) : undefined
    if (value.kind !== 'array' || !table) return []
    return value.items.flatMap(({ value: item }) =>
      item.kind === 'string' && projectOf(item.text) === project ? [{ project, span: item.span, table }] : [],
    )
  })
}

/** The table of Poetry's beside the list at a path. */
function tableBeside(path: readonly string[]): readonly string[] | undefined {
  const [first, second] = path
  if (first === 'dependency-groups' && path.length === 2) return ['tool', 'poetry', 'group', second!, 'dependencies']
  const isOfProject = first === 'project' && (second === 'dependencies' || second === 'optional-dependencies')
  return isOfProject ? ['tool', 'poetry', 'dependencies'] : undefined
}

/** The first of what is listed for each table that does not say more about it. */
export function addedTo(listed: readonly Listed[], dependencies: readonly PoetryDependency[]): Listed[] {
  const isSame = (path: readonly string[], table: readonly string[]) =>
    path.length === table.length + 1 && table.every((name, i) => path[i] === name)
  const missing = listed.filter(
    ({ table, project }) =>
      !dependencies.some(({ definition: { path }, project: other }) => other === project && isSame(path, table)),
  )
  return [...new Map(missing.toReversed().map(one => [one.table.join('.'), one])).values()].toReversed()
}

/**
 * The `source` of each dependency that has one, and where else dependencies come from. Of a project with any, all dependencies
 * and alternatives are there: Poetry wants one source of a project for all groups.
 */
export function poetrySources(document: ProjectDocument): ProjectSource[] {
  const all = poetryDependencies(document)
  const placed = new Set(all.filter(({ fields }) => kindOf(fields)).map(({ project }) => project))
  const own = [...byDefinition(all)].flatMap(([definition, dependencies]): ProjectSource[] => {
    const { project } = dependencies[0]!
    const entries = dependencies.map(sourceOf)
    const isTable = dependencies.length === 1
    return placed.has(project) ? [{ ...placesOf(document, definition), project, entries, isTable }] : []
  })
  const listed = [...placed].flatMap(project => addedTo(listedForPoetry(document, project), all))
  return [
    ...own,
    ...listed.map(({ project, span }): ProjectSource => {
      const [at, line] = [document.inFile(span), document.lineOf(span)]
      return { at, line, ignoredByComment: false, project, entries: [{ kind: 'index' }], isTable: true }
    }),
  ]
}

export function byDefinition(dependencies: readonly PoetryDependency[]): Map<Definition, PoetryDependency[]> {
  const found = new Map<Definition, PoetryDependency[]>()
  for (const dependency of dependencies) {
    const known = found.get(dependency.definition)
    if (known) known.push(dependency)
    else found.set(dependency.definition, [dependency])
  }
  return found
}

const kinds = { source: 'index', git: 'git', url: 'url', path: 'path', file: 'path' } as const

function kindOf(fields: Fields): keyof typeof kinds | undefined {
  return (['source', 'git', 'url', 'path', 'file'] as const).find(name => fields.has(name))
}

function sourceOf(dependency: PoetryDependency): SourceEntry {
  return { kind: kinds[kindOf(dependency.fields) ?? 'source'], ...alternativeOf(dependency) }
}

/** The source that a dependency names, and its marker. */
export function alternativeOf({ fields }: PoetryDependency): Alternative {
  const [index, marker] = [textIn(fields, 'source'), textIn(fields, 'markers')]
  return { ...(index !== undefined && { index }), ...(marker !== undefined && { marker }) }
}

/** `[[tool.poetry.source]]` */
export function poetryIndexes(document: ProjectDocument): ProjectIndex[] {
  return fieldsIn(document, poetrySourceTable).flatMap(({ span, fields }): ProjectIndex[] => {
    const name = textIn(fields, 'name')
    const url = textIn(fields, 'url') ?? (name?.toLowerCase() === 'pypi' ? DEFAULT_INDEX_URL : undefined)
    if (url === undefined) return []
    const priority = textIn(fields, 'priority') ?? 'primary'
    return [
      {
        at: document.inFile(span),
        line: document.lineOf(span),
        name,
        url,
        explicit: priority === 'explicit',
        isDefault: priority === 'default',
        priority,
        setting: 'source',
        ignoredByComment: [span, ...[...fields.values()].map(({ span }) => span)].some(document.isKept),
      },
    ]
  })
}
