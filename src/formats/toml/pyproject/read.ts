import { canonicalizeName } from '../../../packaging/names.ts'
import type {
  EntryPlace,
  ProjectEntry,
  ProjectIndex,
  ProjectSource,
  PyprojectManifest,
  SourceEntry,
} from '../../project-manifest.ts'
import type { Value } from '../toml-document.ts'
import { fieldsIn, fieldsOf, isTrue, textIn } from '../toml-fields.ts'
import { definitionsBelow, valueAtPath } from '../toml-places.ts'
import { poetryEntries, poetryIndexes, poetrySources } from './poetry.ts'
import { type ProjectDocument, placesOf } from './project-document.ts'

/** What a file says; how its characters are written is left out. */
export function manifestOf(source: string, document: ProjectDocument): Omit<PyprojectManifest, 'encoding'> {
  const isPoetry = document.syntax === 'poetry'
  return {
    source,
    syntax: document.syntax,
    entries: [...listedEntries(document), ...(isPoetry ? poetryEntries(document) : [])],
    indexes: isPoetry ? poetryIndexes(document) : uvIndexes(document),
    sources: isPoetry ? poetrySources(document) : uvSources(document),
    conflicts: valueAtPath(document, ['tool', 'uv', 'conflicts']) !== undefined,
  }
}

/** The requirements that a file states in lists of strings (PEP 508), by the tables of the standards and of uv. */
function listedEntries(document: ProjectDocument): ProjectEntry[] {
  return document.pairs.flatMap(({ path, pair: { value } }) => {
    const where = placeOf(path, document)
    if (!where || value.kind !== 'array') return []
    return value.items.flatMap(({ value: item }) => (item.kind === 'string' ? [entryOf(document, item, where)] : []))
  })
}

function entryOf(document: ProjectDocument, item: Extract<Value, { kind: 'string' }>, where: EntryPlace): ProjectEntry {
  return {
    at: document.inFile(item.span),
    line: document.lineOf(item.span),
    text: item.text,
    where,
    ignoredByComment: document.isKept(item.span),
  }
}

const uvTables = [
  'dev-dependencies',
  'constraint-dependencies',
  'override-dependencies',
  'build-constraint-dependencies',
] as const

/** What the list at a path states. */
function placeOf(path: readonly string[], { syntax }: ProjectDocument): EntryPlace | undefined {
  const [first, second, third] = path
  if (path.length === 1) return syntax === 'script' && first === 'dependencies' ? { table: first } : undefined
  if (path.length === 3 && first === 'tool' && second === 'uv' && syntax !== 'poetry') {
    const table = uvTables.find(name => name === third)
    return table && { table }
  }
  if (syntax === 'script') return undefined
  if (path.length === 2 && first === 'dependency-groups') return { table: 'group', name: second! }
  if (first !== 'project') return undefined
  if (path.length === 2 && second === 'dependencies') return { table: second }
  return path.length === 3 && second === 'optional-dependencies' ? { table: 'extra', name: third! } : undefined
}

/** The indexes of uv: `[[tool.uv.index]]`, and the settings that it had before. */
function uvIndexes(document: ProjectDocument): ProjectIndex[] {
  const settings = ['index-url', 'extra-index-url', 'find-links'] as const
  const older = settings.flatMap(setting => {
    const value = valueAtPath(document, ['tool', 'uv', setting])
    const urls = value?.kind === 'array' ? value.items.map(({ value }) => value) : value ? [value] : []
    return urls.flatMap((url): ProjectIndex[] =>
      url.kind === 'string'
        ? [
            {
              at: document.inFile(url.span),
              line: document.lineOf(url.span),
              name: undefined,
              url: url.text,
              explicit: false,
              isDefault: setting === 'index-url',
              setting,
              ignoredByComment: document.isKept(url.span),
            },
          ]
        : [],
    )
  })
  const tables = fieldsIn(document, ['tool', 'uv', 'index']).flatMap(({ span, fields }): ProjectIndex[] => {
    const url = textIn(fields, 'url')
    if (url === undefined) return []
    return [
      {
        at: document.inFile(span),
        line: document.lineOf(span),
        name: textIn(fields, 'name'),
        url,
        explicit: isTrue(fields, 'explicit'),
        isDefault: isTrue(fields, 'default'),
        setting: 'index',
        ignoredByComment: [span, ...[...fields.values()].map(({ span }) => span)].some(document.isKept),
      },
    ]
  })
  return [...tables, ...older]
}

/** `[tool.uv.sources]`, in all its forms. */
function uvSources(document: ProjectDocument): ProjectSource[] {
  return definitionsBelow(document, ['tool', 'uv', 'sources']).map(definition => {
    const { entries, isTable } = fieldsOf(definition)
    return {
      ...placesOf(document, definition),
      project: canonicalizeName(definition.name),
      entries: entries.flatMap(fields => sourceOf(fields) ?? []),
      isTable,
    }
  })
}

const kinds = ['index', 'git', 'url', 'path', 'workspace'] as const

function sourceOf(fields: ReadonlyMap<string, Value>): SourceEntry | undefined {
  const kind = kinds.find(name => fields.has(name))
  if (!kind) return undefined
  const [index, marker, extra, group] = ['index', 'marker', 'extra', 'group'].map(name => textIn(fields, name))
  return {
    kind,
    ...placeFor(fields),
    ...(index !== undefined && { index }),
    ...(marker !== undefined && { marker }),
    ...(extra !== undefined && { extra }),
    ...(group !== undefined && { group }),
  }
}

function placeFor(fields: ReadonlyMap<string, Value>): Pick<SourceEntry, 'place'> {
  const [git, url, path] = ['git', 'url', 'path'].map(name => textIn(fields, name))
  const revision = ['rev', 'tag', 'branch'].flatMap(name => textIn(fields, name) ?? [])[0]
  if (git !== undefined) return { place: `git+${git}${revision === undefined ? '' : `@${revision}`}` }
  const place = url ?? path
  return place === undefined ? {} : { place }
}
