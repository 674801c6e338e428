import type { IndexFile, ProjectPage } from '../package-index/project-page.ts'
import { platforms } from '../packaging/target.ts'
import { compareVersions, publicVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename, type WheelName } from '../packaging/wheel.ts'
import { comparePythons, type Place, placesOf, pythonsNamed } from '../packaging/wheel-places.ts'
import { admitsPython } from '../resolve/provider/candidates.ts'
import { isCpuBuild } from './cpu-build.ts'
import { isAcceleratorLabel, torchFamily } from './family.ts'

/** A wheel of a release, and where it installs. */
export interface ReleaseWheel {
  readonly file: IndexFile
  readonly wheel: WheelName
  readonly places: readonly Place[]
}

/** A release of a project: its CPU wheels, under whatever label. */
export interface CpuRelease {
  /** Without the label. */
  readonly release: Version
  /** Those of the highest version first: a label sorts above none. */
  readonly wheels: readonly ReleaseWheel[]
}

/** What is asked for: wheels for all of these. Empty: any. */
export interface ReleaseFilter {
  /** As in {@link Place}. */
  readonly python: readonly string[]
  readonly platforms: readonly string[]
}

/** The Pythons for which a page has a CPU wheel of their own, oldest first. */
export function pythonsOn(page: ProjectPage): string[] {
  return distinct(cpuWheels(page).flatMap(({ wheel }) => pythonsNamed(wheel))).sort(comparePythons)
}

/**
 * The releases of which a page of the CPU index has CPU wheels, newest first.
 * @param pythons the Pythons that count, for wheels that name none
 */
export function releasesOn(page: ProjectPage, pythons: readonly string[]): CpuRelease[] {
  const releases = new Map<string, { release: Version; wheels: ReleaseWheel[] }>()
  // Release after release has wheels of the same tags.
  const placesByTags = new Map<string, readonly Place[]>()
  for (const { file, wheel } of cpuWheels(page)) {
    const tags = `${wheel.pythons} ${wheel.abis} ${wheel.platforms}`
    const places = placesByTags.get(tags) ?? placesOf(wheel, pythons)
    placesByTags.set(tags, places)
    const release = publicVersion(wheel.version)
    const known = releases.get(release.key) ?? { release, wheels: [] }
    releases.set(release.key, known)
    known.wheels.push({ file, wheel, places: admitted(places, file.requiresPython) })
  }
  return [...releases.values()]
    .map(({ release, wheels }) => ({
      release,
      wheels: wheels.sort((a, b) => compareVersions(b.wheel.version, a.wheel.version)),
    }))
    .sort((a, b) => compareVersions(b.release, a.release))
}

function admitted(places: readonly Place[], requiresPython: string | undefined): Place[] {
  return places.filter(({ python }) =>
    admitsPython(requiresPython, { python: python.replace(/t$/, ''), platform: 'linux-x86_64' }),
  )
}

function cpuWheels({ project, files }: ProjectPage): { file: IndexFile; wheel: WheelName }[] {
  return files.flatMap(file => {
    const wheel = parseWheelFilename(file.filename)
    return wheel && isForCpu(project, wheel) ? [{ file, wheel }] : []
  })
}

/** Projects besides the family come to the index as they are: with no label, or with that of what they were built for. */
function isForCpu(project: string, { version, filename }: WheelName): boolean {
  return torchFamily.has(project)
    ? isCpuBuild(project, version, filename)
    : version.local === undefined || !isAcceleratorLabel(version.local)
}

/** A wheel whose Requires-Python decides where it installs, and whose page does not tell it. */
export function openToPythons({ wheels }: CpuRelease): IndexFile | undefined {
  return wheels.find(({ file, wheel }) => file.requiresPython === undefined && pythonsNamed(wheel).length === 0)?.file
}

/** The release with the Requires-Python of its metadata, for the wheels whose page does not tell it. */
export function withRequiresPython({ release, wheels }: CpuRelease, requiresPython: string | undefined): CpuRelease {
  return {
    release,
    wheels: wheels.map(({ file, wheel, places }) => ({
      file,
      wheel,
      places: file.requiresPython === undefined ? admitted(places, requiresPython) : places,
    })),
  }
}

/** A release as far as a filter goes. */
export interface NarrowedRelease extends CpuRelease {
  /** The Pythons that have a wheel on each platform asked for, oldest first. */
  readonly pythons: readonly string[]
  /** The platforms that have a wheel for each Python asked for. */
  readonly platforms: readonly string[]
}

/**
 * What a release has for a filter: a wheel for every Python asked for, on every platform asked for; where only Pythons are
 * asked for, some one platform has to have them all, and the other way round.
 * @returns with the wheels that are for what was asked; undefined where they are not for all of it
 */
export function narrowed({ release, wheels }: CpuRelease, filter: ReleaseFilter): NarrowedRelease | undefined {
  const places = wheels.flatMap(wheel => wheel.places)
  const has = new Set(places.map(({ python, platform }) => `${python} ${platform}`))
  const pythons = distinct(places.map(({ python }) => python)).filter(python =>
    filter.platforms.every(platform => has.has(`${python} ${platform}`)),
  )
  const found = distinct(places.map(({ platform }) => platform)).filter(platform =>
    filter.python.every(python => has.has(`${python} ${platform}`)),
  )
  const served =
    filter.python.every(python => pythons.includes(python)) &&
    filter.platforms.every(platform => found.includes(platform)) &&
    pythons.length > 0 &&
    found.length > 0
  if (!served) return undefined
  const asked = ({ python, platform }: Place) =>
    (filter.python.length === 0 || filter.python.includes(python)) &&
    (filter.platforms.length === 0 || filter.platforms.includes(platform))
  return {
    release,
    wheels: wheels
      .map(({ file, wheel, places }) => ({ file, wheel, places: places.filter(asked) }))
      .filter(({ places }) => places.length > 0),
    pythons: pythons.sort(comparePythons),
    platforms: found.sort(comparePlatforms),
  }
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]

const order = (platform: string): number => {
  const known = (platforms as readonly string[]).indexOf(platform)
  return known < 0 ? platforms.length : known
}

/** Platforms as people expect them: those that can be targeted first. */
export function comparePlatforms(a: string, b: string): number {
  return order(a) - order(b) || a.localeCompare(b, 'en')
}
