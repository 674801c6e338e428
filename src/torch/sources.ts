import type { PackageIndex } from '../package-index/project-page.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'
import { admitsPrereleases } from '../packaging/specifier.ts'
import { type Target, wheelRank } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import type { Sources } from '../resolve/project-provider.ts'
import type { Line } from '../resolve/resolve.ts'
import { isCpuBuild } from './cpu-build.ts'
import { torchFamily } from './family.ts'
import type { DirectLine } from './lines.ts'
import { withPairing } from './pairings.ts'
import { torchUsers } from './torch-users.ts'
import { trapsOf } from './traps.ts'

/** A project that lines take as wheels from URLs. */
export interface Linked {
  /** Each wheel as an index of that one file. */
  readonly wheels: readonly PackageIndex[]
  /** The targets that these wheels are for. */
  readonly served: readonly Target[]
}

/** What a world of packages is made of. */
export interface World {
  readonly targets: readonly Target[]
  /** The indexes of everything that is not of the torch family. */
  readonly indexes: readonly PackageIndex[]
  readonly lines: readonly Line[]
  /** Lines that take a project from where nobody can look into. */
  readonly direct: readonly DirectLine[]
  /** The projects that lines take as wheels from URLs. */
  readonly links: ReadonlyMap<string, Linked>
  /** As in {@link Sources}. */
  readonly unlisted?: Sources['unlisted']
  readonly excludeNewer: Date | undefined
  /** As in {@link Sources}. */
  readonly offline?: boolean
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
        ? trapsOf(project, version, world.targets).map(({ requirement }) => requirement)
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

/**
 * What a line takes from a URL comes from there alone, whatever the rules are for its project. The targets that no such
 * line is for take the project from where it is otherwise.
 */
function withLinks({ links, targets }: World, sources: Sources): Sources {
  const serves = ({ served }: Linked) => targets.every(target => served.includes(target))
  return {
    ...sources,
    indexesFor(project) {
      const linked = links.get(project)
      if (!linked) return sources.indexesFor(project)
      if (serves(linked)) return linked.wheels
      return [...linked.wheels, ...sources.indexesFor(project).map(index => without(index, linked.served))]
    },
    rulesFor(project) {
      const linked = links.get(project)
      const rules = sources.rulesFor(project)
      if (!linked) return rules
      const { releaseOf } = rules
      return serves(linked)
        ? { targets, sources: false, pinned: () => true, ...(releaseOf && { releaseOf }) }
        : {
            ...rules,
            admits: (version, filename) =>
              installsOn(linked.served, filename) || (rules.admits?.(version, filename) ?? true),
          }
    },
  }
}

/** An index without the wheels that install on one of these targets. */
function without(index: PackageIndex, targets: readonly Target[]): PackageIndex {
  return {
    get url() {
      return index.url
    },
    async project(name) {
      const page = await index.project(name)
      return page && { ...page, files: page.files.filter(({ filename }) => !installsOn(targets, filename)) }
    },
    metadata: file => index.metadata(file),
    sizes: file => index.sizes(file),
  }
}

function installsOn(targets: readonly Target[], filename: string): boolean {
  const wheel = parseWheelFilename(filename)
  return wheel !== undefined && targets.some(target => wheelRank(wheel, target) !== undefined)
}

function commonSources({
  targets,
  lines,
  direct,
  unlisted,
  excludeNewer,
  offline = false,
}: World): Omit<Sources, 'indexesFor'> {
  const specifiersOf = (project: string) =>
    lines.filter(line => line.requirement.key === project).map(line => line.requirement.specifier)
  return {
    offline,
    ...(unlisted && { unlisted }),
    rulesFor: project => {
      const pins = specifiersOf(project).flatMap(({ clauses }) =>
        clauses
          .filter(clause => clause.operator === '==' || clause.operator === '===')
          .flatMap(clause => parseVersion(clause.version) ?? []),
      )
      return {
        name: 'all',
        targets,
        sources: true,
        pinned: version => pins.some(pin => samePin(pin, version)),
        uploadedBefore: excludeNewer,
      }
    },
    wantsPrereleases: project => specifiersOf(project).some(admitsPrereleases),
    knownNeeds,
    amend: (project, version, metadata) => withPairing(project, publicVersion(version).text, metadata),
    direct: project => {
      const found = direct.find(line => line.project === project)
      return found && { version: found.version === undefined ? undefined : parseVersion(found.version) }
    },
  }
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
