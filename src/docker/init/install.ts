import { withSlashes } from '../../files/folders.ts'
import type { Lock } from '../../locks/lock.ts'
import { lockOfPoetry } from '../../locks/of-poetry.ts'
import { lockOfUv } from '../../locks/of-uv.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { detectInstaller } from '../../project-files/installer.ts'
import { poetryOfLock, readPoetryLock, readUvLock } from '../../project-files/lock-files.ts'
import { readPipfile, readPipfileLock } from '../../project-files/pipfile.ts'
import { type Pyproject, readPyproject } from '../../project-files/pyproject.ts'
import { requirementsBelow } from '../../run/requirements-below.ts'
import type { InstallerName } from './choices.ts'
import { needsOfPoetryLock, needsOfUvLock } from './locks.ts'
import { type Needs, needsOf, nothingNeeded, readAsked, torchNeedOf } from './needs.ts'
import { needsOfProject, unknownNeeds } from './project-needs.ts'
import { type RequirementsPlan, rankedRequirements, readRequirements } from './requirements.ts'
import type { Tree } from './tree.ts'

/** What the image installs, and with what. */
export interface ImageInstall {
  readonly tool: InstallerName | 'pipenv' | 'none'
  /** Lines of a requirements file, a project as its pyproject.toml or setup.py has it, or nothing. */
  readonly from: 'requirements' | 'project' | 'nothing'
  /** The file that says so. */
  readonly source: string
  /** A lock file names every release. */
  readonly locked: boolean
  readonly requirements: RequirementsPlan | undefined
  /** Requirements files that might have been meant. */
  readonly others: readonly string[]
  readonly pyproject: Pyproject | undefined
  /** The project is installed itself, and not only what it needs. */
  readonly installsProject: boolean
  /** What the lock takes from other folders of the repository, or from files in it: canonical names. Members of a workspace are none of these. */
  readonly local: readonly string[]
  /** The release of the tool that the repository names. */
  readonly toolVersion: string | undefined
  readonly needs: Needs
}

/**
 * Finds what a repository is installed with: a lock file first, then a requirements file, then the project itself.
 *
 * @param wanted what the user chose; undefined: as the repository has it
 * @param python for which markers count
 * @returns undefined where the choice of the user cannot be followed
 */
export async function findInstall(
  tree: Tree,
  wanted: InstallerName | undefined,
  python: string,
): Promise<ImageInstall | undefined> {
  const pyproject = tree.has('pyproject.toml') ? await readPyproject(await tree.text('pyproject.toml')) : undefined
  const uvLock = pyproject && tree.has('uv.lock')
  const isPoetry = pyproject && (tree.has('poetry.lock') || pyproject.poetry)
  if (wanted === 'poetry') return isPoetry ? poetryInstall(tree, pyproject, python) : undefined
  if (uvLock && wanted !== 'pip') return uvInstall(tree, pyproject, true, python)
  if (isPoetry && wanted === undefined) return poetryInstall(tree, pyproject, python)
  const found = await fromRequirements(tree, pyproject, wanted, python)
  if (found) return found
  if (pyproject && (pyproject.buildable || pyproject.dependencies !== undefined))
    return wanted === 'uv' || (wanted === undefined && pyproject.uv && !pyproject.poetry)
      ? uvInstall(tree, pyproject, false, python)
      : projectInstall(pyproject, python)
  if (tree.has('Pipfile') && wanted === undefined) return pipenvInstall(tree)
  if (tree.has('setup.py'))
    return { ...blank, tool: 'pip', from: 'project', source: 'setup.py', installsProject: true, needs: unknownNeeds }
  return { ...blank, tool: 'none', from: 'nothing', source: '' }
}

const blank = {
  locked: false,
  requirements: undefined,
  others: [],
  pyproject: undefined,
  installsProject: false,
  local: [],
  toolVersion: undefined,
  needs: nothingNeeded,
} as const

async function fromRequirements(
  tree: Tree,
  pyproject: Pyproject | undefined,
  wanted: InstallerName | undefined,
  python: string,
): Promise<ImageInstall | undefined> {
  const { files } = await requirementsBelow(tree.folder)
  const [path, ...others] = rankedRequirements(files.map(file => withSlashes(file.slice(tree.folder.length + 1))))
  if (path === undefined) return undefined
  const requirements = await readRequirements(tree.folder, path, python)
  const detected = wanted ?? (await detectInstaller(tree.folder, await tree.text(path)))?.installer
  return {
    ...blank,
    tool: detected === 'uv' ? 'uv' : 'pip',
    from: 'requirements',
    source: path,
    requirements,
    others: others.filter(other => !requirements.files.includes(other) && besides(other, path)),
    pyproject,
    installsProject: requirements.local.includes('.'),
    toolVersion: pyproject?.uvVersion,
    needs: requirements.needs,
  }
}

/** A file of the same project: beside the one taken, or at the top, or in a folder for requirements. */
function besides(other: string, path: string): boolean {
  const folder = (file: string) => file.split('/').slice(0, -1).join('/')
  return folder(other) === folder(path) || /^(?:req[^/]*\/)?[^/]+$/i.test(other)
}

async function uvInstall(tree: Tree, pyproject: Pyproject, locked: boolean, python: string): Promise<ImageInstall> {
  const { uvDefaults: defaults } = pyproject
  // The Dockerfile syncs with --no-dev.
  const groups = (defaults === 'all' ? [...pyproject.groups.keys()] : defaults).filter(group => group !== 'dev')
  const selection = { extras: [], groups: groups.map(canonicalizeName), python }
  const lock = locked ? await readUvLock(await tree.text('uv.lock')) : undefined
  const model = lock && lockOfUv(lock)
  const needs = model && needsOfUvLock(model, selection)
  const own = needsOfProject(pyproject, 'uv', selection)
  return {
    ...blank,
    tool: 'uv',
    from: 'project',
    source: locked ? 'uv.lock' : 'pyproject.toml',
    locked,
    pyproject,
    // uv takes a project without a build system as a list of what is needed.
    installsProject: pyproject.buildable,
    local: model ? localOf(model).filter(name => !lock?.members.has(name)) : [],
    toolVersion: pyproject.uvVersion,
    needs: needs ? { ...needs, extras: own.extras } : own,
  }
}

/** The packages of a lock that are below its folder, but not that folder. */
function localOf({ packages }: Pick<Lock, 'packages'>): string[] {
  return packages
    .filter(({ source: { kind, at } }) => (kind === 'project' || kind === 'path') && at !== '.')
    .map(({ name }) => name)
}

async function poetryInstall(tree: Tree, pyproject: Pyproject, python: string): Promise<ImageInstall> {
  const text = tree.has('poetry.lock') ? await tree.text('poetry.lock') : undefined
  const lock = text === undefined ? undefined : await readPoetryLock(text)
  const selection = { extras: [], groups: [], python }
  return {
    ...blank,
    tool: 'poetry',
    from: 'project',
    source: text === undefined ? 'pyproject.toml' : 'poetry.lock',
    locked: text !== undefined,
    pyproject,
    installsProject: pyproject.poetryPackage,
    local: lock ? localOf(lockOfPoetry(lock)) : [],
    toolVersion: text === undefined ? undefined : poetryOfLock(text),
    needs: lock ? needsOfPoetryLock(lock, selection) : needsOfProject(pyproject, 'poetry', selection),
  }
}

function projectInstall(pyproject: Pyproject, python: string): ImageInstall {
  return {
    ...blank,
    tool: 'pip',
    from: 'project',
    source: 'pyproject.toml',
    pyproject,
    installsProject: true,
    needs: needsOfProject(pyproject, 'pip', { extras: [], groups: [], python }),
  }
}

async function pipenvInstall(tree: Tree): Promise<ImageInstall> {
  const locked = tree.has('Pipfile.lock')
  const names = locked
    ? readPipfileLock(await tree.text('Pipfile.lock'))
    : ((await readPipfile(await tree.text('Pipfile')))?.packages ?? [])
  const source = locked ? 'Pipfile.lock' : 'Pipfile'
  const asked = readAsked(names, source)
  return {
    ...blank,
    tool: 'pipenv',
    from: 'project',
    source,
    locked,
    needs: needsOf(asked, torchNeedOf(asked, [], false), locked),
  }
}
