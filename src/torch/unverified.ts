import { isUnreachable } from '../contract/errors.ts'
import type { IndexFile, PackageIndex, ProjectPage } from '../package-index/project-page.ts'
import { Page } from '../package-index/releases.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'
import { parseRequirement } from '../packaging/requirement.ts'
import { type Target, wheelRank } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename, type WheelName } from '../packaging/wheel.ts'
import { admitsPython } from '../resolve/provider/candidates.ts'
import type { FoundPage } from '../resolve/provider/sources.ts'
import { cpuMetadata, cpuVersion, isCpuBuild } from './cpu-build.ts'
import { torchFamily } from './family.ts'
import type { RequirementLine } from './lines.ts'
import { isTorchRequirement } from './pairings.ts'

/** A release of the torch family that a line pins. */
export interface FamilyPin {
  readonly project: string
  readonly release: Version
  /** The line names the CPU build by its label, so its author has seen that there is one. */
  readonly namesCpuBuild: boolean
}

/** The releases of the torch family that lines pin. */
export function familyPins(lines: readonly RequirementLine[]): FamilyPin[] {
  return lines.flatMap(({ cpuRequirement: cpu, requirement }) => {
    if (!torchFamily.has(cpu.key)) return []
    return requirement.specifier.clauses.flatMap(({ operator, version }) => {
      const pinned = operator === '==' || operator === '===' ? parseVersion(version) : undefined
      if (!pinned) return []
      return { project: cpu.key, release: publicVersion(pinned), namesCpuBuild: pinned.local === 'cpu' }
    })
  })
}

/** What stands in for the answers of a CPU index that could not be asked. */
export interface Trusted {
  readonly cpu: PackageIndex
  /** Where the same releases are listed with their public builds. */
  readonly others: readonly PackageIndex[]
  readonly pins: readonly FamilyPin[]
  readonly targets: readonly Target[]
}

/** A wheel that is listed somewhere. */
interface Listed {
  readonly file: IndexFile
  readonly wheel: WheelName
  readonly index: PackageIndex
}

/** A wheel that is taken to exist, and the listed one that tells of it. */
interface Trust {
  readonly file: IndexFile
  readonly release: Version
  readonly from: Listed
}

/**
 * The builds that the CPU index is trusted to have because a line pins them, where it could not be asked and what is kept
 * of its answers does not list them. What is not listed is unknown, and not absent.
 *
 * A build is trusted where the public index has the same release for the same Python: PyTorch publishes both together. A
 * pin that names the CPU build is trusted too where the releases before and after it have a wheel for the target.
 *
 * @returns a function that takes a project and its pages. It returns a search for trusted builds, or undefined where the index was asked or lists
 * them all.
 */
export function trustedBuilds({ cpu, others, pins, targets }: Trusted) {
  return (project: string, found: readonly FoundPage[]): (() => Promise<readonly FoundPage[]>) | undefined => {
    const own = pins.filter(pin => pin.project === project)
    const page = found.find(({ index }) => index === cpu)?.page
    if (own.length === 0 || !page || page.origin === 'live') return undefined
    const listed = wheelsOn(page, cpu).filter(({ wheel, file }) => isCpuBuild(project, wheel.version, file.filename))
    const missing = own.filter(pin => isUnknown(pin, listed, page, targets))
    if (missing.length === 0) return undefined
    return async () => {
      const elsewhere = (await Promise.all(others.map(index => publicWheels(project, index)))).flat()
      const trusts = missing.flatMap(pin =>
        targets.flatMap(target => {
          if (listed.some(({ wheel, file }) => isOf(pin.release, wheel) && fits(wheel, file, target))) return []
          const from =
            best(
              elsewhere.filter(({ wheel }) => isOf(pin.release, wheel)),
              target,
            ) ?? (pin.namesCpuBuild ? neighbour(pin.release, listed, target) : undefined)
          return from ? [trustIn({ cpu, project, target }, pin.release, from)] : []
        }),
      )
      return trusts.length > 0 ? [pageOf(project, page, trusts, cpu)] : []
    }
  }
}

/** Whether the index may have what is pinned, though what is kept of it does not list it. A kept answer is whole up to its day. */
function isUnknown(
  { release }: FamilyPin,
  listed: readonly Listed[],
  { origin }: ProjectPage,
  targets: readonly Target[],
): boolean {
  if (origin === 'cache') return listed.every(({ wheel }) => compareVersions(publicVersion(wheel.version), release) < 0)
  return targets.some(target => !listed.some(({ wheel, file }) => isOf(release, wheel) && fits(wheel, file, target)))
}

function isOf(release: Version, { version }: WheelName): boolean {
  return version.publicKey === release.publicKey
}

function fits(wheel: WheelName, { requiresPython }: IndexFile, target: Target): boolean {
  return wheelRank(wheel, target) !== undefined && admitsPython(requiresPython, target)
}

function best(wheels: readonly Listed[], target: Target): Listed | undefined {
  const [first] = wheels
    .filter(({ wheel, file }) => fits(wheel, file, target))
    .sort((a, b) => wheelRank(a.wheel, target)! - wheelRank(b.wheel, target)!)
  return first
}

/** The wheel of the release before, where it and the release after both have one for the target. */
function neighbour(release: Version, listed: readonly Listed[], target: Target): Listed | undefined {
  const releases = new Map(listed.map(({ wheel }) => [wheel.version.publicKey, publicVersion(wheel.version)]))
  const others = [...releases.values()]
    .filter(({ publicKey, isPrerelease }) => publicKey !== release.publicKey && !isPrerelease)
    .sort(compareVersions)
  const wheelOf = (version: Version) =>
    best(
      listed.filter(({ wheel }) => isOf(version, wheel)),
      target,
    )
  const before = others.findLast(version => compareVersions(version, release) < 0)
  const after = others.find(version => compareVersions(version, release) > 0)
  const found = [before, after].flatMap(version => (version ? [wheelOf(version)] : []))
  return found.every(wheel => wheel !== undefined) ? found[0] : undefined
}

/** Where a wheel is taken to exist. */
interface Spot {
  readonly cpu: PackageIndex
  readonly project: string
  readonly target: Target
}

function trustIn({ cpu, project, target }: Spot, release: Version, from: Listed): Trust {
  const [, tags = ''] = /-((?:[^-]+-){2}[^-]+)\.whl$/.exec(from.file.filename) ?? []
  const filename = `${project.replaceAll('-', '_')}-${cpuVersion(project, release, target.platform)}-${tags}.whl`
  const { requiresPython } = from.file
  return {
    release,
    from,
    file: {
      filename,
      url: `${cpu.url}/${encodeURIComponent(filename)}`,
      hashes: {},
      ...(requiresPython === undefined ? {} : { requiresPython }),
      yanked: false,
      metadataOffered: false,
      unverified: true,
    },
  }
}

function pageOf(project: string, { origin }: ProjectPage, trusts: readonly Trust[], cpu: PackageIndex): FoundPage {
  const byUrl = new Map(trusts.map(trust => [trust.file.url, trust]))
  const page = new Page({ project, files: [...byUrl.values()].map(({ file }) => file), origin })
  return {
    page,
    index: {
      url: cpu.url,
      project: async name => (name === project ? page : undefined),
      metadata: async ({ url }) => metadataFor(byUrl.get(url)!),
      sizes: file => cpu.sizes(file),
    },
  }
}

/** What a wheel that is taken to exist needs: as the public one says; as a neighbour says, but for what that is tied to. */
async function metadataFor({ release, from }: Trust): Promise<CoreMetadata | undefined> {
  const known = await from.index.metadata(from.file)
  if (!known || isOf(release, from.wheel)) return known && cpuMetadata(known)
  const isTied = (line: string) => isTorchRequirement(line) || parseRequirement(line).specifier.text.includes('==')
  return { ...known, version: release.text, requiresDist: known.requiresDist.filter(line => !isTied(line)) }
}

async function publicWheels(project: string, index: PackageIndex): Promise<Listed[]> {
  try {
    const page = await index.project(project)
    return page ? wheelsOn(page, index) : []
  } catch (error) {
    // It stands in for an index that could not be asked, and cannot be asked itself.
    if (!isUnreachable(error)) throw error
    return []
  }
}

function wheelsOn({ files }: ProjectPage, index: PackageIndex): Listed[] {
  return files.flatMap(file => {
    const wheel = parseWheelFilename(file.filename)
    return wheel && !file.yanked ? [{ file, wheel, index }] : []
  })
}
