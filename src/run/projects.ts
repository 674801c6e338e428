import { basename, dirname, join, relative, sep } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { pathFrom, withSlashes } from '../files/folders.ts'
import { rulesAbove, rulesGiven } from '../files/git-ignore.ts'
import { readdir, realpath } from '../files/machine/files.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { walk } from '../files/walk.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { readPyprojectManifest } from '../formats/toml/pyproject/format.ts'
import type { Lock } from '../locks/lock.ts'
import { readLock } from '../locks/read-lock.ts'
import { type Pyproject, readPyproject, readScriptMetadata } from '../project-files/pyproject.ts'
import type { FoundProject } from './discover.ts'
import { type Manager, managerOf } from './managed.ts'
import { type AskingFile, entriesAsFiles } from './project-entries.ts'

/** A file of a project that says what the project needs. */
export interface ProjectFile extends AskingFile {
  readonly pyproject: Pyproject
  /** What it asks for: see `entriesAsFiles`. */
  readonly files: readonly RequirementsFile[]
}

/** What one lock file locks: a project with the members of its workspace, or a script. */
export interface Project {
  readonly manager: Manager
  readonly root: ProjectFile
  readonly members: readonly ProjectFile[]
  /** Undefined: there is none beside it. */
  readonly lock: LockFile | undefined
  readonly isScript: boolean
}

export interface LockFile {
  readonly path: string
  readonly absolute: string
  readonly bytes: Uint8Array
  readonly lock: Lock
}

/**
 * Reads projects with their members and locks. A member of one is no project of its own.
 * @param isWithin whether a real path lies in the repository of what was named
 * @throws TorchpinError FILE_UNREADABLE
 */
export async function readProjects(
  found: readonly FoundProject[],
  cwd: string,
  isWithin: (path: string) => boolean,
): Promise<Project[]> {
  const projects: Project[] = []
  for (const one of found) projects.push(await readProject(one, cwd, isWithin))
  const members = new Set(projects.flatMap(({ members }) => members.map(({ real }) => real)))
  return projects.filter(({ root }) => !members.has(root.real))
}

async function readProject(
  { path, absolute }: FoundProject,
  cwd: string,
  isWithin: (path: string) => boolean,
): Promise<Project> {
  const isScript = absolute.endsWith('.py')
  const folder = dirname(absolute)
  const names = await readdir(folder).catch((): string[] => [])
  const root = await readProjectFile({ path, absolute, syntax: isScript ? 'script' : undefined }, names, isWithin)
  const manager = isScript ? 'uv' : (managerOf(root.pyproject, names) ?? 'uv')
  const lockName = isScript ? `${basename(absolute)}.lock` : manager === 'uv' ? 'uv.lock' : 'poetry.lock'
  const lock = names.includes(lockName) ? await readLockFile(join(folder, lockName), root, cwd) : undefined
  const members = root.pyproject.workspace ? await membersOf(root, cwd, isWithin) : []
  return { manager, root, members, lock, isScript }
}

async function readProjectFile(
  { path, absolute, syntax }: { path: string; absolute: string; syntax: 'script' | undefined },
  names: readonly string[],
  isWithin: (path: string) => boolean,
): Promise<ProjectFile> {
  const { bytes, real } = await bytesOf(path, absolute)
  const text = new TextDecoder().decode(bytes)
  const pyproject = await (syntax ? readScriptMetadata : readPyproject)(text)
  const manager = (pyproject && managerOf(pyproject, names)) ?? 'uv'
  const manifest = readPyprojectManifest(bytes, path, syntax ?? manager)
  const { encoding } = manifest
  const file = { path, absolute, real, encoding, bytes, own: isWithin(real), manifest, pyproject: pyproject! }
  return { ...file, files: entriesAsFiles(file) }
}

async function readLockFile(absolute: string, { manifest: { source } }: ProjectFile, cwd: string): Promise<LockFile> {
  const path = pathFrom(cwd, absolute)
  const { bytes } = await bytesOf(path, absolute)
  const lock = await readLock(path, new TextDecoder().decode(bytes), source)
  return { path, absolute, bytes, lock }
}

async function bytesOf(path: string, absolute: string): Promise<{ bytes: Uint8Array; real: string }> {
  try {
    return { real: await realpath(absolute), bytes: await readRegular(absolute) }
  } catch (cause) {
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${whyUnreadable(cause)}`, { cause })
  }
}

/** Folders that a workspace is looked for members in: more levels than any has. */
const DEEPEST = 8

/** The members of a workspace: folders with a pyproject.toml that its patterns name, without those that it leaves out. */
async function membersOf(root: ProjectFile, cwd: string, isWithin: (path: string) => boolean): Promise<ProjectFile[]> {
  const folder = dirname(root.absolute)
  const { members, exclude } = root.pyproject.workspaceMembers
  const [named, left] = [rulesGiven(folder, members.map(anchored)), rulesGiven(folder, exclude.map(anchored))]
  const { rules } = await rulesAbove(folder)
  const entries = await readdir(folder, { withFileTypes: true })
  const found: ProjectFile[] = []
  for await (const { path: absolute } of walk({ folder, entries, rules }, { deepest: DEEPEST })) {
    const member = dirname(absolute)
    if (basename(absolute) !== 'pyproject.toml' || member === folder) continue
    const inside = withSlashes(relative(folder, member))
    // A folder below one that a pattern names is not named itself.
    const above = dirname(inside)
    const isNamed = named.patterns.ignores(`${inside}/`) && (above === '.' || !named.patterns.ignores(`${above}/`))
    if (!isNamed || left.patterns.ignores(`${inside}/`)) continue
    const path = pathFrom(cwd, absolute)
    found.push(await readProjectFile({ path, absolute, syntax: undefined }, [], isWithin))
  }
  return found
}

function anchored(pattern: string): string {
  return `/${withSlashes(pattern.split(sep).join('/'))
    .replace(/^\.?\//, '')
    .replace(/\/$/, '')}/`
}
