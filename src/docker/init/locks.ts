import { DEFAULT_CPU_INDEX_URL } from '../../contract/options.ts'
import { holdsFor } from '../../locks/chosen-marker.ts'
import type { Lock, LockedPackage, Selection as LockSelection } from '../../locks/lock.ts'
import { walk } from '../../locks/walk.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { parseRequirement } from '../../packaging/requirement.ts'
import type { Target } from '../../packaging/target.ts'
import { parseVersion } from '../../packaging/version.ts'
import type { PoetryLock } from '../../project-files/lock-files.ts'
import { cudaOnly, isAcceleratorLabel, torchFamily } from '../../torch/family.ts'
import { readTorchIndexUrl } from '../../torch/index-urls.ts'
import { type Needs, needsOf, type SourcedRequirement, type TorchNeed } from './needs.ts'

/** A package as a lock file has it. */
type Locked = Pick<LockedPackage, 'name' | 'version' | 'source' | 'files' | 'line'>

/** The extras and groups that an installation takes beside what the project itself needs. */
export interface Selection extends LockSelection {
  /** The Python for which markers count. */
  readonly python: string
}

/** What `uv sync` installs by a uv.lock on Linux. */
export function needsOfUvLock(lock: Lock, selection: Selection): Needs {
  const installed = walk(lock, selection, onLinux(selection.python))
  return needsOfLock(
    lock.packages.filter(entry => installed.get(entry.name)?.locked === entry),
    'uv.lock',
  )
}

/** The member of a workspace in a folder, given by its path from the lock file. */
export function memberIn({ roots }: Lock, folder: string): string | undefined {
  return roots.find(root => root.folder === folder)?.name
}

/** Whether a marker holds on Linux, whatever extras are chosen; one that cannot be read does. */
export function isForLinux(marker: string | undefined, python: string): boolean {
  return holdsFor(marker, { extras: new Set(), groups: new Set() }, onLinux(python))
}

function onLinux(python: string): Target {
  return { python, platform: 'linux-x86_64' }
}

/** What `poetry install` installs by a poetry.lock on Linux. */
export function needsOfPoetryLock(lock: PoetryLock, { extras, groups, python }: Selection): Needs {
  const chosenExtras = new Set(extras === 'all' ? [] : extras)
  const installed = lock.packages.filter(({ groups: own, optional, markers }) => {
    if (optional && extras.length === 0) return false
    const chosen = own.filter(group => group === 'main' || groups === 'all' || groups.includes(group))
    const marker = typeof markers === 'string' ? markers : markers?.get(chosen[0] ?? '')
    return chosen.length > 0 && holdsFor(marker, { extras: chosenExtras, groups: new Set(chosen) }, onLinux(python))
  })
  return needsOfLock(
    installed.map(
      ({ name, version, source, files }): Locked => ({
        name,
        version,
        // Poetry names no source for a package of the public index.
        source: { kind: (source?.type ?? 'legacy') === 'legacy' ? 'index' : 'url', at: source?.url ?? '' },
        files,
        line: lock.lines.get(name),
      }),
    ),
    'poetry.lock',
  )
}

function needsOfLock(locked: readonly Locked[], file: string): Needs {
  const asked: SourcedRequirement[] = locked.map(({ name, version, source: { at }, line }) => {
    const requirement = parseRequirement(
      torchFamily.has(name) && parseVersion(version) ? `${name}==${version}` : canonicalizeName(name),
    )
    return {
      requirement: /\.git\b|^git@|^ssh:/.test(at) ? { ...requirement, url: `git+${at}` } : requirement,
      source: line === undefined ? file : `${file}:${line}`,
    }
  })
  const files = locked.map(one => one.files.map(({ filename }) => filename))
  const needs = { ...needsOf(asked, torchOfLock(locked, asked), true), files }
  return locked.some(({ source }) => /^(?:ssh:|git@)/.test(source.at)) ? { ...needs, git: 'ssh' } : needs
}

/** Projects that torch loads: their CUDA builds fail beside a CPU build of torch. */
const loadedIntoTorch = ['torchvision', 'torchaudio']

/** A lock file names the build: by a label, by the index that it comes from, or by what it asks for. */
function torchOfLock(locked: readonly Locked[], asked: readonly SourcedRequirement[]): TorchNeed {
  const builds = locked.filter(({ name }) => name === 'torch')
  const sourceOf = (project: string) => asked.find(({ requirement }) => requirement.key === project)?.source
  const source = sourceOf('torch')
  if (source === undefined || builds.every(build => buildOf(build) === 'unknown')) return { state: 'none' }
  // Without markers, a lock file has the packages of several platforms side by side.
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

function buildOf({ version, source }: Locked): 'cpu' | 'gpu' | 'public' | 'unknown' {
  const label = version.split('+')[1]
  const index = readTorchIndexUrl(source.at, DEFAULT_CPU_INDEX_URL)?.kind
  if (label?.startsWith('cpu') || index === 'cpu' || /\/whl\/cpu\/|(?:%2B|\+)cpu/i.test(source.at)) return 'cpu'
  if (index === 'accelerator' || (label !== undefined && isAcceleratorLabel(label))) return 'gpu'
  return source.kind === 'index' ? 'public' : 'unknown'
}
