import { DEFAULT_CPU_INDEX_URL } from '../../options.ts'
import { evaluateMarker, parseMarker } from '../../packaging/marker.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { parseRequirement } from '../../packaging/requirement.ts'
import { environmentFor } from '../../packaging/target.ts'
import { parseVersion } from '../../packaging/version.ts'
import { cudaOnly, isAcceleratorLabel, torchFamily } from '../../torch/family.ts'
import { readTorchIndexUrl } from '../../torch/index-urls.ts'
import { readToml } from '../../workspace/toml.ts'
import type { Asked, Needs, TorchNeed } from './needs.ts'
import { needsOf } from './needs.ts'

/** A package as a lock file has it. */
interface Locked {
  readonly name: string
  readonly version: string
  /** Where it comes from: a URL, or empty. */
  readonly origin: string
  /** From an index, and not from a file, a folder or a repository. */
  readonly fromIndex: boolean
}

type Table = Record<string, unknown>

/** A uv.lock or poetry.lock that has been read. */
export interface LockFile {
  readonly packages: readonly Table[]
  /** The first line of each package, by its name as written. */
  readonly lines: ReadonlyMap<string, number>
}

/** Reads a lock file. Undefined: it is no TOML, or locks nothing. */
export async function readLockFile(text: string): Promise<LockFile | undefined> {
  const packages = tables((await readToml(text))?.['package'])
  if (packages.length === 0) return undefined
  const lines = new Map<string, number>()
  for (const [i, line] of text.split('\n').entries()) {
    const name = /^name = "([^"]*)"/.exec(line)?.[1]
    if (name !== undefined && !lines.has(name)) lines.set(name, i + 1)
  }
  return { packages, lines }
}

/** What an installation by a lock file takes beside what the project itself needs. */
export interface Selection {
  readonly extras: readonly string[] | 'all'
  readonly groups: readonly string[] | 'all'
  /** The Python for which markers count. */
  readonly python: string
}

/** What `uv sync` installs by a uv.lock on Linux. */
export function needsOfUvLock(lock: LockFile, selection: Selection): Needs {
  const { packages } = lock
  const byName = new Map<string, Table[]>()
  for (const entry of packages) {
    const name = String(entry['name'])
    const known = byName.get(name)
    if (known) known.push(entry)
    else byName.set(name, [entry])
  }
  const roots = packages.filter(({ source }) => {
    const own = (source ?? {}) as Table
    return own['virtual'] === '.' || own['editable'] === '.' || own['directory'] === '.'
  })
  const reached = new Set<Table>(roots.length > 0 ? [] : packages)
  const queue = [
    ...roots.flatMap(root => edgesOfRoot(root, selection)),
    ...(roots.length > 0 ? [] : packages.flatMap(({ dependencies }) => tables(dependencies))),
  ]
  const extras = new Set(roots.flatMap(root => conflictNames(root, selection)))
  const seen = new Set<string>()
  for (const edge of queue) {
    if (!isForLinux(edge['marker'], selection.python, extras)) continue
    const asked = Array.isArray(edge['extra']) ? edge['extra'].map(String) : []
    const key = JSON.stringify([edge['name'], edge['version'], edge['source'], asked])
    if (seen.has(key)) continue
    seen.add(key)
    for (const entry of byName.get(String(edge['name'])) ?? []) {
      if (!isMeant(edge, entry)) continue
      reached.add(entry)
      const optional = (entry['optional-dependencies'] ?? {}) as Table
      queue.push(...[entry['dependencies'], ...asked.map(extra => optional[extra])].flatMap(tables))
    }
  }
  const locked = packages
    .filter(entry => reached.has(entry))
    .map(entry => {
      const source = (entry['source'] ?? {}) as Table
      return {
        name: String(entry['name']),
        version: String(entry['version'] ?? ''),
        origin: String(
          source['registry'] ?? source['git'] ?? source['url'] ?? source['path'] ?? source['directory'] ?? '',
        ),
        fromIndex: source['registry'] !== undefined,
      }
    })
  return needsOfLock(locked, 'uv.lock', lock.lines)
}

function edgesOfRoot(root: Table, { extras, groups }: Selection): Table[] {
  const chosen = (tableOfLists: unknown, names: readonly string[] | 'all') =>
    Object.entries((tableOfLists ?? {}) as Table).flatMap(([name, edges]) =>
      names === 'all' || names.includes(canonicalizeName(name)) ? tables(edges) : [],
    )
  return [
    ...tables(root['dependencies']),
    ...chosen(root['optional-dependencies'], extras),
    ...chosen(root['dev-dependencies'], groups),
  ]
}

/** The extras by which markers in uv.lock tell extras and groups apart that exclude each other: `extra-3-app-cpu`. */
function conflictNames(root: Table, { extras, groups }: Selection): string[] {
  const name = String(root['name'])
  const named = (kind: string, chosen: readonly string[] | 'all', all: unknown) =>
    (chosen === 'all' ? Object.keys((all ?? {}) as Table) : chosen).map(one => `${kind}-${name.length}-${name}-${one}`)
  return [...named('extra', extras, root['optional-dependencies']), ...named('group', groups, root['dev-dependencies'])]
}

/** Whether an entry is the one that a dependency means: where a name is locked more than once, it says which. */
function isMeant(edge: Table, entry: Table): boolean {
  const same = (key: string) => edge[key] === undefined || JSON.stringify(edge[key]) === JSON.stringify(entry[key])
  return same('version') && same('source')
}

function isForLinux(marker: unknown, python: string, extras?: ReadonlySet<string>): boolean {
  if (typeof marker !== 'string') return true
  try {
    return evaluateMarker(parseMarker(marker), environmentFor({ python, platform: 'linux-x86_64' }), extras)
  } catch {
    return true
  }
}

/** What `poetry install` installs by a poetry.lock on Linux. */
export function needsOfPoetryLock(lock: LockFile, selection: Selection): Needs {
  const { extras, groups } = selection
  const main = lock.packages.filter(({ groups: own, category, optional, markers }) => {
    if (optional === true && extras.length === 0) return false
    const of = Array.isArray(own) ? own.map(String) : [String(category ?? 'main')]
    const chosen = of.filter(group => group === 'main' || groups === 'all' || groups.includes(group))
    const marker = typeof markers === 'object' && markers !== null ? (markers as Table)[chosen[0] ?? ''] : markers
    return chosen.length > 0 && isForLinux(marker, selection.python, new Set(extras === 'all' ? [] : extras))
  })
  const locked = main.map(entry => {
    const source = (entry['source'] ?? {}) as Table
    return {
      name: String(entry['name']),
      version: String(entry['version'] ?? ''),
      origin: String(source['url'] ?? ''),
      // None is named for what is on the public index.
      fromIndex: source['type'] === undefined || source['type'] === 'legacy',
    }
  })
  return needsOfLock(locked, 'poetry.lock', lock.lines)
}

/** The release of Poetry that wrote a lock file. */
export function poetryOfLock(text: string): string | undefined {
  return /^# This file is automatically @?generated by Poetry (\d+\.\d+\.\d+) /.exec(text)?.[1]
}

function needsOfLock(locked: readonly Locked[], file: string, lines: LockFile['lines']): Needs {
  const asked: Asked[] = locked.map(({ name, version, origin }) => {
    const requirement = parseRequirement(
      torchFamily.has(name) && parseVersion(version) ? `${name}==${version}` : canonicalizeName(name),
    )
    const line = lines.get(name) ?? 0
    return {
      requirement: /\.git\b|^git@|^ssh:/.test(origin) ? { ...requirement, url: `git+${origin}` } : requirement,
      source: line > 0 ? `${file}:${line}` : file,
    }
  })
  const needs = needsOf(asked, torchOfLock(locked, asked), true)
  return locked.some(({ origin }) => /^(?:ssh:|git@)/.test(origin)) ? { ...needs, git: 'ssh' } : needs
}

/** Of the torch family, what is loaded into torch: a build for CUDA fails there beside a torch for CPU. */
const loadedIntoTorch = ['torchvision', 'torchaudio']

/** A lock file names the build: by a label, by the index that it comes from, or by what it asks for. */
function torchOfLock(locked: readonly Locked[], asked: readonly Asked[]): TorchNeed {
  const builds = locked.filter(({ name }) => name === 'torch')
  const sourceOf = (project: string) => asked.find(({ requirement }) => requirement.key === project)?.source
  const source = sourceOf('torch')
  if (source === undefined || builds.every(build => buildOf(build) === 'unknown')) return { state: 'none' }
  // The packages of one lock file serve several platforms where no marker tells them apart.
  const kinds = builds.map(buildOf)
  const gpu = builds.find((_, i) => kinds[i] === 'gpu')
  if (gpu && !kinds.includes('cpu'))
    return { state: 'cuda', build: 'gpu', source, because: `torch ${gpu.version} is a build for GPUs` }
  const cuda = asked.find(({ requirement }) => cudaOnly.has(requirement.key) && requirement.key.startsWith('nvidia-'))
  if (cuda)
    return {
      state: 'cuda',
      build: 'public',
      source,
      because: `it locks ${cuda.requirement.name}, which only CUDA builds of torch need`,
    }
  const index = 'an index that has its CUDA builds'
  if (!kinds.includes('cpu')) return { state: 'cuda', build: 'public', source, because: `it locks torch from ${index}` }
  for (const project of loadedIntoTorch) {
    const own = locked.filter(({ name }) => name === project)
    if (own.length > 0 && !own.some(one => buildOf(one) === 'cpu'))
      return {
        state: 'cuda',
        build: 'public',
        source: sourceOf(project) ?? source,
        because: `it locks ${project} from ${index}, which does not load beside a CPU build of torch`,
      }
  }
  return { state: 'cpu', source }
}

function buildOf({ version, origin, fromIndex }: Locked): 'cpu' | 'gpu' | 'public' | 'unknown' {
  const label = version.split('+')[1]
  const index = readTorchIndexUrl(origin, DEFAULT_CPU_INDEX_URL)?.kind
  if (label?.startsWith('cpu') || index === 'cpu' || /\/whl\/cpu\/|(?:%2B|\+)cpu/i.test(origin)) return 'cpu'
  if (index === 'accelerator' || (label !== undefined && isAcceleratorLabel(label))) return 'gpu'
  return fromIndex ? 'public' : 'unknown'
}

function tables(value: unknown): Table[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'object' && entry !== null) : []
}
