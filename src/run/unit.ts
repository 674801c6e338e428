import { asTheyWere, type Install } from '../as-they-were.ts'
import { answerTo, type Choice } from '../choose.ts'
import type { FilesByPath } from '../compiled-files.ts'
import { proveCudaOnly } from '../cuda-lines.ts'
import type { Indexes } from '../indexes.ts'
import type { Options } from '../options.ts'
import { once } from '../package-index/once.ts'
import type { Platform, Target } from '../packaging/target.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Unsettled } from '../settle.ts'
import { withCpuWheels } from '../torch/cpu-wheels.ts'
import { installedLines, loosened, type RequirementLines, requirementLines } from '../torch/lines.ts'
import { withDirectNeeds } from './direct-needs.ts'
import { defaultPlatform, type NamedPlatform, platformsNamedIn } from './which-platforms.ts'

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
  /** Platforms that do not count though the files name them. */
  readonly without: ReadonlySet<Platform>
}

/** Files that are installed together, and what is asked about them. */
export interface Unit extends FileSet {
  readonly lines: RequirementLines
  /** At least one. */
  readonly targets: readonly Target[]
  /** The platforms that are among the targets because the files name them, and nobody asked for any. */
  readonly named: readonly NamedPlatform[]
  /** Where the Python versions of the targets were read. */
  readonly source: string
  /** Whether nothing states a Python, and this one was found to do. */
  readonly assumed: boolean
  /** The versions to install on all targets; worked out once. */
  answer(): Promise<Answer>
  /** What the files install on a target as they are; worked out once. See `asTheyWere`. */
  asTheyAre(target: Target): Promise<Install | undefined>
  /** Another Python on which the files have a solution; asked of the resolver. Undefined: there is none. */
  otherPython(): Promise<string | undefined>
}

/** What the resolver says of a unit. */
export interface Answer {
  /** The lines of the unit, those for CUDA alone told apart from the others. */
  readonly lines: RequirementLines
  readonly choice: Choice | Unsettled
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
  const { options, files, sources, indexes, without } = fileSet
  const named =
    options.platform.length > 0
      ? []
      : platformsNamedIn(files.values(), pythons).filter(({ platform }) => !without.has(platform))
  const platforms = options.platform.length > 0 ? options.platform : [defaultPlatform, ...named.map(n => n.platform)]
  const targets = pythons.flatMap(python => platforms.map(platform => ({ python, platform })))
  const lines = requirementLines(files.values(), targets)
  const known = onceOnly(() => withDirectNeeds(lines, { indexes, targets, cwd: options.cwd }))
  return {
    ...fileSet,
    lines,
    targets,
    named,
    source,
    assumed: false,
    otherPython,
    answer: onceOnly(async () => {
      const question = { lines: await known(), indexes, targets, options }
      const proved = await withCpuWheels(await proveCudaOnly(question), indexes, targets)
      const looser = loosened(proved, ({ absolute }) => sources.has(absolute))
      return { lines: proved, choice: await answerTo({ ...question, lines: proved }, looser) }
    }),
    asTheyAre: once(
      ({ python, platform }: Target) => `${python} ${platform}`,
      async target => asTheyWere(installedLines(await known(), files, sources), indexes, [target], options),
    ),
  }
}

function onceOnly<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined
  return () => (result ??= work())
}
