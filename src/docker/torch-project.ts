import { posix } from 'node:path'
import type { Lock } from '../locks/lock.ts'
import { lockOfUv } from '../locks/of-uv.ts'
import { type PoetryLock, readPoetryLock, readUvLock } from '../project-files/lock-files.ts'
import { type Pyproject, readPyproject } from '../project-files/pyproject.ts'
import { memberIn, needsOfPoetryLock, needsOfUvLock, type Selection } from './init/locks.ts'
import type { Needs } from './init/needs.ts'
import { needsOfProject, type ProjectReader, unknownNeeds } from './init/project-needs.ts'

/** A folder of the build context with a pyproject.toml or a lock file. */
export interface Project {
  /** By its path in the build context. */
  readonly folder: string
  readonly pyproject: Pyproject | undefined
  readonly uvLock: Lock | undefined
  readonly poetryLock: PoetryLock | undefined
  /** There is a lock file, whether or not it can be read. */
  readonly locked: boolean
  /** The uv workspace that it lies in below the root. */
  readonly workspace: Workspace | undefined
}

/** A uv workspace, by its folder in the build context. */
interface Workspace {
  readonly folder: string
  readonly uvLock: Lock | undefined
  /** What the lock calls the project that lies in it. */
  readonly member: string | undefined
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
    uvLock: await lockIn(uvLock),
    poetryLock: poetryLock === undefined ? undefined : await readPoetryLock(poetryLock),
    locked: uvLock !== undefined || poetryLock !== undefined,
    workspace: uvLock === undefined && poetryLock === undefined ? await workspaceAround(folder, read) : undefined,
  }
}

async function lockIn(text: string | undefined): Promise<Lock | undefined> {
  const lock = text === undefined ? undefined : await readUvLock(text)
  return lock && lockOfUv(lock)
}

async function workspaceAround(
  folder: string,
  read: (name: string) => Promise<string | undefined>,
): Promise<Workspace | undefined> {
  for (let at = folder, up = '..'; at !== ''; up = `../${up}`) {
    at = posix.dirname(at).replace(/^\.$/, '')
    const root = await read(posix.join(up, 'pyproject.toml'))
    if (root === undefined || !(await readPyproject(root))?.workspace) continue
    const uvLock = await lockIn(await read(posix.join(up, 'uv.lock')))
    const member = uvLock && memberIn(uvLock, posix.relative(at, folder))
    return uvLock && member === undefined ? undefined : { folder: at, uvLock, member }
  }
  return undefined
}

/** What `uv sync` or `poetry install` takes: by the lock file, else by pyproject.toml. */
export function needsOfSync(project: Project, reader: 'uv' | 'poetry', selection: Selection): ProjectNeeds {
  const { folder, uvLock, poetryLock, pyproject, locked, workspace } = project
  const at = (name: string, needs: Needs) => ({ file: posix.join(folder, name), needs })
  if (uvLock && (reader === 'uv' || !poetryLock)) return at('uv.lock', needsOfUvLock(uvLock, selection))
  if (poetryLock) return at('poetry.lock', needsOfPoetryLock(poetryLock, selection))
  if (workspace?.uvLock && reader === 'uv') {
    const members = selection.members ?? [workspace.member!]
    return {
      file: posix.join(workspace.folder, 'uv.lock'),
      needs: needsOfUvLock(workspace.uvLock, { ...selection, members }),
    }
  }
  // Without a lock file, several files say which indexes the members of a workspace use.
  const unknown = locked || !pyproject || workspace || selection.members !== undefined
  return at('pyproject.toml', unknown ? unknownNeeds : needsOfProject(pyproject, reader, selection))
}

/** What `pip install .` and `uv pip install .` take, which read no lock file. */
export function needsOfBuild(project: Project, reader: ProjectReader, selection: Selection): ProjectNeeds {
  const { folder, pyproject } = project
  const needs = pyproject ? needsOfProject(pyproject, reader, selection) : unknownNeeds
  return { file: posix.join(folder, 'pyproject.toml'), needs }
}
