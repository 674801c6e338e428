import type { Options } from '../contract/options.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import type { Platform, Target } from '../packaging/target.ts'
import { lazily, once } from '../text/memo.ts'
import { withCpuWheels } from '../torch/cpu-wheels.ts'
import { installedLines, type RequirementLines, requirementLines } from '../torch/lines.ts'
import { loosened } from '../torch/meaning.ts'
import type { FilesByPath } from './compiled-files.ts'
import { withDirectNeeds } from './direct-needs.ts'
import { tellsSourcesApart } from './project-entries.ts'
import type { Project } from './projects.ts'
import { actualInstall, installInBoth, type ResolvedInstall } from './solve/actual-install.ts'
import type { Answers } from './solve/answers.ts'
import { answerTo, type Choice, isSolved } from './solve/choose.ts'
import { proveCudaOnly } from './solve/cuda-lines.ts'
import type { Indexes } from './solve/indexes.ts'
import { lookAhead } from './solve/look-ahead.ts'
import { type NoAnswer, type TargetWorld, worldsFor } from './solve/solve.ts'
import type { Surroundings } from './surroundings.ts'
import { defaultPlatform, type NamedPlatform, platformsNamedIn } from './which-platforms.ts'

/** Requirements files have no lock, and runs on them start faster without what reads one. */
const ofLocks = () => import('./locked.ts')

/** Files that are installed together, before it is known what they are installed on. */
export interface FileSet {
  readonly options: Options
  /** What the reader knows it by: the path of its first file. */
  readonly name: string
  /** By absolute path, in the order in which they are reached. */
  readonly files: FilesByPath
  /** Of the files that were compiled from others of the unit, by absolute path, those others. */
  readonly sources: ReadonlyMap<string, readonly RequirementsFile[]>
  readonly indexes: Indexes
  /** Of file sets that ask the same; absent: there is no other. */
  readonly answers?: Answers
  readonly surroundings: Surroundings
  /** Platforms that do not count though the files name them. */
  readonly without: ReadonlySet<Platform>
  /** The project whose entries the files are; undefined: they are requirements files. */
  readonly project?: Project
}

/** Files that are installed together, and what is asked about them. */
export interface Unit extends FileSet {
  readonly lines: RequirementLines
  /** At least one. */
  readonly targets: readonly Target[]
  /** What each target finds in the CPU-only world, as the lines are before anything is known of them; made once. */
  worlds(): readonly TargetWorld[]
  /** The platforms that are targets because the files name them and no option asks for any. */
  readonly named: readonly NamedPlatform[]
  /** Where the Python versions of the targets were read. */
  readonly source: string
  /** Whether nothing states a Python, and this one was found to do. */
  readonly assumed: boolean
  /** The versions to install on all targets; worked out once. */
  answer(): Promise<Answer>
  /** What the files install on a target as they are; worked out once. See `actualInstall` in `solve`. */
  actualInstall(target: Target): Promise<ResolvedInstall | undefined>
  /** Another Python on which the files have a solution; asked of the resolver. Undefined: there is none. */
  otherPython(): Promise<string | undefined>
}

/** What the resolver says of a unit. */
export interface Answer {
  /** The lines of the unit, those for CUDA alone told apart from the others. */
  readonly lines: RequirementLines
  readonly choice: Choice | NoAnswer
}

/** On which Pythons a file set is to be installed, and why on these. */
export interface PythonsAsked extends Pick<Unit, 'source'> {
  readonly pythons: readonly string[]
  readonly otherPython?: Unit['otherPython']
}

/**
 * A file set with what is asked about it: an install on some Pythons, on each platform of the options; where these have none,
 * on Linux and on the platforms that the markers of the files name.
 */
export function unitOn(fileSet: FileSet, { pythons, source, otherPython = async () => undefined }: PythonsAsked): Unit {
  const { options, files, sources, indexes, answers, without, project } = fileSet
  const named =
    options.platform.length > 0
      ? []
      : platformsNamedIn(files.values(), pythons, tellsSourcesApart(project?.root.manifest)).filter(
          ({ platform }) => !without.has(platform),
        )
  const platforms = options.platform.length > 0 ? options.platform : [defaultPlatform, ...named.map(n => n.platform)]
  const targets = pythons.flatMap(python => platforms.map(platform => indexes.cache.target({ python, platform })))
  const lines = requirementLines(files.values(), targets)
  const asking = { indexes, options, ...(answers && { answers }) }
  const installOf = (lines: RequirementLines, targets: readonly Target[]) =>
    actualInstall({ ...asking, lines, targets })
  let worlds: readonly TargetWorld[] | undefined
  const known = lazily(() => withDirectNeeds(lines, { indexes, targets, cwd: options.cwd }))
  const answer = lazily(async () => {
    const locked = project && (await (await ofLocks()).lockedAnswer(project, { lines, indexes, targets, options }))
    if (locked) return { lines, choice: locked }
    lookAhead({ lines, indexes, targets, options })
    const proved = await proveCudaOnly(await known(), rest => installOf(rest, targets))
    const served = await withCpuWheels(proved, indexes, targets)
    const looser = loosened(served, ({ absolute }) => sources.has(absolute))
    return { lines: served, choice: await answerTo({ ...asking, lines: served, targets }, looser) }
  })
  return {
    ...fileSet,
    lines,
    targets,
    worlds: () =>
      (worlds ??= worldsFor({ lines, indexes, targets, options }, { torch: () => undefined, traps: 'ignored' })),
    named,
    source,
    assumed: false,
    otherPython,
    answer,
    actualInstall: once(
      ({ python, platform }: Target) => `${python} ${platform}`,
      async target => {
        const { choice } = await answer()
        if (project?.lock) return (await ofLocks()).lockedInstall(project.lock.lock, { indexes, targets, options })
        if (
          project &&
          isSolved(choice) &&
          (await ofLocks()).isBoundToCpu(project, choice.resolution, options.cpuIndexUrl)
        )
          return {
            resolution: choice.resolution,
            exact: choice.withoutMetadata.length === 0,
            unknown: choice.withoutMetadata,
          }
        const lines = installedLines(await known(), files, sources)
        // Of compiled files the sources are asked for too, and not installed.
        const isWhole = sources.size === 0 && isSolved(choice)
        const both = isWhole ? installInBoth({ lines, indexes, targets, options }, choice) : undefined
        return both ?? installOf(lines, [target])
      },
    ),
  }
}
