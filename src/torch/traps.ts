import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import type { Platform, Target } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { remembered } from '../text/memo.ts'

/** Versions that install side by side and then fail, which no metadata tells. */
export interface Trap {
  readonly project: string
  readonly version: Version
  /** What has to hold of the other project, where it is there at all. */
  readonly requirement: Requirement
  readonly because: string
}

/**
 * torch is compiled for numpy 1 before 2.3 (Windows: before 2.4.1), does not require numpy, and says "Numpy is not
 * available" when it meets numpy 2 (pytorch/pytorch#107302, #131668). torchtext 0.18.0, the last, asks for torch>=2.3.0.
 */
const rows: readonly {
  readonly project: string
  readonly versions: string
  readonly platforms?: readonly Platform[]
  readonly wants: string
  readonly because: string
}[] = [
  {
    project: 'torch',
    versions: '<2.3',
    wants: 'numpy<2',
    because: 'was built against numpy 1 and cannot exchange arrays with numpy 2',
  },
  {
    project: 'torch',
    versions: '<2.4.1',
    platforms: ['windows-x86_64'],
    wants: 'numpy<2',
    because: 'was built against numpy 1 on Windows and cannot exchange arrays with numpy 2',
  },
  {
    project: 'torchtext',
    versions: '>=0.18',
    wants: 'torch<2.4',
    because: 'has ended and does not load with torch 2.4 or later',
  },
]

/** Each unit of a run asks for all of its packages. */
const specifierOf = remembered(parseSpecifierSet)
const requirementOf = remembered(parseRequirement)

/** The traps that a version of a project sets on the targets. */
export function trapsOf(project: string, version: Version, targets: readonly Target[]): Trap[] {
  return rows
    .filter(row => row.project === project && satisfies(specifierOf(row.versions), version))
    .filter(({ platforms }) => !platforms || targets.some(({ platform }) => platforms.includes(platform)))
    .map(({ wants, because }) => ({ project, version, requirement: requirementOf(wants), because }))
}

/** The traps into which a choice of versions walks. */
export function unavoidedTraps(resolution: Resolution): Trap[] {
  const unavoided = [...resolution.values()].flatMap(({ project, builds }) =>
    builds.flatMap(({ version, target }) =>
      trapsOf(project, version, [target]).filter(({ requirement: { key, specifier } }) =>
        resolution.get(key)?.builds.some(other => other.target === target && !satisfies(specifier, other.version)),
      ),
    ),
  )
  return distinctTraps(unavoided)
}

/** Each trap once, on however many targets it is set. */
export function distinctTraps(traps: readonly Trap[]): Trap[] {
  const nameOf = ({ project, version, requirement: { key, specifier } }: Trap) =>
    [project, publicVersion(version).text, key, specifier.text].join(' ')
  return [...new Map(traps.toReversed().map(trap => [nameOf(trap), trap])).values()].reverse()
}

/**
 * Whether a step from one torchaudio to another crosses 2.8: from 2.9 on, its load and save use torchcodec, a
 * project of its own that needs ffmpeg (pytorch/audio#3902). Nothing breaks where they are not used, so this is no trap.
 */
export function losesAudioFiles(before: Version, after: Version): boolean {
  const bound = parseVersion('2.9')!
  return compareVersions(before, bound) < 0 && compareVersions(after, bound) >= 0
}
