import type { Platform } from '../packaging/target.ts'
import { compareVersions, parseVersion } from '../packaging/version.ts'

/** What a release needs to work although its metadata does not say so. */
export interface RuntimeTrap {
  readonly project: string
  /** The versions it works with. */
  readonly specifier: string
  /** A clause whose subject, "it", is the release. */
  readonly because: string
}

/**
 * Bounds that no metadata carries, so that no resolver keeps them:
 *
 * - torch is compiled for numpy 1 before 2.3 (Windows: before 2.4.1), does not require numpy, and says "Numpy is not
 *   available" when it meets numpy 2 (pytorch/pytorch#107302, #131668)
 * - torchtext 0.18.0, the last, asks for torch>=2.3.0 and does not load with a later torch than 2.3
 *
 * @param project canonical name
 * @param version what is chosen, with or without a local label
 */
export function runtimeTraps(project: string, version: string, platform: Platform): readonly RuntimeTrap[] {
  if (project === 'torch' && isBefore(version, platform === 'windows-x86_64' ? '2.4.1' : '2.3'))
    return [{ project: 'numpy', specifier: '<2', because: 'it is compiled for numpy 1' }]
  if (project === 'torchtext' && isFrom(version, '0.18'))
    return [{ project: 'torch', specifier: '<2.4', because: 'it has ended, and does not load with torch 2.4 or later' }]
  return []
}

/**
 * Whether a step from one torchaudio to another leads past 2.8: from 2.9 on its load and save go through torchcodec, a
 * project of its own that needs ffmpeg (pytorch/audio#3902). Nothing breaks where they are not used, so this is no bound.
 */
export function losesAudioFiles(before: string, after: string): boolean {
  return isBefore(before, '2.9') && isFrom(after, '2.9')
}

function isBefore(version: string, bound: string): boolean {
  const order = orderOf(version, bound)
  return order !== undefined && order < 0
}

function isFrom(version: string, bound: string): boolean {
  const order = orderOf(version, bound)
  return order !== undefined && order >= 0
}

function orderOf(version: string, bound: string): number | undefined {
  const parsed = parseVersion(version)
  return parsed && compareVersions(parsed, parseVersion(bound)!)
}
