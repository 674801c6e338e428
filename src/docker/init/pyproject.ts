import { canonicalizeName } from '../../packaging/names.ts'
import { readToml, valueAt } from '../../workspace/toml.ts'

/** What a pyproject.toml says that matters to an image. */
export interface Pyproject {
  readonly name: string | undefined
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
  /** `[tool.poetry.dependencies]` as requirements; of their versions, only those that are exact. */
  readonly poetryDependencies: readonly string[]
  readonly uv: boolean
  /** The exact release in `[tool.uv] required-version`. */
  readonly uvVersion: string | undefined
  /** Folders of a uv workspace beside this one. */
  readonly workspace: boolean
  /** `[project.optional-dependencies]`, by their canonical names. */
  readonly extras: ReadonlyMap<string, readonly string[]>
  /** `[dependency-groups]` without what one group includes of another. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** `[tool.uv] override-dependencies`, which take the place of what others ask for. */
  readonly uvOverrides: readonly string[]
  /** The index that a project is taken from by `[tool.uv.sources]` or the `source` of a Poetry dependency. */
  readonly uvSources: ReadonlyMap<string, readonly string[]>
  readonly poetrySources: ReadonlyMap<string, readonly string[]>
  /** The indexes that uv, or Poetry, asks for every project: those that are not explicit. */
  readonly uvIndexes: readonly string[]
  readonly poetryIndexes: readonly string[]
  /** `[tool.uv.pip] torch-backend`, which counts in `uv pip` alone. */
  readonly uvPipBackend: string | undefined
}

/** Reads a pyproject.toml; nothing when it is no TOML. */
export async function readPyproject(text: string): Promise<Pyproject | undefined> {
  const document = await readToml(text)
  if (!document) return undefined
  const at = (...keys: string[]) => valueAt(document, ...keys)
  const poetry = at('tool', 'poetry') !== undefined
  const dynamic = strings(at('project', 'dynamic'))
  const scripts = keysOf(at('project', 'scripts'))
  const requires = strings(at('build-system', 'requires')).join(' ')
  return {
    name: textOf(at('project', 'name')) ?? textOf(at('tool', 'poetry', 'name')),
    requiresPython: textOf(at('project', 'requires-python')),
    dependencies:
      at('project') === undefined || dynamic.includes('dependencies')
        ? undefined
        : strings(at('project', 'dependencies')),
    scripts: scripts.length > 0 ? scripts : keysOf(at('tool', 'poetry', 'scripts')),
    files: filesOf(at),
    buildable: at('build-system') !== undefined,
    versionFromGit:
      /setuptools[-_]scm|hatch-vcs|versioningit|setuptools-git-versioning|dynamic-versioning|versioneer/.test(requires),
    poetry: poetry || /poetry[-_]core/.test(requires),
    poetryPackage: at('tool', 'poetry', 'package-mode') !== false,
    poetryDependencies: Object.entries(at('tool', 'poetry', 'dependencies') ?? {}).flatMap(([name, value]) =>
      name === 'python' ? [] : poetryRequirement(name, value),
    ),
    uv: at('tool', 'uv') !== undefined,
    uvVersion: /^==\s*(\d+\.\d+\.\d+)$/.exec(textOf(at('tool', 'uv', 'required-version'))?.trim() ?? '')?.[1],
    workspace: at('tool', 'uv', 'workspace') !== undefined,
    extras: listsOf(at('project', 'optional-dependencies')),
    groups: listsOf(at('dependency-groups')),
    uvOverrides: strings(at('tool', 'uv', 'override-dependencies')),
    uvSources: sourcesOf(at('tool', 'uv', 'sources'), 'index', tablesOf(at('tool', 'uv', 'index'))),
    poetrySources: sourcesOf(at('tool', 'poetry', 'dependencies'), 'source', tablesOf(at('tool', 'poetry', 'source'))),
    uvIndexes: [
      ...urlsOf(tablesOf(at('tool', 'uv', 'index')).filter(index => valueAt(index, 'explicit') !== true)),
      ...[at('tool', 'uv', 'index-url'), at('tool', 'uv', 'extra-index-url')].flat().flatMap(url => textOf(url) ?? []),
    ],
    poetryIndexes: urlsOf(
      tablesOf(at('tool', 'poetry', 'source')).filter(index => valueAt(index, 'priority') !== 'explicit'),
    ),
    uvPipBackend: textOf(at('tool', 'uv', 'pip', 'torch-backend')),
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

/** The URLs of the indexes that projects are bound to: `torch = { index = "pytorch-cpu" }`, or a list of such tables. */
function sourcesOf(bindings: unknown, key: string, indexes: readonly object[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(bindings ?? {}).map(([project, source]) => {
      const names = (Array.isArray(source) ? source : [source]).map(entry => textOf(valueAt(entry, key)))
      return [
        canonicalizeName(project),
        urlsOf(indexes.filter(index => names.includes(textOf(valueAt(index, 'name')) ?? ''))),
      ] as const
    }),
  )
}

function tablesOf(value: unknown): object[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'object' && entry !== null) : []
}

function urlsOf(indexes: readonly object[]): string[] {
  return indexes.flatMap(index => textOf(valueAt(index, 'url')) ?? [])
}

function listsOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(
    keysOf(value).map(name => [canonicalizeName(name), strings((value as Record<string, unknown>)[name])] as const),
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
