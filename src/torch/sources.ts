import type { PackageIndex } from '../package-index/project-page.ts'
import { admitsPrereleases } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import type { Sources } from '../resolve/project-provider.ts'
import type { Line } from '../resolve/resolve.ts'
import { torchFamily } from './family.ts'
import type { DirectLine } from './lines.ts'
import { withPairing } from './pairings.ts'

/** What a world of packages is made of. */
export interface World {
  readonly targets: readonly Target[]
  /** The indexes of everything that is not of the torch family. */
  readonly indexes: readonly PackageIndex[]
  readonly lines: readonly Line[]
  readonly direct: readonly DirectLine[]
  readonly uploadedBefore: Date | undefined
}

/** The CPU-only world: the torch family comes from the CPU index alone, as plain or `+cpu` wheels. */
export function cpuSources(world: World, cpuIndex: PackageIndex): Sources {
  const common = commonSources(world)
  return {
    ...common,
    indexesFor: project => (torchFamily.has(project) ? [cpuIndex] : world.indexes),
    rulesFor: project =>
      torchFamily.has(project)
        ? { ...common.rulesFor(project), sources: false, admits: ({ local }) => local === undefined || local === 'cpu' }
        : common.rulesFor(project),
  }
}

/** The world of the files as they are: every project from the indexes that the files name, the torch family's own ones included. */
export function originalSources(world: World, torchIndexes: readonly PackageIndex[]): Sources {
  return {
    ...commonSources(world),
    indexesFor: project => (torchFamily.has(project) ? [...world.indexes, ...torchIndexes] : world.indexes),
  }
}

function commonSources({ targets, lines, direct, uploadedBefore }: World): Omit<Sources, 'indexesFor'> {
  const specifiersOf = (project: string) =>
    lines.filter(line => line.requirement.key === project).map(line => line.requirement.specifier)
  return {
    rulesFor: project => {
      const pins = specifiersOf(project).flatMap(({ clauses }) =>
        clauses
          .filter(clause => clause.operator === '==' || clause.operator === '===')
          .flatMap(clause => parseVersion(clause.version) ?? []),
      )
      return {
        targets,
        sources: true,
        admits: () => true,
        pinned: version => pins.some(pin => samePin(pin, version)),
        uploadedBefore,
      }
    },
    wantsPrereleases: project => specifiersOf(project).some(admitsPrereleases),
    amend: (project, version, metadata) => withPairing(project, publicVersion(version).text, metadata),
    direct: project => {
      const found = direct.find(line => line.project === project)
      return found && { version: found.version === undefined ? undefined : parseVersion(found.version) }
    },
  }
}

function samePin(pin: Version, version: Version): boolean {
  return compareVersions(pin, pin.local === undefined ? publicVersion(version) : version) === 0
}
