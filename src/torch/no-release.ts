import { compareVersions } from '../packaging/version.ts'
import { comparePythons } from '../packaging/wheel-places.ts'
import { listOf } from '../resolve/rejections.ts'
import { enumerated } from '../text/lists.ts'
import { type CpuRelease, comparePlatforms, narrowed, type ReleaseFilter } from './releases.ts'

/**
 * What there is of a project where no release has wheels for all that was asked: for each Python and each platform the
 * releases that have one, and where there are none, what has some.
 *
 * @param releases all there are
 * @returns sentences without capitals and full stops
 */
export function whatExists(project: string, releases: readonly CpuRelease[], filter: ReleaseFilter): string[] {
  const found = (asked: ReleaseFilter) => releases.flatMap(release => narrowed(release, asked) ?? [])
  const list = (some: readonly CpuRelease[]) =>
    `${project} ${listOf(some.map(({ release }) => release).sort(compareVersions))}`
  const onThese = filter.platforms.length > 0 ? ` on ${enumerated(filter.platforms)}` : ''

  const ofPython = (python: string): string => {
    const here = found({ python: [python], platforms: filter.platforms })
    if (here.length > 0) return `for Python ${python}${onThese} there is ${list(here)}`
    const anywhere = found({ python: [python], platforms: [] })
    if (anywhere.length > 0)
      return `for Python ${python}${onThese} there is none, only for ${enumerated(platformsOf(anywhere))}: ${list(anywhere)}`
    return `for Python ${python} there is none on any platform, only for Python ${pythonsOf(releases)}`
  }
  const ofPlatform = (platform: string): string => {
    const here = found({ python: [], platforms: [platform] })
    return here.length > 0
      ? `for ${platform} there is ${list(here)}, for Python ${pythonsOf(here)}`
      : `for ${platform} there is none, only for ${enumerated(platformsOf(releases))}`
  }
  return [...filter.python.map(ofPython), ...filter.platforms.map(ofPlatform)]
}

function platformsOf(releases: readonly CpuRelease[]): string[] {
  const all = releases.flatMap(({ wheels }) => wheels.flatMap(({ places }) => places.map(({ platform }) => platform)))
  return [...new Set(all)].sort(comparePlatforms)
}

/** `3.8 to 3.14`, free-threaded ones aside. */
function pythonsOf(releases: readonly CpuRelease[]): string {
  const all = releases.flatMap(({ wheels }) => wheels.flatMap(({ places }) => places.map(({ python }) => python)))
  const sorted = [...new Set(all)].filter(python => /^3\.\d+$/.test(python)).sort(comparePythons)
  return sorted.length > 2 ? `${sorted[0]} to ${sorted.at(-1)}` : enumerated(sorted)
}
