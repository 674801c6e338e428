import type { IndexFile, PackageIndex, ProjectPage } from '../../package-index/project-page.ts'
import { type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import { publicVersion, type Version } from '../../packaging/version.ts'
import { torchNeededBy } from '../../torch/pairs.ts'
import { narrowed, pythonsOn, releasesOn } from '../../torch/releases.ts'

/** A release that has CPU wheels for Linux on x86_64, and those. */
export interface LinuxRelease {
  /** With its label. */
  readonly version: Version
  /** `3.13`; `3.13t` is free-threaded. */
  readonly pythons: readonly string[]
  readonly file: IndexFile
}

/** The final releases of a project on an index of CPU builds, newest first. */
export async function linuxReleases(cpuIndex: PackageIndex, project: string): Promise<readonly LinuxRelease[]> {
  const [page, torch] = await Promise.all([cpuIndex.project(project), cpuIndex.project('torch')])
  return page && torch ? releasesForLinux(page, torch) : []
}

function releasesForLinux(page: ProjectPage, torch: ProjectPage): LinuxRelease[] {
  // A wheel for every Python 3 counts for each Python that has a torch.
  return releasesOn(page, pythonsOn(torch)).flatMap(release => {
    const found = release.release.isPrerelease
      ? undefined
      : narrowed(release, { python: [], platforms: ['linux-x86_64'] })
    const [first] = found?.wheels ?? []
    return found && first ? [{ version: first.wheel.version, pythons: found.pythons, file: first.file }] : []
  })
}

/** The releases that all specifiers let in and, where a Python is given, that have a wheel for it. */
export function fittingReleases(
  releases: readonly LinuxRelease[],
  specifiers: readonly SpecifierSet[],
  python?: string,
): LinuxRelease[] {
  return releases.filter(
    ({ version, pythons }) =>
      specifiers.every(set => satisfies(set, publicVersion(version)) || satisfies(set, version)) &&
      (python === undefined || pythons.includes(`3.${minorNumberOf(python)}`)),
  )
}

/**
 * The newest torch, and the newest release of each other project that requires it by its metadata. Torch alone where no releases
 * on record go together.
 *
 * @param specifiers of each project that is wanted; torch among them
 */
export async function newestTogether(
  cpuIndex: PackageIndex,
  specifiers: ReadonlyMap<string, readonly SpecifierSet[]>,
  python: string,
): Promise<ReadonlyMap<string, Version>> {
  const candidates = new Map<string, LinuxRelease[]>()
  for (const [project, sets] of specifiers)
    candidates.set(project, fittingReleases(await linuxReleases(cpuIndex, project), sets, python))
  const torches = candidates.get('torch') ?? []
  for (const { version: torch } of torches) {
    const chosen = new Map([['torch', torch]])
    for (const [project, releases] of candidates) {
      if (project === 'torch') continue
      for (const release of releases) {
        if (chosen.has(project) || !(await goesWith(torch, project, release, cpuIndex))) continue
        chosen.set(project, release.version)
      }
    }
    if (chosen.size === candidates.size) return chosen
  }
  return new Map(torches.slice(0, 1).map(({ version }) => ['torch', version]))
}

/** Whether the metadata of a release lets a torch in. */
async function goesWith(
  torch: Version,
  project: string,
  { version, file }: LinuxRelease,
  cpuIndex: PackageIndex,
): Promise<boolean> {
  const needed = await torchNeededBy(project, publicVersion(version), () => cpuIndex.metadata(file))
  return !needed || satisfies(needed.specifier, publicVersion(torch))
}

export function minorNumberOf(python: string): number {
  return Number(python.split('.')[1])
}
