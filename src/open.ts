import { type FilesByPath, sourcesOf } from './compiled-files.ts'
import { findFiles } from './find-files.ts'
import { inWrittenForm } from './in-written-form.ts'
import { indexesFor, type Network, openNetwork } from './indexes.ts'
import { fileVariables, type Options, resolveOptions } from './options.ts'
import type { Platform } from './packaging/target.ts'
import { filesByPath, type RequirementsFile } from './requirements/files.ts'
import { writtenFormOf } from './requirements/written-form.ts'
import type { Unit } from './run/unit.ts'
import { unitOnItsPythons } from './run/which-python.ts'
import { unitsOf } from './units.ts'
import { refuseUnreadable, refuseVariableNames } from './unreadable.ts'

/** The files of a run, read, and what all of its units share. */
export interface Run {
  readonly options: Options
  readonly network: Network
  /** What is installed together, each on its own: see `unitsOf`. At least one. */
  readonly parts: readonly (readonly RequirementsFile[])[]
}

export type { Unit } from './run/unit.ts'

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
    refuseUnreadable(files, named)
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
  const sources = new Map(
    loaded.map(file => [file.absolute, sourcesOf(file, files)] as const).filter(([, of]) => of[0]),
  )
  const indexes = indexesFor(files, network)
  return unitOnItsPythons({ options, name: loaded[0]!.path, files, sources, indexes, without })
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
