import type { IndexFile, PackageIndex } from '../package-index/project-page.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { environmentFor, type Platform, platforms } from '../packaging/target.ts'
import { parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import type { LockedFile } from '../project-files/lock-files.ts'
import { cpuVersion, isCpuBuild } from '../torch/cpu-build.ts'
import { cudaOnly, torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl } from '../torch/index-urls.ts'
import type { Lock, LockedPackage } from './lock.ts'
import { withoutUnasked } from './unasked.ts'

/** A lock with CPU builds. */
export interface CpuLock {
  readonly lock: Lock
  /** The releases of the torch family that the CPU index does not have: these packages stay as they are. */
  readonly missing: readonly { readonly project: string; readonly version: string }[]
}

/**
 * The lock as it will be once the torch family comes from the CPU index: each package of the family with the files of the
 * CPU index, and without what only CUDA needs, which nothing reaches then. Builds that are for CPU already stay, and so do
 * those that come from no index.
 *
 * @param releases by project, the public release that is taken in place of the locked one
 * @throws TorchpinError INDEX_UNREACHABLE, INDEX_UNREADABLE
 */
export async function withCpuFamily(
  lock: Lock,
  cpu: PackageIndex,
  releases: ReadonlyMap<string, string> = new Map(),
): Promise<CpuLock> {
  const missing: { project: string; version: string }[] = []
  const packages = await Promise.all(
    lock.packages.map(async entry => {
      const locked = parseVersion(entry.version)
      if (!locked || !torchFamily.has(entry.name) || isForCpu(entry, locked, cpu.url)) return [entry]
      const release = publicVersion(parseVersion(releases.get(entry.name) ?? '') ?? locked)
      const builds = await cpuBuilds(entry, release, cpu)
      if (builds.length > 0) return builds
      missing.push({ project: entry.name, version: release.text })
      return [entry]
    }),
  )
  return { lock: withoutUnasked({ ...lock, packages: packages.flat() }), missing }
}

function isForCpu({ source }: LockedPackage, { local }: Version, cpuIndexUrl: string): boolean {
  if (source.kind !== 'index') return true
  return local?.startsWith('cpu') === true || readTorchIndexUrl(source.at, cpuIndexUrl)?.kind === 'cpu'
}

/** The packages in place of one: a release has a version for each label, `2.13.0+cpu` and `2.13.0`. */
async function cpuBuilds(entry: LockedPackage, release: Version, cpu: PackageIndex): Promise<LockedPackage[]> {
  const page = await cpu.project(entry.name)
  const files = (page?.files ?? []).flatMap(file => {
    const version = parseWheelFilename(file.filename)?.version
    const isWanted = version?.publicKey === release.publicKey && isCpuBuild(entry.name, version, file.filename)
    return isWanted ? [{ file, version: version.text }] : []
  })
  const versions = [...new Set(files.map(({ version }) => version))]
  return versions.map(version => ({
    ...entry,
    version,
    source: { kind: 'index', at: cpu.url },
    files: files.filter(one => one.version === version).map(({ file }) => lockedFile(file)),
    needs: entry.needs.filter(({ name }) => !cudaOnly.has(name)),
    forks: forksFor(
      entry.forks,
      platforms.filter(platform => cpuVersion(canonicalizeName(entry.name), release, platform) === version),
    ),
    insteadOf: { version: entry.version, source: entry.source },
  }))
}

/** The forks of the package that was there, each on the platforms of a build. */
function forksFor(forks: readonly string[], on: readonly Platform[]): string[] {
  const markers = on.map(platform => {
    const { sys_platform, platform_machine } = environmentFor({ python: '3.12', platform })
    return `sys_platform == "${sys_platform}" and platform_machine == "${platform_machine}"`
  })
  return forks.length === 0 ? markers : forks.flatMap(fork => markers.map(marker => `(${fork}) and ${marker}`))
}

function lockedFile({ filename, url, hashes, size }: IndexFile): LockedFile {
  return { filename, url, path: undefined, hashes, size }
}
