import type { CoreMetadata } from '../packaging/metadata.ts'
import { parseRequirement } from '../packaging/requirement.ts'
import type { Platform } from '../packaging/target.ts'
import type { Version } from '../packaging/version.ts'
import type { Installed } from '../resolve/resolve.ts'
import { cudaOnly, isAcceleratorLabel, torchFamily } from './family.ts'

/** The first releases whose builds for Linux on ARM have the label. */
const labelledOnArm: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  torch: [2, 6],
  torchvision: [0, 25],
  torchaudio: [2, 10],
}

/**
 * Whether a file of the CPU index is a CPU build. Without a label are those of macOS, and on ARM those of releases before
 * the label came there. Elsewhere a file without one has strayed in, from a mirror that mixes the public index in.
 */
export function isCpuBuild(project: string, { local, release }: Version, filename: string): boolean {
  if (local !== undefined) return local === 'cpu'
  const labelled = isLabelledOnArm(project, release)
  return !(labelled && /linux\S*_aarch64/.test(filename)) && !/linux\S*_x86_64|win_amd64/.test(filename)
}

/** The version under which the CPU index has the CPU build of a release for a platform: `2.14.0+cpu`, or `2.14.0` for macOS. */
export function cpuVersion(project: string, { text, release }: Version, platform: Platform): string {
  const plain = platform === 'macos-arm64' || (platform === 'linux-aarch64' && !isLabelledOnArm(project, release))
  return plain ? text : `${text}+cpu`
}

function isLabelledOnArm(project: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [sinceMajor, since] = labelledOnArm[project] ?? [Number.POSITIVE_INFINITY, 0]
  return major > sinceMajor || (major === sinceMajor && minor >= since)
}

/**
 * Whether a build is for GPUs: a package that only serves GPUs, a build of the torch family with such a label, or one
 * that asks for packages that only serve GPUs.
 */
export function isForGpus(project: string, { version, needs }: Pick<Installed, 'version' | 'needs'>): boolean {
  if (cudaOnly.has(project)) return true
  if (!torchFamily.has(project)) return false
  if (version.local !== undefined) return isAcceleratorLabel(version.local)
  return needs.some(need => cudaOnly.has(need))
}

/**
 * The core metadata of a CPU build as the public wheel of the same release tells it: all but what CUDA needs.
 *
 * @returns undefined where the public wheel asks for the CUDA build of torch by its label: that says nothing of the CPU build
 */
export function cpuMetadata(publicWheel: CoreMetadata): CoreMetadata | undefined {
  const needs = publicWheel.requiresDist.map(line => ({ line, requirement: parseRequirement(line) }))
  if (needs.some(({ requirement }) => requirement.specifier.text.includes('+'))) return undefined
  return {
    ...publicWheel,
    requiresDist: needs.filter(({ requirement }) => !cudaOnly.has(requirement.key)).map(({ line }) => line),
  }
}
