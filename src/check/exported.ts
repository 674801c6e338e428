import { resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import type { Finding, Totals } from '../contract/results/rewrite.ts'
import { pathFrom } from '../files/folders.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { selectionOf } from '../locks/lock.ts'
import { readLock } from '../locks/read-lock.ts'
import { resolutionOf } from '../locks/resolution.ts'
import type { Target } from '../packaging/target.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { howMadeAnew } from '../run/exported.ts'
import { targetsOfLock } from '../run/lock-targets.ts'
import { measureSavings } from '../run/savings.ts'
import type { Network } from '../run/solve/indexes.ts'
import { formatBytes } from '../text/bytes.ts'
import { firstNames } from '../text/lists.ts'
import { asArgument } from '../text/shell-words.ts'
import { isForGpus } from '../torch/cpu-build.ts'
import { cudaOnly, torchFamily } from '../torch/family.ts'
import { sameIndex } from '../torch/index-urls.ts'

/** Names listed before the rest is counted. */
const NAMES = 4

/** What an exported lock installs. */
export interface CheckedExport {
  readonly path: string
  readonly install: Totals
  /** What is installed and has a size that no index tells. */
  readonly unknown: readonly string[]
  readonly findings: readonly Finding[]
}

/**
 * Says what a pylock.toml installs: bytes on the first target, and what is for GPUs on any.
 *
 * @param given its path
 * @throws TorchpinError FILE_UNREADABLE
 */
export async function checkExported(given: string, options: Options, network: Network): Promise<CheckedExport> {
  const absolute = resolve(options.cwd, given)
  const path = pathFrom(options.cwd, absolute)
  const text = await readRegular(absolute).catch(cause => {
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${whyUnreadable(cause)}`, { cause })
  })
  const lock = await readLock(path, text.toString('utf8'))
  const selection = selectionOf(lock, options)
  const { targets } = await targetsOfLock(absolute, lock, selection, options)
  const indexAt = (url: string) => (sameIndex(url, options.cpuIndexUrl) ? network.cpu : network.index(url))
  const resolution = resolutionOf(lock, selection, targets, indexAt)
  const measured = { target: targets[0]!, complete: { before: true, after: true }, compiles: false }
  const { before, packages, unknown } = await measureSavings(resolution, resolution, measured, (done, total, name) =>
    options.onProgress({ phase: 'measuring', done, total, name }),
  )
  const anew = await howMadeAnew(path, text.toString('utf8'))
  const hint = `${anew}; or torchpin rewrite ${asArgument(path)}, which lasts until the next export`
  const findings = targets.flatMap((target): Finding[] => {
    const found = forGpusOn(resolution, target)
    const first = found.find(project => torchFamily.has(project)) ?? found[0]
    if (first === undefined) return []
    const rows = target === targets[0] ? packages.filter(({ name }) => found.includes(name)) : []
    const bytes = rows.reduce((sum, { before }) => sum + (before?.download ?? 0), 0)
    const named = [first, ...found.filter(project => project !== first)].map(
      project => `${project} ${resolution.get(project)!.builds.find(build => build.target === target)!.version.text}`,
    )
    const line = lock.packages.find(({ name }) => name === first)?.line
    const weight = bytes > 0 ? `, ${formatBytes(bytes)} to download` : ''
    return [
      {
        code: 'cuda-installed',
        level: 'error',
        path,
        ...(line === undefined ? {} : { line }),
        message: `it installs CUDA on ${target.platform}: ${firstNames(named, NAMES)}${weight}`,
        hint,
      },
    ]
  })
  return { path, install: before, unknown, findings: findings.slice(0, 1) }
}

/**
 * What is installed for GPUs on a target. An exported lock need not say what a package needs: a build of torch without a label
 * is taken for one of CUDA where packages that only GPUs need are beside it.
 */
function forGpusOn(resolution: Resolution, target: Target): string[] {
  const here = [...resolution.values()].flatMap(({ project, builds }) => {
    const build = builds.find(build => build.target === target)
    return build ? [{ project, build, isForGpus: isForGpus(project, build) }] : []
  })
  const withCuda = here.some(({ project }) => cudaOnly.has(project))
  return here
    .filter(one => one.isForGpus || (withCuda && torchFamily.has(one.project) && one.build.version.local === undefined))
    .map(({ project }) => project)
}
