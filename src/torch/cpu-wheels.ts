import { withoutAnswer } from '../contract/errors.ts'
import { resolveFileLink } from '../package-index/file-link.ts'
import type { PackageIndex } from '../package-index/project-page.ts'
import type { Target } from '../packaging/target.ts'
import { parseWheelFilename, type WheelName } from '../packaging/wheel.ts'
import { placesOf, pythonsNamed } from '../packaging/wheel-places.ts'
import { isCpuBuild } from './cpu-build.ts'
import { isForGpusOnPublicIndex, isLabelledForGpus, wheelAt } from './gpu-wheels.ts'
import { urlToWrite } from './index-urls.ts'
import { type DirectLine, linkedWheel, type RequirementLines, urlOf } from './lines.ts'

interface AskedIndexes {
  readonly cpu: PackageIndex
  /** The public index, or what is in its place. */
  readonly others: readonly PackageIndex[]
}

/** Pythons that a wheel for every Python 3 is looked at with. */
const anyPython = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15']

/**
 * The lines with the CPU wheels that take the place of wheels for GPUs: of the same release, for the same Pythons and
 * platforms, from the CPU index. Where the index has none, or cannot be asked, the line stays and says so.
 *
 * @param targets what the files are to be installed on
 * @throws TorchpinError INTERRUPTED
 */
export async function withCpuWheels(
  lines: RequirementLines,
  indexes: AskedIndexes,
  targets: readonly Target[],
): Promise<RequirementLines> {
  const direct = await Promise.all(lines.direct.map(line => withCpuWheel(line, indexes, targets)))
  return { ...lines, direct }
}

async function withCpuWheel(
  line: DirectLine,
  { cpu, others }: AskedIndexes,
  targets: readonly Target[],
): Promise<DirectLine> {
  const url = urlOf(line)
  const asked = url === undefined ? undefined : wheelAt(url)
  if (!url || !asked || line.ignoredByComment || line.statement.usesEnvironment) return line
  const isForGpus =
    isLabelledForGpus(asked) || (isForGpusOnPublicIndex(asked) && (await isListed(url, asked.name, others)))
  if (!isForGpus) return line
  const page = await cpu.project(asked.name).catch(withoutAnswer)
  const file = page?.files.find(({ filename }) => standsFor(asked, filename))
  // The index may have what the snapshot lacks.
  if (!page || !file) return { ...line, cpuWheel: page && page.origin !== 'snapshot' ? 'missing' : 'unknown' }
  return { ...line, cpuWheel: { file, index: cpu, linked: linkedWheel(line, urlToWrite(file), targets) } }
}

async function isListed(url: string, project: string, indexes: readonly PackageIndex[]): Promise<boolean> {
  const address = resolveFileLink(url, url)?.url
  const pages = await Promise.all(indexes.map(index => index.project(project).catch(withoutAnswer)))
  return pages.some(page => page?.files.some(file => file.url === address))
}

/** Whether a file of the CPU index is the same release for all that a wheel is for. */
function standsFor(asked: WheelName, filename: string): boolean {
  const wheel = parseWheelFilename(filename)
  if (wheel?.version.publicKey !== asked.version.publicKey || !isCpuBuild(asked.name, wheel.version, filename))
    return false
  const named = pythonsNamed(asked)
  const pythons = named.length > 0 ? named : anyPython
  const served = new Set(placesOf(wheel, pythons).map(({ python, platform }) => `${python} ${platform}`))
  const wanted = placesOf(asked, pythons)
  return wanted.length > 0 && wanted.every(({ python, platform }) => served.has(`${python} ${platform}`))
}
