import { DEFAULT_CPU_INDEX_URL } from '../../options.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { torchFamily } from '../../torch/family.ts'
import { readTorchIndexUrl } from '../../torch/index-urls.ts'
import type { Selection } from './locks.ts'
import {
  type Asked,
  appliesTo,
  type Needs,
  needsOf,
  nothingNeeded,
  readAsked,
  type TorchNeed,
  torchNeedOf,
} from './needs.ts'
import type { Pyproject } from './pyproject.ts'

/** Who reads a pyproject.toml: pip heeds the tables of no tool, uv those of uv, Poetry its own. */
export type ProjectReader = 'pip' | 'uv' | 'poetry'

/** What is not known, since the build backend says it. */
export const unknownNeeds: Needs = { ...nothingNeeded, complete: false }

/**
 * What a pyproject.toml without a lock file asks for on Linux, and which build of torch its reader takes.
 *
 * uv and Poetry bind to an index only what the project names itself: a source for torch where torch comes with another
 * package alone does nothing, and neither does an explicit index without a source.
 */
export function needsOfProject(pyproject: Pyproject, reader: ProjectReader, selection: Selection): Needs {
  const asked = askedBy(pyproject, reader, selection)
  if (asked === undefined) return unknownNeeds
  const torch = torchNeedOf(asked, [], false)
  return needsOf(asked, reader === 'pip' ? torch : bound(torch, pyproject, reader, selection.python), false)
}

function askedBy(pyproject: Pyproject, reader: ProjectReader, selection: Selection): Asked[] | undefined {
  const { dependencies, poetryDependencies, extras, groups, uvOverrides } = pyproject
  // pip builds the project, which gives what Poetry's own table says; uv reads the standard tables alone.
  const own = reader === 'uv' ? [] : poetryDependencies
  if (dependencies === undefined && own.length === 0) return undefined
  const chosen = (lists: ReadonlyMap<string, readonly string[]>, names: readonly string[] | 'all') =>
    [...lists].flatMap(([name, list]) => (names === 'all' || names.includes(name) ? list : []))
  const texts = [
    ...(dependencies ?? []),
    ...own,
    ...chosen(extras, selection.extras),
    ...(reader === 'uv' ? [...chosen(groups, selection.groups), ...uvOverrides.filter(isOfTorch)] : []),
  ]
  return readAsked(texts, 'pyproject.toml').filter(({ requirement }) => appliesTo(requirement, selection.python))
}

function isOfTorch(requirement: string): boolean {
  return torchFamily.has(canonicalizeName(/^\s*([\w.-]+)/.exec(requirement)?.[1] ?? ''))
}

/** The verdict once the indexes of the project's tool are heeded. */
function bound(torch: TorchNeed, pyproject: Pyproject, reader: 'uv' | 'poetry', python: string): TorchNeed {
  if (torch.state !== 'open') return torch
  const { source } = torch
  const named = namedBy(pyproject, reader, python)
  const sources = reader === 'uv' ? pyproject.uvSources : pyproject.poetrySources
  const everywhere = (reader === 'uv' ? pyproject.uvIndexes : pyproject.poetryIndexes).map(kindOf)
  const kindsFor = (project: string) => [
    ...(named.has(project) ? (sources.get(project) ?? []).map(kindOf) : []),
    ...everywhere,
  ]
  const projects = torch.loose.size === 0 ? ['torch'] : [...torch.loose.keys()]
  const gpu = projects.find(project => kindsFor(project)[0] === 'accelerator')
  if (gpu !== undefined)
    return { state: 'cuda', build: 'gpu', source, because: `${gpu} comes from an index of builds for GPUs` }
  // A pin to a CPU build is only on an index that has it, whatever its name; one that floats needs the index of CPU builds.
  const isBound = (project: string) =>
    torch.loose.size === 0 ? kindsFor(project).length > 0 : kindsFor(project).includes('cpu')
  const loose = new Map([...torch.loose].filter(([project]) => !isBound(project)))
  if (loose.size === 0 && projects.every(isBound)) return { state: 'cpu', source }
  const [first] = loose.keys()
  return first === undefined || loose.has('torch')
    ? torch
    : { ...torch, loose, because: `${first} is not bound to the index of CPU builds as torch is` }
}

function kindOf(url: string): string {
  return readTorchIndexUrl(url, DEFAULT_CPU_INDEX_URL)?.kind ?? 'other'
}

/** What a project names itself, in any of its lists: sources bind wherever it is. */
function namedBy(pyproject: Pyproject, reader: 'uv' | 'poetry', python: string): ReadonlySet<string> {
  const { dependencies, poetryDependencies, extras, groups, uvOverrides } = pyproject
  const texts = [
    ...(dependencies ?? []),
    ...(reader === 'poetry' ? poetryDependencies : uvOverrides),
    ...[...extras.values()].flat(),
    ...[...groups.values()].flat(),
  ]
  const asked = readAsked(texts, '').filter(({ requirement }) => appliesTo(requirement, python))
  return new Set(asked.map(({ requirement }) => requirement.key))
}
