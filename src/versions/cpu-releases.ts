import { isOfIndex } from '../contract/errors.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import type { Indexes } from '../run/solve/indexes.ts'
import { torchFamily } from '../torch/family.ts'
import { pairedReleases } from '../torch/pairings.ts'
import {
  type Companion,
  companionsOf,
  pinnedTorch,
  plainRequirement,
  torchesFor,
  torchNeededBy,
} from '../torch/pairs.ts'
import {
  type CpuRelease,
  type NarrowedRelease,
  narrowed,
  openToPythons,
  pythonsOn,
  type ReleaseFilter,
  type ReleaseWheel,
  releasesOn,
  withRequiresPython,
} from '../torch/releases.ts'

/** What is asked of the CPU index. */
export interface CpuQuestion {
  readonly cpu: Indexes['cpu']
  readonly filter: ReleaseFilter
  /** Whether pre-releases count. */
  readonly prereleases: boolean
  readonly onNotice: (message: string) => void
}

/** A release, and what it goes with. */
export interface PairedRelease extends NarrowedRelease {
  readonly pairs: Readonly<Record<string, readonly string[]>>
  readonly requires: string | null
}

/** The releases of a project, newest first, before any filter; undefined where the index does not have the project. */
export async function cpuReleasesOf(project: string, asked: CpuQuestion): Promise<readonly CpuRelease[] | undefined> {
  // A wheel for every Python 3 is for those that there is a torch for.
  const [page, torch] = await Promise.all([asked.cpu.project(project), asked.cpu.project('torch')])
  const pythons = [...new Set([...(torch ? pythonsOn(torch) : []), ...asked.filter.python])]
  return page && releasesOn(page, pythons).filter(({ release }) => asked.prereleases || !release.isPrerelease)
}

/** The newest of some releases that have wheels for all that is asked. */
export async function newestFitting(
  releases: readonly CpuRelease[],
  limit: number,
  asked: CpuQuestion,
): Promise<{ readonly shown: readonly NarrowedRelease[]; readonly more: boolean }> {
  const shown: NarrowedRelease[] = []
  const atOnce = Math.min(limit, releases.length)
  let at = 0
  for (; at < releases.length && shown.length < limit; at += atOnce) {
    const read = await Promise.all(releases.slice(at, at + atOnce).map(release => withStatedPythons(release, asked)))
    shown.push(...read.flatMap(release => narrowed(release, asked.filter) ?? []))
  }
  const rest = releases.slice(at).some(release => narrowed(release, asked.filter))
  return { shown: shown.slice(0, limit), more: shown.length > limit || rest }
}

/** Adds what each release goes with: to releases of torch those of its companions, to others those of torch. */
export async function withPairs(
  project: string,
  releases: readonly NarrowedRelease[],
  asked: CpuQuestion,
): Promise<readonly PairedRelease[]> {
  if (project === 'torch') {
    const torches = releases.map(({ release }) => release)
    const names = [...torchFamily].filter(name => name !== 'torch')
    const found = await Promise.all(names.map(async name => companionsOf(torches, name, await companions(name, asked))))
    return releases.map(release => ({
      ...release,
      pairs: Object.fromEntries(names.map((name, i) => [name, found[i]!.get(release.release) ?? []])),
      requires: null,
    }))
  }
  const needs = await Promise.all(releases.map(release => torchNeeded(project, release, asked)))
  const torches = needs.some(need => need) ? await torchReleases(needs, asked) : []
  return releases.map((release, i) => ({
    ...release,
    pairs: { torch: torchesFor(project, release.release, needs[i], torches) },
    requires: needs[i] ? plainRequirement(needs[i]) : null,
  }))
}

/** The releases of a companion, newest first. A snapshot does not have them all: to it the table adds what it knows. */
async function companions(project: string, asked: CpuQuestion): Promise<Companion[]> {
  const found = (await cpuReleasesOf(project, asked)) ?? []
  const known = new Set(found.map(({ release }) => release.key))
  const tabled = (release: Version, fits: boolean): Companion => ({
    release,
    fits,
    torch: () => torchNeededBy(project, release, async () => undefined),
  })
  const added = asked.cpu.origin === 'snapshot' ? pairedReleases(project).flatMap(text => parseVersion(text) ?? []) : []
  return [
    ...found.map((all): Companion => {
      const release = narrowed(all, asked.filter)
      return release
        ? { release: release.release, fits: true, torch: () => torchNeeded(project, release, asked) }
        : tabled(all.release, false)
    }),
    ...added.filter(({ key }) => !known.has(key)).map(release => tabled(release, true)),
  ].sort((a, b) => compareVersions(b.release, a.release))
}

/** The torch releases that are there for what is asked, newest first; from a snapshot those too that a pin names. */
async function torchReleases(needs: readonly (Requirement | undefined)[], asked: CpuQuestion): Promise<Version[]> {
  const found = ((await cpuReleasesOf('torch', asked)) ?? [])
    .filter(release => narrowed(release, asked.filter))
    .map(({ release }) => release)
  const pinned = asked.cpu.origin === 'snapshot' ? needs.flatMap(need => (need && pinnedTorch(need)) ?? []) : []
  return [...new Map([...found, ...pinned].map(version => [version.key, version])).values()].sort((a, b) =>
    compareVersions(b, a),
  )
}

async function torchNeeded(
  project: string,
  release: NarrowedRelease,
  asked: CpuQuestion,
): Promise<Requirement | undefined> {
  const files = release.wheels.map(({ file }) => file)
  const file = files.find(({ metadataOffered }) => metadataOffered) ?? files[0]!
  return torchNeededBy(project, release.release, () => metadataOf(file, asked))
}

/** A release whose wheels know for which Pythons they are. */
async function withStatedPythons(release: CpuRelease, asked: CpuQuestion): Promise<CpuRelease> {
  const file = openToPythons(release)
  return file ? withRequiresPython(release, (await metadataOf(file, asked))?.requiresPython) : release
}

/** What cannot be had is not known; the list is of use without it. */
async function metadataOf(
  file: ReleaseWheel['file'],
  { cpu, onNotice }: CpuQuestion,
): Promise<CoreMetadata | undefined> {
  try {
    return await cpu.metadata(file)
  } catch (error) {
    if (!isOfIndex(error)) throw error
    onNotice(`${error.message}; what ${file.filename} needs is not known`)
    return undefined
  }
}
