import { asTheyWere, type Install } from './as-they-were.ts'
import { type FilesByPath, sourcesOf } from './compiled-files.ts'
import { findFiles } from './find-files.ts'
import { inWrittenForm } from './in-written-form.ts'
import { type Indexes, indexesFor, type Network, openNetwork } from './indexes.ts'
import { fileVariables, type Options, resolveOptions } from './options.ts'
import { once } from './package-index/once.ts'
import type { Platform, Target } from './packaging/target.ts'
import { filesByPath, type RequirementsFile } from './requirements/files.ts'
import { writtenFormOf } from './requirements/written-form.ts'
import { withDirectNeeds } from './run/direct-needs.ts'
import type { NamedPlatform } from './run/which-platforms.ts'
import { findTargets } from './targets.ts'
import { installedLines, type RequirementLines, requirementLines } from './torch/lines.ts'
import { unitsOf } from './units.ts'
import { refuseUnreadable, refuseVariableNames } from './unreadable.ts'

/** The files of a run, read, and what all of its units share. */
export interface Run {
  readonly options: Options
  readonly network: Network
  /** What is installed together, each on its own: see `unitsOf`. At least one. */
  readonly parts: readonly (readonly RequirementsFile[])[]
}

/** Files that are installed together, and what is asked about them. */
export interface Unit {
  readonly options: Options
  /** What the reader knows it by: the path of its first file. */
  readonly name: string
  /** By absolute path, in the order in which they are reached. */
  readonly files: FilesByPath
  readonly lines: RequirementLines
  /** Of the files that were compiled from others of the unit, by absolute path, those others. */
  readonly sources: ReadonlyMap<string, readonly RequirementsFile[]>
  readonly indexes: Indexes
  /** At least one. */
  readonly targets: readonly Target[]
  /** The platforms that count because the files name them; see `Targets`. */
  readonly named: readonly NamedPlatform[]
  /** Where the Python versions of the targets were read. */
  readonly source: string
  /** What the files install on a target as they are; worked out once. See `asTheyWere`. */
  asTheyAre(target: Target): Promise<Install | undefined>
}

/**
 * Reads requirements files, parts them into units, and does a piece of work on them. What the work gives, throws and tells is
 * in written form: it has the names of variables, and not their values.
 *
 * @param paths files, or folders: every requirements file below them; none: the current folder. With `stdin` set they do not count.
 * @throws TorchpinError BAD_OPTION, FILE_UNREADABLE, INCLUDE_CYCLE
 */
export async function withRun<Result>(
  paths: readonly string[],
  given: Partial<Options>,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const options = saidOnce(resolveOptions(given))
  const { files, named } = await findFiles(paths, options)
  const written = writtenFormOf(files, fileVariables(options))
  const spoken: Options = {
    ...options,
    onNotice: message => options.onNotice(written(message)),
    onProgress: event => options.onProgress(event.name === undefined ? event : { ...event, name: written(event.name) }),
  }
  return inWrittenForm(written, async () => {
    refuseUnreadable(files)
    refuseVariableNames(files)
    const network = await openNetwork(spoken, url => written(url) !== url)
    return work({ options: spoken, network, parts: unitsOf(files, options.apart ? new Set() : named) })
  })
}

/**
 * Reads what the repository says about the files of a unit.
 * @param without platforms that do not count though the files name them
 */
export async function openUnit(
  loaded: readonly RequirementsFile[],
  { options, network }: Run,
  without: ReadonlySet<Platform>,
): Promise<Unit> {
  const files: FilesByPath = filesByPath(loaded)
  const indexes = indexesFor(files, network)
  const { targets, named, source } = await findTargets(files, { options, indexes, without })
  const sources = new Map(
    loaded.map(file => [file.absolute, sourcesOf(file, files)] as const).filter(([, of]) => of[0]),
  )
  const asked = requirementLines(loaded, targets)
  const lines = await withDirectNeeds(asked, { indexes, targets, cwd: options.cwd })
  return {
    options,
    name: loaded[0]!.path,
    files,
    lines,
    sources,
    indexes,
    targets,
    named,
    source,
    asTheyAre: once(
      ({ python, platform }: Target) => `${python} ${platform}`,
      target => asTheyWere(installedLines(lines, files, sources), indexes, [target], options),
    ),
  }
}

/** What is true of many units is news once. */
function saidOnce(options: Options): Options {
  const said = new Set<string>()
  return {
    ...options,
    onNotice(message) {
      if (!said.has(message)) options.onNotice(message)
      said.add(message)
    },
  }
}
