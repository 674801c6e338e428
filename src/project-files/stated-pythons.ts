import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { dockerfilesOf } from '../workspace/dockerfiles.ts'
import { type Folder, foldersUpwards, pathFrom } from '../workspace/folders.ts'
import { readText } from '../workspace/read-text.ts'
import { type CiJob, jobsOfGitlab, jobsOfWorkflow } from './ci-jobs.ts'
import { fromCondaEnvironment } from './conda-environment.ts'
import { pythonOfDockerfile } from './dockerfile-python.ts'
import { fromPipfile, fromPyproject } from './pyproject-python.ts'
import { onePython, type PythonFacts } from './python-facts.ts'
import { fromSetupCfg, fromSetupPy } from './setup-python.ts'
import { fromPythonVersion, fromPyvenv, fromRuntime, fromToolVersions } from './version-files.ts'

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

/** Which requirements files are asked about, and how places are shown. */
export interface AskedPlaces {
  readonly cwd: string
  /** Names of the files: the jobs of a CI system that install them count before others. */
  readonly requirements?: readonly string[]
  /** Which of the Dockerfiles of a folder count; left out, all of them, the plain one first. */
  readonly dockerfiles?: (folder: Folder) => readonly string[]
}

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
export async function pythonsAround(directory: string, places: AskedPlaces): Promise<RepositoryPythons> {
  const folders: Folder[] = []
  let deployed: readonly PythonStatement[] = []
  let allowed: readonly AllowedPythons[] = []
  for await (const folder of foldersUpwards(directory)) {
    folders.push(folder)
    const found = await declarationsIn(folder, places)
    if (deployed.length === 0) deployed = found.stated
    if (allowed.length === 0) allowed = found.allowed
  }
  if (deployed.length > 0) return { stated: deployed, onlyTested: false, allowed }
  for (const folder of folders) {
    const stated = await environmentsIn(folder, places)
    if (stated.length > 0) return { stated, onlyTested: false, allowed }
  }
  for (const folder of folders) {
    const stated = await jobsIn(folder, places)
    if (stated.length > 0) return { stated, onlyTested: true, allowed }
  }
  return { stated: [], onlyTested: false, allowed }
}

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
async function declarationsIn(folder: Folder, { cwd, dockerfiles = dockerfilesOf }: AskedPlaces) {
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
    if (stated.length === 0) await add(name, text => onePython(pythonOfDockerfile(text)))
  for (const [pattern, read] of declarations)
    for (const name of folder.names) if (pattern.test(name)) await add(name, read)
  return { stated, allowed }
}

/** Where people keep the environment of a project. */
const environmentNames = ['.venv', 'venv', 'env', '.env', 'virtualenv']

async function environmentsIn(folder: Folder, { cwd }: AskedPlaces): Promise<PythonStatement[]> {
  for (const name of environmentNames) {
    if (!folder.names.includes(name)) continue
    const path = join(folder.path, name, 'pyvenv.cfg')
    const [found] = fromPyvenv((await readText(path)) ?? '').pythons
    if (found) return [{ python: found.python, source: `${pathFrom(cwd, path)}:${found.line}`, folder: folder.path }]
  }
  return []
}

/** What is read of the workflows of a folder, in characters. */
const MOST_OF_JOBS = 2 ** 20

/** What the jobs run on that install the requirements files; where none names them, what any runs on. */
async function jobsIn(folder: Folder, { cwd, requirements = [] }: AskedPlaces): Promise<PythonStatement[]> {
  const found: { readonly job: CiJob; readonly path: string }[] = []
  let read = 0
  const add = async (path: string, readJobs: (text: string) => Promise<readonly CiJob[]>) => {
    const text = (await readText(path)) ?? ''
    read += text.length
    if (read > MOST_OF_JOBS) return
    for (const job of await readJobs(text)) found.push({ job, path })
  }
  const workflows = join(folder.path, '.github', 'workflows')
  const names = folder.names.includes('.github') ? await readdir(workflows).catch((): string[] => []) : []
  for (const name of names.sort()) if (/\.ya?ml$/i.test(name)) await add(join(workflows, name), jobsOfWorkflow)
  for (const name of folder.names)
    if (/^\.gitlab-ci\.ya?ml$/i.test(name)) await add(join(folder.path, name), jobsOfGitlab)
  const installing = found.filter(({ job }) => requirements.some(name => job.commands.includes(basename(name))))
  return (installing.length > 0 ? installing : found).flatMap(({ job, path }) =>
    job.pythons.map(({ python, line }) => ({
      python,
      source: `${pathFrom(cwd, path)}${line === undefined ? '' : `:${line}`}`,
      folder: folder.path,
    })),
  )
}
