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
  /** The names in `[tool.poetry.dependencies]`. */
  readonly poetryDependencies: readonly string[]
  readonly uv: boolean
  /** The exact release in `[tool.uv] required-version`. */
  readonly uvVersion: string | undefined
  /** Folders of a uv workspace beside this one. */
  readonly workspace: boolean
  /** uv is told to take torch from a CPU index. */
  readonly uvTorchIndex: string | undefined
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
    poetryDependencies: keysOf(at('tool', 'poetry', 'dependencies')).filter(name => name !== 'python'),
    uv: at('tool', 'uv') !== undefined,
    uvVersion: /^==\s*(\d+\.\d+\.\d+)$/.exec(textOf(at('tool', 'uv', 'required-version'))?.trim() ?? '')?.[1],
    workspace: at('tool', 'uv', 'workspace') !== undefined,
    uvTorchIndex: torchIndex(at),
  }
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

/** The URL of the index that `[tool.uv.sources]` takes torch from. */
function torchIndex(at: At): string | undefined {
  const source = at('tool', 'uv', 'sources', 'torch')
  const names = (Array.isArray(source) ? source : [source]).map(entry => textOf(valueAt(entry, 'index')))
  const indexes = at('tool', 'uv', 'index')
  const urls = (Array.isArray(indexes) ? indexes : [])
    .filter(index => names.includes(textOf(valueAt(index, 'name')) ?? ''))
    .map(index => textOf(valueAt(index, 'url')))
  return urls.find(url => url !== undefined)
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
