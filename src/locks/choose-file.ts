import { type Target, wheelRank } from '../packaging/target.ts'
import { parseWheelFilename, type WheelTags } from '../packaging/wheel.ts'
import type { LockedFile } from '../project-files/lock-files.ts'

/** The files of a locked package that install on a target: the one that an installer takes first, and all of them. */
export interface FittingFiles {
  readonly best: LockedFile | undefined
  readonly all: readonly LockedFile[]
}

/**
 * Which of a locked package's files a target takes: the wheel with the best tag, the highest build number among equals, else
 * the source distribution. Names that are those of neither are skipped, variants of a wheel (PEP 825) among them.
 */
export function fittingFiles(files: readonly LockedFile[], target: Target): FittingFiles {
  const wheels = files.flatMap(file => {
    const wheel = parseWheelFilename(file.filename)
    const rank = wheel && wheelRank(wheel, target)
    return rank === undefined ? [] : [{ file, rank, build: buildNumber(wheel!) }]
  })
  const ordered = wheels.toSorted((a, b) => a.rank - b.rank || b.build - a.build).map(({ file }) => file)
  const all = [...ordered, ...files.filter(({ filename }) => isSource(filename))]
  return { best: all[0], all }
}

function buildNumber({ build }: WheelTags): number {
  return build?.[0] ?? -1
}

function isSource(filename: string): boolean {
  return /\.(?:tar\.gz|zip|tgz|tar\.bz2|tar\.xz|tar)$/.test(filename)
}
