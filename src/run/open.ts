import { fileVariables, type Options, resolveOptions } from '../contract/options.ts'
import { foldersListedOnce } from '../files/folders.ts'
import { filesByPath } from '../formats/requirements/files.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { writtenFormOf } from '../formats/requirements/written-form.ts'
import type { Platform } from '../packaging/target.ts'
import { firstTime } from '../text/lists.ts'
import { type FilesByPath, sourcesOf } from './compiled-files.ts'
import { findFiles } from './find-files.ts'
import { inWrittenForm } from './in-written-form.ts'
import type { Project } from './projects.ts'
import { unknownChoices } from './selected.ts'
import type { Answers } from './solve/answers.ts'
import { indexesFor, type Network, openNetwork } from './solve/indexes.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'
import type { Unit } from './unit.ts'
import { unitsOf } from './units.ts'
import { refuseUnreadable, refuseVariableNames } from './unreadable.ts'
import { unitOnItsPythons } from './which-python.ts'

/** The files of a run, read, and what all of its units share. */
export interface Run {
  readonly options: Options
  readonly network: Network
  readonly surroundings: Surroundings
  /** What is installed together, each on its own: see `unitsOf`; then what each project asks for. At least one, but for `withoutFiles`. */
  readonly parts: readonly (readonly RequirementsFile[])[]
  /** The project of a part, by the first file of that part. */
  readonly projects: ReadonlyMap<RequirementsFile, Project>
}

export type { Unit } from './unit.ts'

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
  const upwards = foldersListedOnce()
  const { files, named, projects } = await findFiles(paths, options, upwards)
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
    for (const notice of unknownChoices(projects, options)) spoken.onNotice(notice)
    const ofProjects = projects.map(project => [project, filesOf(project)] as const)
    return work({
      options: spoken,
      network,
      surroundings: surroundingsOf(options, upwards),
      parts: [...unitsOf(files, options.apart ? new Set() : named), ...ofProjects.map(([, files]) => files)],
      projects: new Map(ofProjects.map(([project, files]) => [files[0]!, project])),
    })
  })
}

/** A run on no file at all. */
export async function withoutFiles<Result>(
  given: Partial<Options>,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const options = saidOnce(resolveOptions(given))
  const network = await openNetwork(options)
  return work({ options, network, surroundings: surroundingsOf(options), parts: [], projects: new Map() })
}

/**
 * Reads what the repository says about the files of a unit.
 * @param without platforms that do not count though the files name them
 * @param answers see `sharedAnswers`
 */
export async function openUnit(
  loaded: readonly RequirementsFile[],
  { options, network, surroundings, projects }: Run,
  without: ReadonlySet<Platform>,
  answers?: Answers,
): Promise<Unit> {
  const files: FilesByPath = filesByPath(loaded)
  const sources = new Map(
    loaded.map(file => [file.absolute, sourcesOf(file, files)] as const).filter(([, of]) => of[0]),
  )
  const indexes = indexesFor(files, network)
  const project = projects.get(loaded[0]!)
  return unitOnItsPythons({
    options,
    name: loaded[0]!.path,
    files,
    sources,
    indexes,
    ...(answers && { answers }),
    surroundings,
    without,
    ...(project && { project }),
  })
}

const filesOf = ({ root, members }: Project): RequirementsFile[] => [root, ...members].flatMap(({ files }) => files)

/** What is true of many units is news once. */
function saidOnce(options: Options): Options {
  const isNews = firstTime()
  return {
    ...options,
    onNotice(message) {
      if (isNews(message)) options.onNotice(message)
    },
  }
}
