import { snapshotIndex } from '../package-index/snapshot/snapshot-index.ts'
import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import { parseVersion, publicVersion } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import { comparePythons, pythonsNamed } from '../packaging/wheel-places.ts'
import type { Dockerfile } from '../project-files/dockerfile/dockerfile.ts'
import { lazily, once } from '../text/memo.ts'
import { torchFamily } from '../torch/family.ts'
import type { BuildContext } from './context.ts'
import type { MissingWheel, Wheels } from './facts.ts'
import { linuxReleases } from './init/linux-releases.ts'
import { installsOf } from './install.ts'
import { torchWants } from './torch-wants.ts'

/** What is known of a release. */
interface Known {
  requiresPython: string | undefined
  /** Minor versions of Python that a wheel for Linux is for, in either index. */
  readonly pythons: Set<string>
  /** Those of the public index alone, whose pages were read in full. */
  readonly publicPythons: Set<string>
}

const nothingKnown: Wheels = { missingWheel: () => undefined, cpuReleases: new Map() }

/** What a Dockerfile may need to know; the snapshots are read only where it installs something of the torch family. */
export async function wheelsFor({ stages }: Dockerfile, context: BuildContext): Promise<Wheels> {
  const wants = stages.flatMap(installsOf).flatMap(install => torchWants(install, context))
  if (wants.length === 0) return nothingKnown
  const projects = [...new Set(wants.map(({ project }) => project))]
  return {
    missingWheel: wants.some(({ release }) => release) ? await missingWheels() : nothingKnown.missingWheel,
    cpuReleases: new Map(
      await Promise.all(projects.map(async project => [project, await cpuReleases(project)] as const)),
    ),
  }
}

// Once for the process: both are about what ships, and a Dockerfile is looked at again after each round of fixes.
const missingWheels = lazily(loadMissingWheels)
const cpuReleases = once(String, project => linuxReleases(snapshotIndex('cpu'), project))

/**
 * Which releases of the torch family have no wheel for a Python, by the snapshots of both indexes.
 *
 * That of the CPU index is not complete, and that of the public one is for the Pythons it was made for. So a wheel counts as
 * missing where the metadata of the release rules the Python out; for torch, whose builds appear in both indexes for the
 * same Pythons, also where neither has one. A release that is not known may be newer, and is not reported.
 */
async function loadMissingWheels(): Promise<MissingWheel> {
  const releases = new Map<string, Known>()
  let [oldest, newest] = [Infinity, 0]
  for (const kind of ['pypi', 'cpu'] as const) {
    const index = snapshotIndex(kind)
    for (const project of torchFamily) {
      for (const { filename, requiresPython } of (await index.project(project))?.files ?? []) {
        const wheel = parseWheelFilename(filename)
        if (!wheel?.platforms.some(platform => /linux.*_(?:x86_64|aarch64)$|^any$/.test(platform))) continue
        const key = `${project} ${publicVersion(wheel.version).text}`
        const known = releases.get(key) ?? { requiresPython, pythons: new Set(), publicPythons: new Set() }
        known.requiresPython ??= requiresPython
        for (const python of pythonsNamed(wheel)) {
          if (python.endsWith('t')) continue
          known.pythons.add(python)
          if (kind === 'cpu') continue
          const minor = Number(python.slice(2))
          known.publicPythons.add(python)
          oldest = Math.min(oldest, minor)
          newest = Math.max(newest, minor)
        }
        releases.set(key, known)
      }
    }
  }
  return (project, release, python) => {
    const known = releases.get(`${project} ${release}`)
    if (!known) return undefined
    const { requiresPython, pythons, publicPythons } = known
    // A patch high enough that `!=3.14.1` and the like do not count.
    const version = parseVersion(`${python}.99`)
    if (requiresPython && version && !satisfies(parseSpecifierSet(requiresPython), version))
      return `it asks for Python ${requiresPython}`
    const minor = Number(python.slice(2))
    if (project !== 'torch' || publicPythons.size === 0 || minor < oldest || minor > newest || pythons.has(python))
      return undefined
    return `it has wheels for ${[...pythons].sort(comparePythons).join(', ')}`
  }
}
