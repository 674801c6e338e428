import { DEFAULT_INDEX_URL } from '../contract/options.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { scriptBlockIn } from '../packaging/script-metadata.ts'
import { fromPoetry } from './python-range.ts'
import { readToml, valueAt } from './toml.ts'

/** The index that a project is bound to: an entry of `[tool.uv.sources]`, or the `source` of a Poetry dependency. */
export interface Source {
  readonly url: string
  /** It counts where this marker holds; undefined: everywhere. */
  readonly marker: string | undefined
  /** The extra, or the group, for which alone it counts. */
  readonly extra: string | undefined
  readonly group: string | undefined
}

/** `[project]` as it is written (PEP 621). */
export interface ProjectTable {
  /** The fields that the file leaves to the build backend. */
  readonly dynamic: readonly string[]
  readonly dependencies: readonly string[]
  /** There is a `dependencies`, if only an empty one. */
  readonly statesDependencies: boolean
  readonly optionalDependencies: ReadonlyMap<string, readonly string[]>
  readonly requiresPython: string | undefined
}

/** What a pyproject.toml says of its groups and of what it names, which its lock file does not. */
export interface ProjectGroups {
  readonly name: string | undefined
  /** The groups that `uv sync` installs unless told otherwise. */
  readonly uvDefaults: readonly string[] | 'all'
  /** The groups that `poetry install` leaves out unless told otherwise. */
  readonly poetryOptional: readonly string[]
  /** Requirements by group; `main` holds those of no group. Entries of Poetry's own tables are names without versions. */
  readonly needs: ReadonlyMap<string, readonly string[]>
}

/** What a pyproject.toml says. */
export interface Pyproject extends ProjectGroups {
  readonly project: ProjectTable | undefined
  /** `requires-python`, else `python` of Poetry, as a specifier. */
  readonly requiresPython: string | undefined
  /** `[project] dependencies`; undefined where the file leaves them to the build backend. */
  readonly dependencies: readonly string[] | undefined
  /** Names of the commands that installing it makes: of `[project.scripts]`, else of `[tool.poetry.scripts]`. */
  readonly scripts: readonly string[]
  /** Files that the build backend reads: README, licences. */
  readonly files: readonly string[]
  /** It says how it is built, so it is a package and not only a list of what is needed. */
  readonly buildable: boolean
  /** The version is read from git. */
  readonly versionFromGit: boolean
  readonly poetry: boolean
  /** Poetry installs what it needs, and not itself. */
  readonly poetryPackage: boolean
  /** `python` of `[tool.poetry.dependencies]`, as a specifier. */
  readonly poetryPython: string | undefined
  /** `[tool.poetry.dependencies]` as requirements; of their versions, only those that are exact. */
  readonly poetryDependencies: readonly string[]
  readonly uv: boolean
  /** The exact release in `[tool.uv] required-version`. */
  readonly uvVersion: string | undefined
  /** Folders of a uv workspace beside this one. */
  readonly workspace: boolean
  /** Patterns of the folders of its members, and of those that are none. */
  readonly workspaceMembers: { readonly members: readonly string[]; readonly exclude: readonly string[] }
  /** `[project.optional-dependencies]`, by their canonical names. */
  readonly extras: ReadonlyMap<string, readonly string[]>
  /** `[dependency-groups]` without what one group includes of another. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** `[tool.uv] override-dependencies`, which take the place of what others ask for. */
  readonly uvOverrides: readonly string[]
  /** By the canonical name of the project. */
  readonly uvSources: ReadonlyMap<string, readonly Source[]>
  readonly poetrySources: ReadonlyMap<string, readonly Source[]>
  /** The indexes that uv asks for every project: those that are not explicit. */
  readonly uvIndexes: readonly string[]
  /** The primary sources of Poetry, which takes the newest release of them all. */
  readonly poetryIndexes: readonly string[]
  /** The sources that Poetry asks only for what no primary one has. */
  readonly poetrySupplements: readonly string[]
  /** `[tool.uv.pip] torch-backend`, which counts in `uv pip` alone. */
  readonly uvPipBackend: string | undefined
}

/** Reads a pyproject.toml; nothing when it is no TOML. */
export async function readPyproject(text: string): Promise<Pyproject | undefined> {
  const document = await readToml(text)
  return document && pyprojectOf(document)
}

/**
 * Reads the metadata that a script has in a comment, from `# /// script` to `# ///` (PyPA: inline script metadata), as the
 * pyproject.toml that would say the same. Undefined: it has none, or it is no TOML.
 */
export async function readScriptMetadata(text: string): Promise<Pyproject | undefined> {
  const block = scriptBlockIn(text)
  const document = block && (await readToml(block.text))
  if (!document) return undefined
  const { dependencies = [], 'requires-python': requiresPython, tool } = document
  return pyprojectOf({ project: { dependencies, 'requires-python': requiresPython }, tool })
}

/** The tables of a pyproject.toml, wherever they stand. */
function pyprojectOf(document: Readonly<Record<string, unknown>>): Pyproject {
  const at = (...keys: string[]) => valueAt(document, ...keys)
  const poetry = at('tool', 'poetry') !== undefined
  const project = at('project') === undefined ? undefined : projectTable(at)
  const poetryPython = pythonOfPoetry(at)
  const scripts = keysOf(at('project', 'scripts'))
  const requires = strings(at('build-system', 'requires')).join(' ')
  return {
    project,
    ...groupsOf(at),
    name: textOf(at('project', 'name')) ?? textOf(at('tool', 'poetry', 'name')),
    requiresPython: project?.requiresPython ?? poetryPython,
    dependencies: project?.dynamic.includes('dependencies') ? undefined : project?.dependencies,
    scripts: scripts.length > 0 ? scripts : keysOf(at('tool', 'poetry', 'scripts')),
    files: filesOf(at),
    buildable: at('build-system') !== undefined,
    versionFromGit:
      /setuptools[-_]scm|hatch-vcs|versioningit|setuptools-git-versioning|dynamic-versioning|versioneer/.test(requires),
    poetry: poetry || /poetry[-_]core/.test(requires),
    poetryPackage: at('tool', 'poetry', 'package-mode') !== false,
    poetryPython,
    poetryDependencies: Object.entries(at('tool', 'poetry', 'dependencies') ?? {}).flatMap(([name, value]) =>
      name === 'python' ? [] : poetryRequirement(name, value),
    ),
    uv: at('tool', 'uv') !== undefined,
    uvVersion: /^==\s*(\d+\.\d+\.\d+)$/.exec(textOf(at('tool', 'uv', 'required-version'))?.trim() ?? '')?.[1],
    workspace: at('tool', 'uv', 'workspace') !== undefined,
    workspaceMembers: {
      members: strings(at('tool', 'uv', 'workspace', 'members')),
      exclude: strings(at('tool', 'uv', 'workspace', 'exclude')),
    },
    extras: byCanonicalName(project?.optionalDependencies ?? new Map()),
    groups: byCanonicalName(listsOf(at('dependency-groups'))),
    uvOverrides: strings(at('tool', 'uv', 'override-dependencies')),
    uvSources: sourcesOf(at('tool', 'uv', 'sources'), 'index', tablesOf(at('tool', 'uv', 'index'))),
    poetrySources: sourcesOf(at('tool', 'poetry', 'dependencies'), 'source', tablesOf(at('tool', 'poetry', 'source'))),
    uvIndexes: [
      ...urlsOf(tablesOf(at('tool', 'uv', 'index')).filter(index => valueAt(index, 'explicit') !== true)),
      ...[at('tool', 'uv', 'index-url'), at('tool', 'uv', 'extra-index-url')].flat().flatMap(url => textOf(url) ?? []),
    ],
    poetryIndexes: poetrySourcesOf(at, /^(?:primary|default)$/),
    poetrySupplements: poetrySourcesOf(at, /^(?:supplemental|secondary)$/),
    uvPipBackend: textOf(at('tool', 'uv', 'pip', 'torch-backend')),
  }
}

function groupsOf(at: At): Omit<ProjectGroups, 'name'> {
  const defaults = at('tool', 'uv', 'default-groups')
  const poetry = entriesOf(at('tool', 'poetry', 'group'))
  const needs = new Map<string, string[]>()
  const add = (group: string, requirements: readonly string[]) => {
    const key = canonicalizeName(group)
    needs.set(key, [...(needs.get(key) ?? []), ...requirements])
  }
  add('main', [
    ...strings(at('project', 'dependencies')),
    ...[...listsOf(at('project', 'optional-dependencies')).values()].flat(),
    ...namesIn(at('tool', 'poetry', 'dependencies')),
  ])
  for (const [group, requirements] of listsOf(at('dependency-groups'))) add(group, requirements)
  for (const [group, table] of poetry) add(group, namesIn(valueAt(table, 'dependencies')))
  if (at('tool', 'poetry', 'dev-dependencies')) add('dev', namesIn(at('tool', 'poetry', 'dev-dependencies')))
  return {
    uvDefaults:
      defaults === 'all' ? 'all' : Array.isArray(defaults) ? strings(defaults).map(canonicalizeName) : ['dev'],
    poetryOptional: poetry
      .filter(([, table]) => valueAt(table, 'optional') === true)
      .map(([group]) => canonicalizeName(group)),
    needs,
  }
}

/** Python is what Poetry calls a dependency too. */
function namesIn(table: unknown): string[] {
  return keysOf(table).filter(name => name.toLowerCase() !== 'python')
}

function projectTable(at: At): ProjectTable {
  return {
    dynamic: strings(at('project', 'dynamic')),
    dependencies: strings(at('project', 'dependencies')),
    statesDependencies: at('project', 'dependencies') !== undefined,
    optionalDependencies: listsOf(at('project', 'optional-dependencies')),
    requiresPython: textOf(at('project', 'requires-python')),
  }
}

/** `torch = "2.13.0+cpu"`, `torch = { url = … }`, or a list of tables, one for each marker. */
function poetryRequirement(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(one => poetryRequirement(name, one))
  const stated = (textOf(value) ?? textOf(valueAt(value, 'version')) ?? '').trim()
  const version = /^(?:==\s*)?(\d[\w.+]*)$/.exec(stated)?.[1]
  const extras = strings(valueAt(value, 'extras'))
  const [url, markers] = [textOf(valueAt(value, 'url')), textOf(valueAt(value, 'markers'))]
  return [
    [
      name,
      extras.length > 0 ? `[${extras}]` : '',
      url === undefined ? (version === undefined ? '' : `==${version}`) : ` @ ${url}`,
      markers === undefined ? '' : ` ; ${markers}`,
    ].join(''),
  ]
}

type At = (...keys: string[]) => unknown

function filesOf(at: At): string[] {
  const readme = at('project', 'readme') ?? at('tool', 'poetry', 'readme')
  const license = at('project', 'license')
  return [
    ...(Array.isArray(readme) ? strings(readme) : [textOf(readme) ?? textOf(valueAt(readme, 'file'))]),
    textOf(valueAt(license, 'file')),
    ...strings(at('project', 'license-files')).filter(file => !/[*?[]/.test(file)),
  ].flatMap(file => file ?? [])
}

/** The sources of each project: `torch = { index = "pytorch-cpu" }`, or a list of such tables. */
function sourcesOf(
  bindings: unknown,
  key: 'index' | 'source',
  indexes: readonly object[],
): ReadonlyMap<string, readonly Source[]> {
  const isNamed = (index: object, name: string) => textOf(valueAt(index, 'name'))?.toLowerCase() === name.toLowerCase()
  return new Map(
    Object.entries(bindings ?? {}).map(([project, source]) => {
      const sources = (Array.isArray(source) ? source : [source]).flatMap(entry => {
        const name = textOf(valueAt(entry, key))
        if (name === undefined) return []
        const url = urlsOf(indexes.filter(index => isNamed(index, name)))[0] ?? publicIndexOfPoetry(name)
        const [marker, extra, group] = ['marker', 'extra', 'group'].map(one => textOf(valueAt(entry, one)))
        return url === undefined ? [] : [{ url, marker: marker ?? textOf(valueAt(entry, 'markers')), extra, group }]
      })
      return [canonicalizeName(project), sources] as const
    }),
  )
}

function pythonOfPoetry(at: At): string | undefined {
  const range = textOf(at('tool', 'poetry', 'dependencies', 'python'))
  return range === undefined ? undefined : fromPoetry(range)
}

/** Poetry calls the public index PyPI, and needs no URL for it. */
function publicIndexOfPoetry(name: string): string | undefined {
  return name.toLowerCase() === 'pypi' ? DEFAULT_INDEX_URL : undefined
}

function poetrySourcesOf(at: At, priority: RegExp): string[] {
  return tablesOf(at('tool', 'poetry', 'source')).flatMap(source => {
    if (!priority.test(textOf(valueAt(source, 'priority')) ?? 'primary')) return []
    return textOf(valueAt(source, 'url')) ?? publicIndexOfPoetry(textOf(valueAt(source, 'name')) ?? '') ?? []
  })
}

function tablesOf(value: unknown): object[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'object' && entry !== null) : []
}

function urlsOf(indexes: readonly object[]): string[] {
  return indexes.flatMap(index => textOf(valueAt(index, 'url')) ?? [])
}

function listsOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(entriesOf(value).map(([name, list]) => [name, strings(list)]))
}

function byCanonicalName<T>(named: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...named].map(([name, value]) => [canonicalizeName(name), value]))
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
}

function keysOf(value: unknown): string[] {
  return entriesOf(value).map(([key]) => key)
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
