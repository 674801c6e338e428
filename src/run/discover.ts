import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { withSlashes } from '../files/folders.ts'
import { readdir, stat } from '../files/machine/files.ts'
import { readText } from '../files/read-text.ts'
import { hasScriptMetadata } from '../packaging/script-metadata.ts'
import { otherFormatAmong } from '../project-files/other-formats.ts'
import { readPdmProject } from '../project-files/pdm.ts'
import { nearName } from '../text/near-name.ts'
import { managedAmong } from './managed.ts'
import { type Below, requirementsBelow } from './requirements-below.ts'

export interface Discovered {
  /** Each file once; relative to the current folder where below it, else as named; `/` between folders. */
  readonly files: readonly string[]
  /** Those of `files` that no argument names: they were found in a folder. */
  readonly fromFolder: ReadonlySet<string>
  /** Each pyproject.toml, and each script that says what it needs, likewise. */
  readonly projects: readonly FoundProject[]
}

/** A pyproject.toml, or a script with metadata of its own. */
export interface FoundProject {
  /** As in {@link Discovered.files}. */
  readonly path: string
  readonly absolute: string
  /** An argument names it, or its lock file. */
  readonly named: boolean
}

/**
 * The requirements files and the projects that the arguments mean, in their order: a file is meant as named, a folder means
 * every requirements file, every conda environment with a `pip:` list and every project below it that uv or Poetry manages
 * (see `requirementsBelow`). A lock file means the pyproject.toml beside it.
 * @param exclude patterns of a .gitignore, for what folders hold; what an argument names is not held against them
 * @throws TorchpinError FILE_UNREADABLE for a path that is not there or cannot be read, or a folder without any of these
 */
export async function discover(
  paths: readonly string[],
  cwd: string,
  exclude: readonly string[] = [],
): Promise<Discovered> {
  const found = new Map<string, { path: string; fromFolder: boolean }>()
  const projects = new Map<string, FoundProject>()
  for (const given of paths) {
    const absolute = resolve(cwd, given)
    if (!(await isFolder(given, absolute, cwd))) {
      const project = await projectOf(absolute)
      const into: Map<string, unknown> = project === undefined ? found : projects
      const file = project ?? absolute
      const path = found.get(file)?.path ?? shown(join(dirname(given), basename(file)), file, cwd)
      into.set(file, project === undefined ? { path, fromFolder: false } : { path, absolute: file, named: true })
      continue
    }
    const below = await filesOf(given, absolute, exclude)
    const shownBelow = (file: string) => shown(join(given, relative(absolute, file)), file, cwd)
    for (const file of below.files) if (!found.has(file)) found.set(file, { path: shownBelow(file), fromFolder: true })
    for (const file of below.projects)
      if (!projects.has(file)) projects.set(file, { path: shownBelow(file), absolute: file, named: false })
  }
  const all = [...found.values()]
  return {
    files: all.map(({ path }) => path),
    fromFolder: new Set(all.filter(({ fromFolder }) => fromFolder).map(({ path }) => path)),
    projects: [...projects.values()],
  }
}

/** The pyproject.toml or script that a path stands for; undefined: the path belongs to no project. */
async function projectOf(absolute: string): Promise<string | undefined> {
  const name = basename(absolute)
  if (name === 'pyproject.toml') return absolute
  if (name === 'uv.lock' || name === 'poetry.lock') return join(dirname(absolute), 'pyproject.toml')
  if (!name.endsWith('.py')) return undefined
  return hasScriptMetadata((await readText(absolute)) ?? '') ? absolute : undefined
}

async function filesOf(
  given: string,
  folder: string,
  exclude: readonly string[],
): Promise<Pick<Below, 'files' | 'projects'>> {
  const { files, ignored, projects, environments } = await requirementsBelow(folder, exclude).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new TorchpinError('FILE_UNREADABLE', `${given} cannot be read`, { hint: 'look at its permissions', cause })
    },
  )
  const managed = await managedAmong(projects)
  const withPip = await havingPipList(environments)
  if (files.length + withPip.length + managed.length > 0) return { files: [...files, ...withPip], projects: managed }
  const hint = ignoredHint(given, folder, ignored, exclude) ?? (await otherFormatHint(folder))
  throw new TorchpinError('FILE_UNREADABLE', `no requirements files below ${given}`, {
    hint: hint ?? 'a requirements file of another name, or a script, has to be named',
  })
}

/** The conda environments with a list for pip that can be edited. */
async function havingPipList(environments: readonly string[]): Promise<string[]> {
  if (environments.length === 0) return []
  // The parser of YAML loads only when a file needs it.
  const { readPipList } = await import('../project-files/conda-environment.ts')
  const lists = await Promise.all(environments.map(async path => readPipList((await readText(path)) ?? '')))
  return environments.filter((_, i) => 'items' in (lists[i] ?? {}))
}

function ignoredHint(
  given: string,
  folder: string,
  [first]: readonly string[],
  exclude: readonly string[],
): string | undefined {
  if (first === undefined) return undefined
  const by = exclude.length > 0 ? 'git or --exclude' : 'git'
  return `${by} ignores ${withSlashes(join(given, relative(folder, first)))}; name it to have it rewritten all the same`
}

/** A project may say what it needs in pyproject.toml, a Pipfile or an environment.yml alone. */
async function otherFormatHint(folder: string): Promise<string | undefined> {
  const format = otherFormatAmong(await readdir(folder))
  if (format?.name === 'pyproject.toml' && (await readPdmProject((await readText(join(folder, format.name))) ?? '')))
    return "there is PDM's pyproject.toml: name it, and torchpin check says what binds torch to CPU builds"
  return format && `there is ${format.name}: ${format.instead}`
}

async function isFolder(given: string, absolute: string, cwd: string): Promise<boolean> {
  // What an unset shell variable leaves behind would mean the current folder.
  if (given === '')
    throw new TorchpinError('FILE_UNREADABLE', 'a path is empty', { hint: 'for the current folder say .' })
  try {
    return (await stat(absolute)).isDirectory()
  } catch (error) {
    const cause = error as NodeJS.ErrnoException
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR')
      throw new TorchpinError('FILE_UNREADABLE', `${given} cannot be read`, { hint: 'look at its permissions', cause })
    const near = await nearPath(absolute)
    throw new TorchpinError('FILE_UNREADABLE', `${given} does not exist`, {
      hint: near
        ? `did you mean ${shown(join(dirname(given), relative(dirname(absolute), near)), near, cwd)}?`
        : 'give the path of a requirements file or of a folder',
    })
  }
}

/** A path that exists and differs in one name from one that does not. */
async function nearPath(missing: string): Promise<string | undefined> {
  const rest: string[] = []
  for (let path = missing; dirname(path) !== path; path = dirname(path)) {
    const names = await readdir(dirname(path)).catch(() => undefined)
    if (names) {
      const name = nearName(basename(path), names.sort())
      const near = name === undefined ? undefined : join(dirname(path), name, ...rest)
      return near !== undefined && (await stat(near).catch(() => undefined)) ? near : undefined
    }
    rest.unshift(basename(path))
  }
  return undefined
}

function shown(named: string, absolute: string, cwd: string): string {
  const path = relative(cwd, absolute)
  const below = path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
  return withSlashes(below ? path : normalize(named))
}
