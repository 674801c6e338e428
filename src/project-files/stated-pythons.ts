import { basename, join } from 'node:path'
import { type Folder, type FoldersUpwards, foldersUpwards, pathFrom } from '../files/folders.ts'
import { readdir } from '../files/machine/files.ts'
import { readText } from '../files/read-text.ts'
import { once, onceForEachText } from '../text/memo.ts'
import { type CiJob, jobsOfGitlab, jobsOfWorkflow } from './ci-jobs.ts'
import { dockerfilesOf } from './dockerfile/names.ts'
import { pythonOfDockerfile } from './dockerfile/python.ts'
import { fromPipfile, fromPyproject } from './pyproject-python.ts'
import { onePython, type PythonFacts } from './python-facts.ts'
import {
  fromCondaEnvironment,
  fromPythonVersion,
  fromPyvenv,
  fromRuntime,
  fromSetupCfg,
  fromSetupPy,
  fromToolVersions,
} from './version-files.ts'

const gitlabFile = /^\.gitlab-ci\.ya?ml$/i

/** A Python that a repository names, and where. */
export interface PythonStatement {
  /** `3.11` or `3.11.7`, as stated. */
  readonly python: string
  /** The file, relative to the current folder, and the line: `Dockerfile:1`. */
  readonly source: string
  /** The folder whose files say so, as an absolute path. */
  readonly folder: string
}

/** A range of Pythons that a repository allows, and where. */
export interface AllowedPythons {
  /** A specifier of PEP 440. */
  readonly range: string
  readonly source: string
}

/** What a repository says of the Pythons that some requirements files are installed on. */
export interface RepositoryPythons {
  /** From the strongest kind of place that names any; see `pythonsAround`. */
  readonly stated: readonly PythonStatement[]
  /** Whether these are what a CI system tests on, and no place where the files are deployed. */
  readonly onlyTested: boolean
  readonly allowed: readonly AllowedPythons[]
}

/** How places are shown, and which count. */
interface Places {
  readonly cwd: string
  /** Which of the Dockerfiles of a folder count; left out, all of them, the plain one first. */
  readonly dockerfiles?: (folder: Folder) => readonly string[]
}

/** Which requirements files are asked about, and how places are shown. */
export interface AskedPlaces extends Places {
  /** Names of the files: the jobs of a CI system that install them count before others. */
  readonly requirements?: readonly string[]
}

/** What is stated around a folder of requirements files with these names; see `pythonsAround`. */
export type PythonsAround = (directory: string, requirements: readonly string[]) => Promise<RepositoryPythons>

/**
 * Looks for Pythons in a folder and in those above it up to the repository's. The kinds of places, from the strongest:
 *
 * 1. what deploys: a Dockerfile, .python-version, runtime.txt, .tool-versions, a pyproject.toml or Pipfile that leaves one
 *    minor version, an environment.yml; those of the nearest folder that has any
 * 2. a virtual environment beside the files
 * 3. the jobs of a CI system, and their matrix
 *
 * A weaker kind is not read where a stronger one names a Python. Ranges (`requires-python`) allow, and name nothing. What
 * cannot be read says nothing.
 */
export function pythonsAround(
  directory: string,
  { requirements = [], ...places }: AskedPlaces,
): Promise<RepositoryPythons> {
  return pythonsStated(places)(directory, requirements)
}

/** `pythonsAround` for many folders: what a folder says is read once. */
export function pythonsStated(places: Places, upwards: FoldersUpwards = foldersUpwards): PythonsAround {
  const ofDockerfile = onceForEachText(pythonOfDockerfile)
  const declarations = inEach(folder => declarationsIn(folder, places, ofDockerfile))
  const environments = inEach(folder => environmentsIn(folder, places))
  const jobs = inEach(jobsIn)
  return async (directory, requirements) => {
    const folders: Folder[] = []
    let deployed: readonly PythonStatement[] = []
    let allowed: readonly AllowedPythons[] = []
    for (const folder of upwards(directory)) {
      folders.push(folder)
      const found = await declarations(folder)
      if (deployed.length === 0) deployed = found.stated
      if (allowed.length === 0) allowed = found.allowed
    }
    if (deployed.length > 0) return { stated: deployed, onlyTested: false, allowed }
    for (const folder of folders) {
      const stated = await environments(folder)
      if (stated.length > 0) return { stated, onlyTested: false, allowed }
    }
    for (const folder of folders) {
      const stated = pythonsOfJobs(await jobs(folder), folder, { ...places, requirements })
      if (stated.length > 0) return { stated, onlyTested: true, allowed }
    }
    return { stated: [], onlyTested: false, allowed }
  }
}

const inEach = <Found>(read: (folder: Folder) => Promise<Found>) => once(({ path }: Folder) => path, read)

type Reader = (text: string) => PythonFacts | Promise<PythonFacts>

/** The files that declare a Python, the strongest first. */
const declarations: readonly (readonly [name: RegExp, read: Reader])[] = [
  [/^\.python-version$/, fromPythonVersion],
  [/^runtime\.txt$/, fromRuntime],
  [/^\.tool-versions$/, fromToolVersions],
  [/^pyproject\.toml$/, fromPyproject],
  [/^setup\.cfg$/, fromSetupCfg],
  [/^setup\.py$/, fromSetupPy],
  [/^Pipfile$/, fromPipfile],
  [/^(?:environment|env|conda)\.ya?ml$/, fromCondaEnvironment],
]

/** Of the Dockerfiles the first that names a Python counts, of the other files each. */
async function declarationsIn(
  folder: Folder,
  { cwd, dockerfiles = dockerfilesOf }: Places,
  ofDockerfile: typeof pythonOfDockerfile,
) {
  const stated: PythonStatement[] = []
  const allowed: AllowedPythons[] = []
  const add = async (name: string, readFacts: Reader) => {
    const path = join(folder.path, name)
    const facts = await readFacts((await readText(path)) ?? '')
    const sourceOf = ({ line }: { readonly line: number | undefined }) =>
      `${pathFrom(cwd, path)}${line === undefined ? '' : `:${line}`}`
    for (const found of facts.pythons)
      stated.push({ python: found.python, source: sourceOf(found), folder: folder.path })
    if (facts.allowed) allowed.push({ range: facts.allowed.range, source: sourceOf(facts.allowed) })
  }
  for (const name of dockerfiles(folder))
    if (stated.length === 0) await add(name, async text => onePython(await ofDockerfile(text)))
  for (const [pattern, read] of declarations) for (const name of folder.matching(pattern)) await add(name, read)
  return { stated, allowed }
}

/** Where people keep the environment of a project. */
const environmentNames = ['.venv', 'venv', 'env', '.env', 'virtualenv']

async function environmentsIn(folder: Folder, { cwd }: Places): Promise<PythonStatement[]> {
  for (const name of environmentNames) {
    if (!folder.has(name)) continue
    const path = join(folder.path, name, 'pyvenv.cfg')
    const [found] = fromPyvenv((await readText(path)) ?? '').pythons
    if (found) return [{ python: found.python, source: `${pathFrom(cwd, path)}:${found.line}`, folder: folder.path }]
  }
  return []
}

/** What is read of the workflows of a folder, in characters. */
const MOST_OF_JOBS = 2 ** 20

/** A job of a CI system, and the file that has it. */
interface FoundJob {
  readonly job: CiJob
  readonly path: string
}

async function jobsIn(folder: Folder): Promise<FoundJob[]> {
  const found: FoundJob[] = []
  let read = 0
  const add = async (path: string, readJobs: (text: string) => Promise<readonly CiJob[]>) => {
    const text = (await readText(path)) ?? ''
    read += text.length
    if (read > MOST_OF_JOBS) return
    for (const job of await readJobs(text)) found.push({ job, path })
  }
  const workflows = join(folder.path, '.github', 'workflows')
  const names = folder.has('.github') ? await readdir(workflows).catch((): string[] => []) : []
  for (const name of names.sort()) if (/\.ya?ml$/i.test(name)) await add(join(workflows, name), jobsOfWorkflow)
  for (const name of folder.matching(gitlabFile)) await add(join(folder.path, name), jobsOfGitlab)
  return found
}

/** What the jobs run on that install the requirements files; where none names them, what any runs on. */
function pythonsOfJobs(
  found: readonly FoundJob[],
  folder: Folder,
  { cwd, requirements = [] }: AskedPlaces,
): PythonStatement[] {
  const installing = found.filter(({ job }) => requirements.some(name => job.commands.includes(basename(name))))
  return (installing.length > 0 ? installing : found).flatMap(({ job, path }) =>
    job.pythons.map(({ python, line }) => ({
      python,
      source: `${pathFrom(cwd, path)}${line === undefined ? '' : `:${line}`}`,
      folder: folder.path,
    })),
  )
}
