import { basename, dirname, resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { fileVariables, type Options } from '../contract/options.ts'
import { type FoldersUpwards, foldersListedOnce } from '../files/folders.ts'
import { includedBy, loadRequirements } from '../formats/requirements/files.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { discover, type FoundProject } from './discover.ts'
import { gpuFilesBesideCpuFiles } from './gpu-files.ts'
import { placesOf } from './outside.ts'
import type { Project } from './projects.ts'
import { type PublishedAmong, publishedFiles } from './published.ts'
import { isProse, otherFormat } from './unreadable.ts'

/** The files of a run. */
export interface FoundFiles {
  /** With all that they bring in, in the order in which they are reached. */
  readonly files: readonly RequirementsFile[]
  /** Absolute paths of those that an argument names, and of `-`; the others were found in a folder or are brought in. */
  readonly named: ReadonlySet<string>
  /** Each with files of its own, which are none of `files`. */
  readonly projects: readonly Project[]
}

/**
 * Finds and reads the files and the projects that the arguments mean. In a folder it leaves out prose and files for GPUs that
 * stand beside one for CPUs, and says so; it takes a file of constraints for one even if no other file names it.
 *
 * @param paths files or folders; none: the current folder. With `stdin` set they do not count.
 * @param upwards the way to the folders above a file
 * @throws TorchpinError FILE_UNREADABLE, INCLUDE_CYCLE
 */
export async function findFiles(
  paths: readonly string[],
  options: Options,
  upwards: FoldersUpwards = foldersListedOnce(),
): Promise<FoundFiles> {
  const { cwd, stdin, exclude, onNotice } = options
  const environment = fileVariables(options)
  if (stdin) {
    const files = await loadRequirements(['-'], { cwd, environment, stdin, isWithin: await placesOf([], cwd) })
    return { files, named: new Set(files.map(({ absolute }) => absolute)), projects: [] }
  }
  const asked = paths.length > 0 ? paths : ['.']
  const { files: found, fromFolder, projects: foundProjects } = await discover(asked, cwd, exclude)
  const isWithin = await placesOf(
    paths.map(path => resolve(cwd, path)),
    cwd,
  )
  const besideCpu = options.gpuFiles ? new Map<string, string>() : gpuFilesBesideCpuFiles(found)
  const spared = new Set(found.filter(path => fromFolder.has(path) && besideCpu.has(path)))
  const publishedAmong = publishedFiles(cwd, upwards)
  const ofPackage = await publishedAmong(found.map(path => resolve(cwd, path)))
  const left = found.filter(path => fromFolder.has(path) && ofPackage.has(resolve(cwd, path)))
  const loaded = await withPublishers(
    await loadRequirements(
      found.filter(path => !spared.has(path) && !left.includes(path)),
      { cwd, environment, isWithin },
    ),
    publishedAmong,
  )
  const projects = await projectsIn(foundProjects, cwd, isWithin)
  const absolutes = new Set(loaded.map(({ absolute }) => absolute))
  // What a file that is rewritten includes is rewritten with it.
  for (const path of spared)
    if (!absolutes.has(resolve(cwd, path)))
      onNotice(
        `${path} is left alone: its name says that it is for GPUs, and ${besideCpu.get(path)} is beside it; name it, or give --gpu-files, to have it rewritten`,
      )
  for (const path of left) onNotice(`${path} is left alone: ${whyLeft(path, ofPackage.get(resolve(cwd, path))!)}`)
  const named = new Set(found.filter(path => !fromFolder.has(path)).map(path => resolve(cwd, path)))
  const included = includedBy(loaded)
  const isLone = ({ absolute }: RequirementsFile) => !named.has(absolute) && !included.has(absolute)
  const prose = new Set(loaded.filter(file => isLone(file) && isProse(file)))
  for (const file of prose) onNotice(`${file.path} is left out: ${describe(file)}, not requirements`)
  const files = loaded
    .filter(file => !prose.has(file))
    .map(file => (isLone(file) && saysConstraints(file) ? { ...file, role: 'constraints' as const } : file))
  if (files.length > 0 || projects.length > 0) return { files, named, projects }
  const [published] = left
  const instead =
    published === undefined
      ? [...prose].map(file => otherFormat(file)?.instead).find(advice => advice !== undefined)
      : whyLeft(published, ofPackage.get(resolve(cwd, published))!)
  throw new TorchpinError('FILE_UNREADABLE', `no requirements files below ${paths[0] ?? '.'}`, {
    hint: instead ?? 'a requirements file of another name, or a script, has to be named',
  })
}

/** Most runs have no project, and start faster without what reads one. */
async function projectsIn(
  found: readonly FoundProject[],
  cwd: string,
  isWithin: (path: string) => boolean,
): Promise<readonly Project[]> {
  if (found.length === 0) return []
  const { readProjects } = await import('./projects.ts')
  return readProjects(found, cwd, isWithin)
}

/** Each with the place that has it published, if any does. */
async function withPublishers(
  files: readonly RequirementsFile[],
  publishedAmong: PublishedAmong,
): Promise<RequirementsFile[]> {
  const places = await publishedAmong(files.map(({ absolute }) => absolute))
  return files.map(file => {
    const publishedBy = places.get(file.absolute)
    return publishedBy === undefined ? file : { ...file, publishedBy }
  })
}

function whyLeft(path: string, publishedBy: string): string {
  return `${publishedBy} publishes it as what the package needs; put the pins into a file of their own with -r ${basename(path)}`
}

function describe(prose: RequirementsFile): string {
  const format = otherFormat(prose)
  return format ? `it is ${format.what}` : 'its lines are text'
}

/** `constraints_torch.txt`, `torch.constraints.txt`, `constraints/py311.txt`. */
function saysConstraints({ absolute }: RequirementsFile): boolean {
  const inItsFolder = /^constraints$/i.test(basename(dirname(absolute)))
  return inItsFolder || /(?:^|[-_.])constraints?(?:[-_.\d]|$)/i.test(basename(absolute))
}
