import { evaluateMarker } from '../../packaging/marker.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { parseRequirement, type Requirement } from '../../packaging/requirement.ts'
import type { SpecifierSet } from '../../packaging/specifier.ts'
import { environmentFor } from '../../packaging/target.ts'
import { parseVersion } from '../../packaging/version.ts'
import { cudaOnly, isAcceleratorLabel, torchFamily } from '../../torch/family.ts'
import { torchUsers } from '../../torch/torch-users.ts'

/**
 * Whether an image will have torch, and which build. `open`: a CUDA build may come, and naming the CPU index (and a
 * release of what is `loose`) keeps it out; `cuda`: it will come, whatever the Dockerfile says.
 */
export type TorchNeed =
  | { readonly state: 'none' }
  | { readonly state: 'cpu'; readonly source: string }
  | {
      readonly state: 'open'
      readonly source: string
      readonly because: string
      /** Projects of the torch family that are installed and that no line pins to a CPU build; none: only the index is missing. */
      readonly loose: ReadonlyMap<string, readonly SpecifierSet[]>
    }
  | {
      readonly state: 'cuda'
      readonly source: string
      readonly because: string
      /** `gpu`: it is asked for by name; `public`: it is what an index has for Linux. */
      readonly build: 'gpu' | 'public'
    }

/** What is installed into the image. */
export interface Needs {
  /** Each line that asks for something, in its order. */
  readonly asked: readonly SourcedRequirement[]
  /** Canonical names, and where each is asked for. */
  readonly projects: ReadonlyMap<string, string>
  /** Extras asked for, as `fastapi[standard]`. */
  readonly extras: ReadonlySet<string>
  /** Dependencies of dependencies are among the projects. */
  readonly complete: boolean
  readonly torch: TorchNeed
  /** What the lines about torch say of its version. */
  readonly torchVersions: readonly SpecifierSet[]
  /** Something is fetched with git, or over SSH. */
  readonly git: 'none' | 'https' | 'ssh'
  /** The files that a lock file has of each project, by their names; none where nothing is locked. */
  readonly files: readonly (readonly string[])[]
}

export const nothingNeeded: Needs = {
  asked: [],
  projects: new Map(),
  extras: new Set(),
  complete: true,
  torch: { state: 'none' },
  torchVersions: [],
  git: 'none',
  files: [],
}

/** One thing that is asked for, and where. */
export interface SourcedRequirement {
  readonly requirement: Requirement
  readonly source: string
}

/** Reads requirements as pyproject.toml has them; what cannot be read is left out. */
export function readAsked(texts: readonly string[], source: string): SourcedRequirement[] {
  return texts.flatMap(text => {
    try {
      return [{ requirement: parseRequirement(text), source }]
    } catch {
      return []
    }
  })
}

/** Whether a requirement applies on Linux with this Python. */
export function appliesTo({ marker }: Pick<Requirement, 'marker'>, python: string): boolean {
  return marker === undefined || evaluateMarker(marker, environmentFor({ python, platform: 'linux-x86_64' }))
}

/** How a requirement on a project of the torch family chooses its build. */
function buildOf({ specifier, url }: Requirement): 'cpu' | 'cuda' | 'open' {
  if (url !== undefined)
    return /(?:\+|%2b)cpu|\/whl\/cpu\//i.test(url) ? 'cpu' : /cu\d{2,3}|rocm/i.test(url) ? 'cuda' : 'open'
  const labels = specifier.clauses.flatMap(({ operator, version }) =>
    operator.startsWith('==') ? (parseVersion(version)?.local ?? []) : [],
  )
  if (labels.includes('cpu')) return 'cpu'
  return labels.some(isAcceleratorLabel) ? 'cuda' : 'open'
}

/**
 * What a list of requirements says of torch.
 *
 * @param constraints what further lines say of the same projects
 * @param indexed the CPU index is named beside them
 */
export function torchNeedOf(
  asked: readonly SourcedRequirement[],
  constraints: readonly SourcedRequirement[],
  indexed: boolean,
): TorchNeed {
  const family = asked.filter(({ requirement }) => torchFamily.has(requirement.key))
  const users = asked.filter(({ requirement }) => torchUsers.has(requirement.key))
  const first = family[0] ?? users[0]
  if (!first) return { state: 'none' }
  const cuda = asked.find(({ requirement }) =>
    torchFamily.has(requirement.key) ? buildOf(requirement) === 'cuda' : cudaOnly.has(requirement.key),
  )
  if (cuda) return { state: 'cuda', build: 'gpu', source: cuda.source, because: `${cuda.requirement.name} is for CUDA` }
  const lines = [...family, ...constraints.filter(({ requirement }) => torchFamily.has(requirement.key))]
  const pinned = new Set(lines.flatMap(({ requirement }) => (buildOf(requirement) === 'cpu' ? requirement.key : [])))
  const installed = new Set([
    'torch',
    ...family.map(({ requirement }) => requirement.key),
    ...users.flatMap(({ requirement }) => torchUsers.get(requirement.key)!),
  ])
  const loose = new Map(
    [...installed]
      .filter(project => !pinned.has(project))
      .map(project => [
        project,
        lines.flatMap(({ requirement }) => (requirement.key === project ? [requirement.specifier] : [])),
      ]),
  )
  const byUrl = family.length > 0 && family.every(({ requirement }) => requirement.url !== undefined)
  if (loose.size === 0 && (indexed || byUrl)) return { state: 'cpu', source: first.source }
  const [project] = loose.keys()
  const line = family.find(({ requirement }) => requirement.key === project)
  const user = users.find(
    ({ requirement }) => project === 'torch' || torchUsers.get(requirement.key)!.includes(project!),
  )
  const because =
    project === undefined
      ? 'no line names the index of CPU builds'
      : line || !user
        ? `${project} is not pinned to a CPU build`
        : `${user.requirement.name} brings ${project}, which no line pins to a CPU build`
  return { state: 'open', source: (line ?? user ?? first).source, because, loose }
}

/** The needs of a list of requirements, each with where it stands. */
export function needsOf(
  asked: readonly SourcedRequirement[],
  torch: TorchNeed,
  complete: boolean,
  links: readonly string[] = [],
): Needs {
  const urls = [...links, ...asked.flatMap(({ requirement }) => requirement.url ?? [])]
  return {
    asked,
    projects: new Map(asked.map(({ requirement, source }) => [requirement.key, source])),
    extras: new Set(
      asked.flatMap(({ requirement }) =>
        requirement.extras.map(extra => `${requirement.key}[${canonicalizeName(extra)}]`),
      ),
    ),
    complete,
    torch,
    torchVersions: asked.flatMap(({ requirement }) => (requirement.key === 'torch' ? [requirement.specifier] : [])),
    git: urls.some(url => /^git\+(?:ssh:|git@)/.test(url))
      ? 'ssh'
      : urls.some(url => url.startsWith('git+'))
        ? 'https'
        : 'none',
    files: [],
  }
}
