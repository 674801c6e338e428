import type { PackageIndex } from '../package-index/project-page.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'
import { admitsPrereleases, type SpecifierSet } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import type { Line } from '../resolve/provider/problem.ts'
import type { Sources } from '../resolve/provider/sources.ts'
import { isCpuBuild } from './cpu-build.ts'
import { torchFamily } from './family.ts'
import type { DirectLine } from './lines.ts'
import { withPairing } from './pairings.ts'
import { torchUsers } from './torch-users.ts'
import { trapsOf } from './traps.ts'

/** What a world of packages is made of, for one target. */
export interface World {
  readonly target: Target
  /** The indexes of everything that is not of the torch family. */
  readonly indexes: readonly PackageIndex[]
  readonly lines: readonly Line[]
  /** Lines whose project comes from a place that cannot be looked into. */
  readonly direct: readonly DirectLine[]
  /** The projects that lines take as wheels from URLs: each wheel as an index of that one file. */
  readonly links: ReadonlyMap<string, readonly PackageIndex[]>
  /** As in {@link Sources}. */
  readonly unlisted?: Sources['unlisted']
  readonly excludeNewer: Date | undefined
  /** As in {@link Sources}. */
  readonly offline?: boolean
  readonly signal?: AbortSignal | undefined
}

/** What decides in the CPU-only world which of several good versions is taken. */
export interface Preferences {
  /** The project's oldest version that fits is taken, not its newest. */
  oldest(project: string): boolean
  /** The versions to stay with where they will do, the best first. */
  preferred(project: string): readonly Version[]
  /** Whether versions that fail beside each other at run time are kept apart. */
  readonly traps: 'avoided' | 'ignored'
}

/** The CPU-only world: the torch family comes from the CPU index alone, as plain or `+cpu` wheels. */
export function cpuSources(world: World, cpuIndex: PackageIndex, preferences: Preferences): Sources {
  const common = commonSources(world)
  return withLinks(world, {
    ...common,
    indexesFor: project => (torchFamily.has(project) ? [cpuIndex] : world.indexes),
    rulesFor: project =>
      torchFamily.has(project)
        ? {
            ...common.rulesFor(project),
            name: 'CPU builds',
            sources: false,
            admits: (version, filename) => isCpuBuild(project, version, filename),
            // The same release has a label on Linux and none on macOS.
            releaseOf: version => publicVersion(version).text,
          }
        : common.rulesFor(project),
    preference: project => (preferences.oldest(project) ? 'oldest' : preferences.preferred(project)),
    traps: (project, version) =>
      preferences.traps === 'avoided'
        ? trapsOf(project, version, [world.target]).map(({ requirement }) => requirement)
        : [],
  })
}

/** The world of the files as they are: every project from the indexes that the files name, the torch family's own ones included. */
export function originalSources(world: World, torchIndexes: readonly PackageIndex[]): Sources {
  return withLinks(world, {
    ...commonSources(world),
    indexesFor: project => (torchFamily.has(project) ? [...world.indexes, ...torchIndexes] : world.indexes),
  })
}

/** What a line takes from a URL comes from there alone, whatever the rules are for its project. */
function withLinks({ links, target }: World, sources: Sources): Sources {
  return {
    ...sources,
    indexesFor: project => links.get(project) ?? sources.indexesFor(project),
    rulesFor(project) {
      const rules = sources.rulesFor(project)
      if (!links.has(project)) return rules
      const { releaseOf } = rules
      return { target, sources: false, pinned: () => true, ...(releaseOf && { releaseOf }) }
    },
  }
}

function commonSources({
  target,
  lines,
  direct,
  excludeNewer,
  unlisted,
  offline = false,
  signal,
}: World): Omit<Sources, 'indexesFor'> {
  const wished = wishesOf(lines)
  // The first line of a project counts.
  const taken = new Map(direct.toReversed().map(line => [line.project, line]))
  return {
    offline,
    signal,
    ...(unlisted && { unlisted }),
    rulesFor: project => {
      const pins = wished.get(project)?.pins ?? []
      return {
        name: 'all',
        target,
        sources: true,
        ...(pins.length > 0 && { pinned: (version: Version) => pins.some(pin => samePin(pin, version)) }),
        uploadedBefore: excludeNewer,
      }
    },
    wantsPrereleases: project => wished.get(project)?.prereleases ?? false,
    knownNeeds,
    amend: (project, version, metadata) => withPairing(project, publicVersion(version).text, metadata),
    direct: project => {
      const found = taken.get(project)
      return found && { version: found.version === undefined ? undefined : parseVersion(found.version) }
    },
  }
}

/** What the lines of a project say together of the versions that count. */
interface Wishes {
  readonly pins: readonly Version[]
  readonly prereleases: boolean
}

/** The wishes of each project, gathered once: the solver asks for them with every requirement, and a file may have 100,000. */
function wishesOf(lines: readonly Line[]): ReadonlyMap<string, Wishes> {
  const specifiers = new Map<string, Map<string, SpecifierSet>>()
  for (const { requirement } of lines) {
    const ofProject = specifiers.get(requirement.key)
    if (ofProject) ofProject.set(requirement.specifier.text, requirement.specifier)
    else specifiers.set(requirement.key, new Map([[requirement.specifier.text, requirement.specifier]]))
  }
  return new Map(
    [...specifiers].map(([project, different]) => {
      const sets = [...different.values()]
      return [project, { pins: sets.flatMap(pinsOf), prereleases: sets.some(admitsPrereleases) }]
    }),
  )
}

function pinsOf({ clauses }: SpecifierSet): Version[] {
  return clauses
    .filter(({ operator }) => operator === '==' || operator === '===')
    .flatMap(({ version }) => parseVersion(version) ?? [])
}

/** What any release of a project that uses torch needs of the family. */
function knownNeeds(project: string): CoreMetadata | undefined {
  const brings = torchUsers.get(project)
  if (!brings) return undefined
  const requiresDist = ['torch', ...brings]
  return { metadataVersion: '2.1', name: project, version: '', requiresDist, providesExtra: [], dynamic: [] }
}

function samePin(pin: Version, version: Version): boolean {
  return compareVersions(pin, pin.local === undefined ? publicVersion(version) : version) === 0
}
