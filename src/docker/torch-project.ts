import { posix } from 'node:path'
import { DEFAULT_CPU_INDEX_URL, DEFAULT_INDEX_URL } from '../options.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { isAcceleratorLabel, torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl, sameIndex } from '../torch/index-urls.ts'
import { readToml } from '../workspace/toml.ts'

/** What a project's lock file, or without one its pyproject.toml, says of torch. */
export interface TorchProject {
  /** The file that says it, by its path in the build context. */
  readonly file: string
  /**
   * Which build an install takes: `cpu`; `gpu`, which the file asks for by name; `public`, the one of the public index,
   * which is CUDA on Linux. `unknown`: the file does not tell.
   */
  readonly build: 'cpu' | 'gpu' | 'public' | 'unknown'
  readonly project: string
}

type Table = Readonly<Record<string, unknown>>

/**
 * Reads what a project says of torch. Undefined: it does not name it, or nothing can be read.
 *
 * @param read gives the text of a file of the project
 */
export async function readProject(
  folder: string,
  read: (name: string) => Promise<string | undefined>,
): Promise<TorchProject | undefined> {
  const [uvLock, poetryLock, pyproject] = [
    await read('uv.lock'),
    await read('poetry.lock'),
    await read('pyproject.toml'),
  ]
  for (const [name, text] of [
    ['uv.lock', uvLock],
    ['poetry.lock', poetryLock],
  ] as const) {
    const found = text === undefined ? undefined : fromLock(await toml(text))
    if (found) return { ...found, file: posix.join(folder, name) }
  }
  if (uvLock !== undefined || poetryLock !== undefined || pyproject === undefined) return undefined
  const found = fromProject(await toml(pyproject))
  return found && { ...found, file: posix.join(folder, 'pyproject.toml') }
}

async function toml(text: string): Promise<Table> {
  return (await readToml(text)) ?? {}
}

type Told = Omit<TorchProject, 'file'>

function fromLock(document: Table): Told | undefined {
  const packages = list(document['package'])
    .map(table)
    .filter(({ name }) => typeof name === 'string' && torchFamily.has(canonicalizeName(name)))
  const builds = packages.map(({ name, version, source }) => {
    const { registry, url } = table(source)
    return { project: `${name}`, build: buildOf(`${version}`, text(registry) ?? text(url)) }
  })
  // One lock file serves several platforms: where a CPU build is among them, it is the one for Linux without a GPU.
  return ['cpu', 'gpu', 'unknown', 'public'].flatMap(build => builds.filter(found => found.build === build))[0]
}

function buildOf(version: string, source: string | undefined): TorchProject['build'] {
  const label = version.split('+')[1]
  const index = source === undefined ? undefined : readTorchIndexUrl(source, DEFAULT_CPU_INDEX_URL)?.kind
  if (index === 'cpu' || label?.startsWith('cpu')) return 'cpu'
  if (index === 'accelerator' || (label && isAcceleratorLabel(label))) return 'gpu'
  // A lock of Poetry names no source for what is on the public index.
  return source === undefined || sameIndex(source, DEFAULT_INDEX_URL) ? 'public' : 'unknown'
}

function fromProject(document: Table): Told | undefined {
  const project = table(document['project'])
  const tool = table(document['tool'])
  const poetry = table(tool['poetry'])
  const uv = table(tool['uv'])
  const standard = list(project['dependencies']).flatMap(item => (typeof item === 'string' ? named(item) : []))
  const own = Object.entries(table(poetry['dependencies'])).map(([name, value]) => ({ name, value }))
  const asked = [...standard.map(name => ({ name, value: undefined as unknown })), ...own].find(({ name }) =>
    torchFamily.has(canonicalizeName(name)),
  )
  if (!asked) return undefined
  const urls = new Map<string, string>()
  for (const index of [...list(uv['index']), ...list(poetry['source'])].map(table))
    if (typeof index['name'] === 'string' && typeof index['url'] === 'string') urls.set(index['name'], index['url'])
  const kinds = [...urls.values()].map(url => readTorchIndexUrl(url, DEFAULT_CPU_INDEX_URL)?.kind)
  const stated = text(table(asked.value)['url'])
  const build: TorchProject['build'] =
    kinds.includes('cpu') || /cpu/.test(stated ?? '') || 'torch-backend' in table(uv['pip'])
      ? 'cpu'
      : kinds.includes('accelerator')
        ? 'gpu'
        : urls.size > 0 || stated !== undefined || 'sources' in uv
          ? 'unknown'
          : 'public'
  return { project: canonicalizeName(asked.name), build }
}

/** The name that a requirement begins with. */
function named(requirement: string): string[] {
  const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(requirement)?.[1]
  return name === undefined || requirement.includes(';') ? [] : [name]
}

function table(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
