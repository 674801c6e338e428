import type { IndexFile, PackageIndex } from '../../package-index/project-page.ts'
import { type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import { compareVersions, publicVersion, type Version } from '../../packaging/version.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import { torchNeededBy } from '../../torch/pairs.ts'

/** A release of a project of the torch family that has CPU wheels for Linux on x86_64. */
export interface CpuRelease {
  readonly version: Version
  /** The minor versions of Python that they are for; undefined: one wheel is for all. */
  readonly minors: ReadonlySet<number> | undefined
  readonly file: IndexFile
}

/** The final releases of a project on an index of CPU builds, newest first. */
export async function cpuReleases(cpuIndex: PackageIndex, project: string): Promise<CpuRelease[]> {
  const byText = new Map<string, { version: Version; minors: Set<number>; any: boolean; file: IndexFile }>()
  for (const file of (await cpuIndex.project(project))?.files ?? []) {
    const wheel = parseWheelFilename(file.filename)
    if (wheel?.version.local !== 'cpu' || wheel.version.isPrerelease) continue
    if (!wheel.platforms.some(platform => /linux.*_x86_64$/.test(platform))) continue
    const release = byText.get(wheel.version.text) ?? { version: wheel.version, minors: new Set(), any: false, file }
    if (wheel.abis.includes('none')) release.any = true
    for (const abi of wheel.abis) {
      const minor = /^cp3(\d+)$/.exec(abi)?.[1]
      if (minor !== undefined) release.minors.add(Number(minor))
    }
    byText.set(wheel.version.text, release)
  }
  return [...byText.values()]
    .map(({ version, minors, any, file }) => ({ version, minors: any ? undefined : minors, file }))
    .sort((a, b) => compareVersions(b.version, a.version))
}

/** The releases that all specifiers let in and, where a Python is given, that have a wheel for it. */
export function fittingReleases(
  releases: readonly CpuRelease[],
  specifiers: readonly SpecifierSet[],
  python?: string,
): CpuRelease[] {
  return releases.filter(
    ({ version, minors }) =>
      specifiers.every(set => satisfies(set, publicVersion(version)) || satisfies(set, version)) &&
      (python === undefined || minors === undefined || minors.has(minorOf(python))),
  )
}

/**
 * The newest torch, and with it the newest of each other project, that go together by what their metadata says. Where none of
 * the releases on record do, torch alone.
 *
 * @param specifiers of each project that is wanted; torch among them
 */
export async function newestTogether(
  cpuIndex: PackageIndex,
  specifiers: ReadonlyMap<string, readonly SpecifierSet[]>,
  python: string,
): Promise<ReadonlyMap<string, Version>> {
  const candidates = new Map<string, CpuRelease[]>()
  for (const [project, sets] of specifiers)
    candidates.set(project, fittingReleases(await cpuReleases(cpuIndex, project), sets, python))
  const torches = candidates.get('torch') ?? []
  for (const { version: torch } of torches) {
    const chosen = new Map([['torch', torch]])
    for (const [project, releases] of candidates) {
      if (project === 'torch') continue
      for (const { version, file } of releases) {
        if (chosen.has(project) || !(await goesWith(cpuIndex, project, version, file, torch))) continue
        chosen.set(project, version)
      }
    }
    if (chosen.size === candidates.size) return chosen
  }
  return new Map(torches.slice(0, 1).map(({ version }) => ['torch', version]))
}

async function goesWith(
  cpuIndex: PackageIndex,
  project: string,
  version: Version,
  file: IndexFile,
  torch: Version,
): Promise<boolean> {
  const needed = await torchNeededBy(project, publicVersion(version), () => cpuIndex.metadata(file))
  return !needed || satisfies(needed.specifier, publicVersion(torch))
}

export function minorOf(python: string): number {
  return Number(python.split('.')[1])
}
