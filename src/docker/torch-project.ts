import { posix } from 'node:path'
import { type LockFile, needsOfPoetryLock, needsOfUvLock, readLockFile, type Selection } from './init/locks.ts'
import type { Needs } from './init/needs.ts'
import { needsOfProject, type ProjectReader, unknownNeeds } from './init/project-needs.ts'
import { type Pyproject, readPyproject } from './init/pyproject.ts'
import { type CommandOption, optionsNamed } from './install.ts'

/** A folder of the build context with a pyproject.toml or a lock file. */
export interface Project {
  /** By its path in the build context. */
  readonly folder: string
  readonly pyproject: Pyproject | undefined
  readonly uvLock: LockFile | undefined
  readonly poetryLock: LockFile | undefined
  /** There is a lock file, whether or not it can be read. */
  readonly locked: boolean
}

/** What a project installs, by the file that says it. */
export interface ProjectNeeds {
  /** By its path in the build context. */
  readonly file: string
  readonly needs: Needs
}

/**
 * Reads a project.
 *
 * @param read gives the text of a file of the project
 */
export async function readProject(
  folder: string,
  read: (name: string) => Promise<string | undefined>,
): Promise<Project> {
  const [uvLock, poetryLock, pyproject] = [
    await read('uv.lock'),
    await read('poetry.lock'),
    await read('pyproject.toml'),
  ]
  return {
    folder,
    pyproject: pyproject === undefined ? undefined : await readPyproject(pyproject),
    uvLock: uvLock === undefined ? undefined : await readLockFile(uvLock),
    poetryLock: poetryLock === undefined ? undefined : await readLockFile(poetryLock),
    locked: uvLock !== undefined || poetryLock !== undefined,
  }
}

/** What `uv sync` or `poetry install` takes: by the lock file, else by pyproject.toml. */
export function needsOfSync(project: Project, reader: 'uv' | 'poetry', selection: Selection): ProjectNeeds {
  const { folder, uvLock, poetryLock, pyproject, locked } = project
  const at = (name: string, needs: Needs) => ({ file: posix.join(folder, name), needs })
  if (uvLock && (reader === 'uv' || !poetryLock)) return at('uv.lock', needsOfUvLock(uvLock, selection))
  if (poetryLock) return at('poetry.lock', needsOfPoetryLock(poetryLock, selection))
  return at('pyproject.toml', locked || !pyproject ? unknownNeeds : needsOfProject(pyproject, reader, selection))
}

/** What `pip install .` and `uv pip install .` take, which read no lock file. */
export function needsOfBuild(project: Project, reader: ProjectReader, selection: Selection): ProjectNeeds {
  const { folder, pyproject } = project
  const needs = pyproject ? needsOfProject(pyproject, reader, selection) : unknownNeeds
  return { file: posix.join(folder, 'pyproject.toml'), needs }
}

/** The extras and groups that the options of `uv sync`, `uv export` or `poetry install` choose. */
export function selectionOf(options: readonly CommandOption[], tool: 'uv' | 'poetry', python: string): Selection {
  const has = (...names: string[]) => optionsNamed(options, ...names).length > 0
  const given = (...names: string[]) =>
    optionsNamed(options, ...names).flatMap(({ text }) => (text ?? '').split(/[\s,]+/).filter(name => name !== ''))
  if (tool === 'uv')
    return {
      extras: has('--all-extras') ? 'all' : given('--extra'),
      groups: has('--all-groups')
        ? 'all'
        : [
            ...(has('--no-dev', '--no-default-groups', '--no-group') ? [] : ['dev']),
            ...given('--group', '--only-group'),
          ],
      python,
    }
  return {
    extras: has('--all-extras') ? 'all' : given('-E', '--extras'),
    groups: has('--only', '--without', '--no-dev') ? [...given('--only'), ...given('--with')] : 'all',
    python,
  }
}
