import { DEFAULT_CPU_INDEX_URL, DEFAULT_INDEX_URL } from '../../contract/options.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import type { Pyproject, Source } from '../../project-files/pyproject.ts'
import { torchFamily } from '../../torch/family.ts'
import { readTorchIndexUrl, sameIndex } from '../../torch/index-urls.ts'
import { isForLinux, type Selection } from './locks.ts'
import {
  appliesTo,
  type Needs,
  needsOf,
  nothingNeeded,
  readAsked,
  type SourcedRequirement,
  type TorchNeed,
  torchNeedOf,
} from './needs.ts'

/** Who reads a pyproject.toml: pip heeds the tables of no tool, uv those of uv, Poetry its own. */
export type ProjectReader = 'pip' | 'uv' | 'poetry'

/** The needs of a project that only its build backend knows. */
export const unknownNeeds: Needs = { ...nothingNeeded, complete: false }

/**
 * What a pyproject.toml without a lock file asks for on Linux, and which build of torch its reader takes.
 *
 * uv and Poetry bind only projects that the pyproject.toml names itself to an index. A source for torch does nothing where only
 * another package brings torch; an explicit index does nothing without a source.
 */
export function needsOfProject(
  pyproject: Pyproject,
  reader: ProjectReader,
  selection: Selection,
  source = 'pyproject.toml',
): Needs {
  const asked = askedBy(pyproject, reader, selection)?.map(one => ({ ...one, source }))
  if (asked === undefined) return unknownNeeds
  const torch = torchNeedOf(asked, [], false)
  return needsOf(asked, reader === 'pip' ? torch : bound(torch, pyproject, reader, selection), false)
}

function askedBy(pyproject: Pyproject, reader: ProjectReader, selection: Selection): SourcedRequirement[] | undefined {
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

/** Which build of torch comes, once the indexes of the project's tool count. */
function bound(torch: TorchNeed, pyproject: Pyproject, reader: 'uv' | 'poetry', selection: Selection): TorchNeed {
  if (torch.state !== 'open') return torch
  const { source } = torch
  const kindsOf = indexKinds(pyproject, reader, selection)
  const projects = torch.loose.size === 0 ? ['torch'] : [...torch.loose.keys()]
  const gpu = projects.find(project => kindsOf(project).kinds[0] === 'accelerator')
  if (gpu !== undefined)
    return { state: 'cuda', build: 'gpu', source, because: `${gpu} comes from an index of builds for GPUs` }
  const isBound = (project: string) => {
    const { kinds, others } = kindsOf(project)
    // Any index that has a pinned CPU build will do; without a pin it has to be the index of CPU builds.
    if (torch.loose.size === 0) return [...kinds, ...others].some(kind => kind !== 'public')
    // uv takes the release of the first index, Poetry the newest of all.
    return reader === 'uv' ? kinds.includes('cpu') : kinds.length > 0 && kinds.every(kind => kind === 'cpu')
  }
  const loose = new Map([...torch.loose].filter(([project]) => !isBound(project)))
  if (loose.size === 0 && projects.every(isBound)) return { state: 'cpu', source }
  const [first] = loose.keys()
  return first === undefined || loose.has('torch')
    ? torch
    : { ...torch, loose, because: `${first} is not bound to the index of CPU builds as torch is` }
}

/**
 * The kinds of the indexes that a project comes from: its own sources where one counts, else the indexes of all projects; the
 * tool asks `others` for projects that these do not have.
 */
function indexKinds(pyproject: Pyproject, reader: 'uv' | 'poetry', selection: Selection) {
  const named = namedBy(pyproject, reader, selection.python)
  const sources = reader === 'uv' ? pyproject.uvSources : pyproject.poetrySources
  const everywhere = (reader === 'uv' ? pyproject.uvIndexes : pyproject.poetryIndexes).map(kindOf)
  const others = reader === 'uv' ? [] : pyproject.poetrySupplements.map(kindOf)
  return (project: string) => {
    const own = named.has(project) ? (sources.get(project) ?? []).filter(one => counts(one, selection)) : []
    return own.length > 0 ? { kinds: own.map(({ url }) => kindOf(url)), others: [] } : { kinds: everywhere, others }
  }
}

/** Whether a source counts on Linux for the extras and groups that are chosen. */
function counts({ marker, extra, group }: Source, { python, extras, groups }: Selection): boolean {
  const isChosen = (name: string | undefined, chosen: readonly string[] | 'all') =>
    name === undefined || chosen === 'all' || chosen.includes(name)
  return isChosen(extra, extras) && isChosen(group, groups) && isForLinux(marker, python)
}

function kindOf(url: string): string {
  return readTorchIndexUrl(url, DEFAULT_CPU_INDEX_URL)?.kind ?? (sameIndex(url, DEFAULT_INDEX_URL) ? 'public' : 'other')
}

/** The projects that a pyproject.toml names in any of its lists: sources bind them everywhere. */
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
