import type { Decision, ExplicitIndex, ProjectDecision } from '../formats/decision.ts'
import type { ProjectIndex, ProjectSource, PyprojectManifest } from '../formats/project-manifest.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { isBoundOffMac } from '../formats/toml/pyproject/poetry-bound.ts'
import { projectOf } from '../formats/toml/pyproject/says.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { cpuOnPublicIndex, torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl, sameIndex } from '../torch/index-urls.ts'
import type { RequirementLine, RequirementLines } from '../torch/lines.ts'
import { decisionWithoutPin } from './lines.ts'

/** A file of a project, with its entries as lines: see `entriesAsFiles`. */
export interface ProjectManifest {
  readonly manifest: PyprojectManifest
  readonly files: readonly RequirementsFile[]
}

/** A project that one lock file locks. */
export interface ManifestsOfProject<M extends ProjectManifest> {
  readonly root: M
  readonly members: readonly M[]
  readonly lines: RequirementLines
}

/** How a project resolves once it is CPU-only. */
export interface ProjectVersions {
  /** The install after the change, on all targets. */
  readonly resolution: Resolution
  /** Projects of the torch family that the lock holds, whatever selects them, without those that come from the public index. */
  readonly locked: ReadonlySet<string>
}

/** What is decided about a file of a project. */
export interface ManifestDecisions<M extends ProjectManifest = ProjectManifest> {
  readonly of: M
  readonly decisions: readonly (Decision | ProjectDecision)[]
}

/** The decisions about a project, and what is left for a person to decide. */
export interface ProjectDecisions<M extends ProjectManifest> {
  readonly files: readonly ManifestDecisions<M>[]
  /** The projects that then come from the CPU index. */
  readonly bound: readonly string[]
  /** Sources that stay although they lead elsewhere, and why. */
  readonly left: readonly LeftSource[]
}

/** A source that is not changed. */
export interface LeftSource {
  readonly of: ProjectManifest
  readonly source: ProjectSource
  readonly because: 'comment' | 'place' | 'choice'
}

/** The group of the projects that no table names: a source binds only what is named. */
export const ANCHOR = 'cpu-torch'

const INDEX = 'pytorch-cpu'

/** Why an index is added. */
const BESIDE_OTHERS = 'it has the CPU builds; being explicit, it serves only what a source binds to it'

/**
 * Decides what the files of a CPU-only project say: an explicit index, a source for each project of the torch
 * family, and an entry for those that only others bring in. Versions stay: the lock pins. Pure.
 *
 * @param cpuIndexUrl without credentials
 */
export function decideProject<M extends ProjectManifest>(
  { root, members, lines }: ManifestsOfProject<M>,
  versions: ProjectVersions,
  cpuIndexUrl: string,
): ProjectDecisions<M> {
  const all = [root, ...members]
  const family = familyOf(versions).filter(project => !isKept(project, lines))
  const left = leftSources(all, family)
  const isLeft = (of: ProjectManifest, project: string) =>
    left.some(one => one.of === of && one.source.project === project)
  const bound = family.filter(project => !isLeft(root, project))
  const isForRoot = (project: string) =>
    hasSource(root, project) ||
    !members.some(one => hasSource(one, project)) ||
    asksFor(
      all.filter(one => !hasSource(one, project)),
      project,
      lines,
    )
  const index = cpuIndexIn(root.manifest, cpuIndexUrl)
  const indexName = index?.name ?? freeName(root.manifest)
  const named = new Set(all.flatMap(of => [...namedIn(of.files, lines), ...overridden(of)]))
  const anchored = bound.filter(project => !named.has(project))
  const decided = all.map((of): ManifestDecisions<M> => {
    const entries = entryDecisions(of, lines)
    const own = of === root ? bound.filter(isForRoot) : sourcesOfFamily(of).filter(project => !isLeft(of, project))
    const unbound = own.filter(project => !isBound(of.manifest, project, indexName))
    return {
      of,
      decisions: [
        ...(of === root && anchored.length > 0
          ? [
              {
                kind: 'anchor',
                group: ANCHOR,
                projects: anchored,
                reason: `${of.manifest.syntax === 'script' ? 'the script' : `the group ${ANCHOR}`} has to name it, since a source binds only what is named`,
              } as const,
            ]
          : []),
        ...(of === root && bound.length > 0 && index === undefined
          ? [explicitIndex(of.manifest, indexName, cpuIndexUrl)]
          : []),
        ...unbound.map(
          project =>
            ({ kind: 'bind', project, index: indexName, reason: bindReason(of.manifest, project, indexName) }) as const,
        ),
        ...entries,
        ...withoutEntries(of, entries, lines).map(
          project => ({ kind: 'unbind', project, reason: 'nothing asks for it any more' }) as const,
        ),
      ],
    }
  })
  return { files: withoutCudaIndexes(decided, cpuIndexUrl), bound, left }
}

/** It replaces the index of CUDA builds if there is exactly one. */
function explicitIndex({ indexes }: PyprojectManifest, name: string, url: string): ExplicitIndex {
  const cuda = indexes.filter(index => index.setting === 'index' && index.name !== undefined && isOfCuda(index, url))
  const inPlaceOf = cuda.length === 1 ? cuda[0]!.at : undefined
  const reason = inPlaceOf ? 'it has the CPU builds, and takes the place of an index of CUDA builds' : BESIDE_OTHERS
  return { kind: 'name-explicit-index', name, url, inPlaceOf, reason }
}

function isOfCuda({ url, ignoredByComment }: ProjectIndex, cpuIndexUrl: string): boolean {
  return !ignoredByComment && readTorchIndexUrl(url, cpuIndexUrl)?.kind === 'accelerator'
}

/** In the order of the family: torch first. */
function familyOf({ resolution, locked }: ProjectVersions): string[] {
  return [...torchFamily].filter(project => isServed(project, resolution) || locked.has(project))
}

/** A project that the CPU index lacks comes from the public index, if it may. */
function isServed(project: string, resolution: Resolution): boolean {
  const builds = resolution.get(project)?.builds ?? []
  return builds.length > 0 && !(cpuOnPublicIndex.has(project) && builds.every(({ version }) => !version.local))
}

export function namedIn(files: readonly RequirementsFile[], { requirements, direct }: RequirementLines): string[] {
  const isHere = ({ file }: { readonly file: RequirementsFile }) => files.includes(file)
  return [
    ...requirements.filter(isHere).map(line => line.cpuRequirement.key),
    ...direct.filter(isHere).flatMap(({ project }) => project ?? []),
  ]
}

const hasSource = ({ manifest: { sources } }: ProjectManifest, project: string): boolean =>
  sources.some(source => source.project === project)

/** Whether any of some files names a project. */
function asksFor(some: readonly ProjectManifest[], project: string, lines: RequirementLines): boolean {
  return some.some(({ files }) => namedIn(files, lines).includes(project))
}

/** A comment keeps one of its entries, so its source is up to the user. */
function isKept(project: string, { requirements }: RequirementLines): boolean {
  return requirements.some(line => line.ignoredByComment && line.requirement.key === project)
}

/** A source binds what an override names too. */
function overridden({ manifest: { entries } }: ProjectManifest): string[] {
  return entries.flatMap(({ where, text }) => (where.table === 'override-dependencies' ? (projectOf(text) ?? []) : []))
}

function leftSources(all: readonly ProjectManifest[], family: readonly string[]): LeftSource[] {
  return all.flatMap(of =>
    of.manifest.sources.flatMap((source): LeftSource[] => {
      if (!family.includes(source.project)) return []
      const because = whyLeft(source)
      return because === undefined ? [] : [{ of, source, because }]
    }),
  )
}

function whyLeft({ entries, ignoredByComment }: ProjectSource): LeftSource['because'] | undefined {
  if (ignoredByComment) return 'comment'
  if (entries.some(({ kind }) => kind !== 'index')) return 'place'
  // There is one for each extra or group: the user chooses which is installed.
  return entries.some(({ extra, group }) => extra !== undefined || group !== undefined) ? 'choice' : undefined
}

function sourcesOfFamily({ manifest: { sources } }: ProjectManifest): string[] {
  return sources.map(({ project }) => project).filter(project => torchFamily.has(project))
}

function cpuIndexIn({ indexes }: PyprojectManifest, cpuIndexUrl: string): ProjectIndex | undefined {
  return indexes.find(({ url, name }) => name !== undefined && sameIndex(url, cpuIndexUrl))
}

function freeName({ indexes }: PyprojectManifest): string {
  const taken = new Set(indexes.map(({ name }) => name))
  for (let i = 1; ; i++) {
    const name = i === 1 ? INDEX : `${INDEX}-${i}`
    if (!taken.has(name)) return name
  }
}

/** Whether a project comes from an index alone. Renovate reads a source of uv's that is one table, and drops a list. */
function isBound({ sources, syntax }: PyprojectManifest, project: string, index: string): boolean {
  const own = sources.filter(one => one.project === project)
  if (syntax === 'poetry')
    return own.length > 0 && own.every(({ entries }) => isBoundOffMac(entries, other => other === index))
  const { entries = [], isTable } = own[0] ?? {}
  const [only, ...more] = entries
  return isTable === true && more.length === 0 && only?.index === index && only.marker === undefined
}

function bindReason({ sources }: PyprojectManifest, project: string, index: string): string {
  const source = sources.find(one => one.project === project)
  if (!source) return `the CPU build comes from ${index} only where a source says so`
  const isElsewhere = source.entries.some(entry => entry.index !== index)
  if (isElsewhere) return `${index} has the CPU build`
  return source.entries.some(({ marker }) => marker !== undefined)
    ? 'a source for some platforms locks another release on the others'
    : 'Renovate reads a source that is one table, and drops a list'
}

/** Entries that name a GPU package, a build for CUDA, or what only CUDA builds need. None is pinned. */
function entryDecisions({ files }: ProjectManifest, { requirements, constraints }: RequirementLines): Decision[] {
  const own = (line: RequirementLine) => files.includes(line.file)
  return [...requirements, ...constraints].filter(own).flatMap(line => decisionWithoutPin(line) ?? [])
}

/** Projects that have a source although, after these decisions, the file no longer asks for them. */
function withoutEntries(
  { manifest: { sources }, files }: ProjectManifest,
  entries: readonly Decision[],
  { requirements }: RequirementLines,
): string[] {
  const isGone = ({ statement: { span } }: RequirementLine) =>
    entries.some(one => (one.kind === 'remove' || one.kind === 'replace') && one.at.start === span.start)
  const sourced = new Set(sources.filter(({ ignoredByComment }) => !ignoredByComment).map(({ project }) => project))
  return [...sourced].filter(project => {
    const own = requirements.filter(line => files.includes(line.file) && line.requirement.key === project)
    return own.length > 0 && own.every(isGone)
  })
}

/** Removes indexes of CUDA builds that no source names any longer. They would serve projects that nothing binds, or none. */
function withoutCudaIndexes<M extends ProjectManifest>(
  decided: readonly ManifestDecisions<M>[],
  cpuIndexUrl: string,
): ManifestDecisions<M>[] {
  const used = new Set(
    decided.flatMap(({ of, decisions }) =>
      of.manifest.sources
        .filter(
          ({ project }) =>
            !decisions.some(one => (one.kind === 'bind' || one.kind === 'unbind') && one.project === project),
        )
        .flatMap(({ entries }) => entries.flatMap(({ index }) => index ?? [])),
    ),
  )
  const binds = decided.some(({ decisions }) => decisions.some(({ kind }) => kind === 'bind' || kind === 'unbind'))
  return decided.map(({ of, decisions }) => {
    const gone = of.manifest.indexes.filter(
      index => isOfCuda(index, cpuIndexUrl) && (index.name === undefined || !used.has(index.name)),
    )
    if (!binds && gone.every(({ explicit }) => explicit)) return { of, decisions }
    // An index still in use is not replaced, and one that is replaced need not be removed.
    const kept = decisions.map(one =>
      one.kind === 'name-explicit-index' && !gone.some(({ at }) => at === one.inPlaceOf)
        ? { ...one, inPlaceOf: undefined, reason: BESIDE_OTHERS }
        : one,
    )
    const given = kept.flatMap(one => (one.kind === 'name-explicit-index' ? (one.inPlaceOf ?? []) : []))
    return {
      of,
      decisions: [
        ...kept,
        ...gone
          .filter(({ at }) => !given.includes(at))
          .map(({ at, name = '' }) => ({ kind: 'remove-index', at, name, reason: 'it leads to CUDA builds' }) as const),
      ],
    }
  })
}
