import { basename, dirname, join, resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import type { Finding } from '../contract/results/rewrite.ts'
import { pathFrom } from '../files/folders.ts'
import { readText } from '../files/read-text.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import { canonicalizeName } from '../packaging/names.ts'
import type { IndexedNeed } from '../project-files/indexed-project.ts'
import { readPdmLock, readPdmProject } from '../project-files/pdm.ts'
import { readPipfile, readPipfileLock } from '../project-files/pipfile.ts'
import { readPyproject } from '../project-files/pyproject.ts'
import { cudaOnly, torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl } from '../torch/index-urls.ts'
import { torchUsers } from '../torch/torch-users.ts'
import { managerOf } from './managed.ts'

/** The arguments of a run, those apart that mean files which are read and not edited. */
export interface Arguments {
  /** The arguments that a rewrite takes. */
  readonly paths: readonly string[]
  /** Whether nothing is left of what was given: no path is not the current folder then. */
  readonly nothingLeft: boolean
  /** Of Pipfiles and of PDM's projects: what there is to write, by hand. */
  readonly findings: readonly Finding[]
  /** pylock.toml files, as given. */
  readonly exported: readonly string[]
}

/** A project whose tool binds packages to indexes in a way that torchpin does not write. */
interface ForeignProject {
  readonly tool: 'Pipenv' | 'PDM'
  readonly needs: readonly IndexedNeed[]
  /** What its lock installs, as `name==version`. */
  readonly locked: readonly string[]
  readonly lockName: string
  /** The index that a project would come from though nothing names it. */
  boundTo(name: string): string | undefined
}

/**
 * Tells the files apart that are no requirements files and no projects: a Pipfile and the pyproject.toml of PDM, which
 * torchpin does not edit, and what was exported as pylock.toml. Only what is named counts.
 *
 * @throws TorchpinError FILE_UNREADABLE
 */
export async function readArguments(
  paths: readonly string[],
  { cwd, cpuIndexUrl }: Pick<Options, 'cwd' | 'cpuIndexUrl'>,
): Promise<Arguments> {
  const rest: string[] = []
  const exported: string[] = []
  const findings: Finding[] = []
  for (const path of paths) {
    const name = basename(path)
    if (/^pylock(?:\.[^.]+)?\.toml$/.test(name)) {
      exported.push(path)
      continue
    }
    const project = /^(?:Pipfile|pyproject\.toml)$/.test(name)
      ? await foreignProject(resolve(cwd, path), cwd)
      : undefined
    if (project) findings.push(...findingsOn(project, pathFrom(cwd, resolve(cwd, path)), cpuIndexUrl))
    else rest.push(path)
  }
  return { paths: rest, nothingLeft: paths.length > 0 && rest.length === 0, findings, exported }
}

async function foreignProject(absolute: string, cwd: string): Promise<ForeignProject | undefined> {
  const beside = async (name: string) => (await readText(join(dirname(absolute), name))) ?? ''
  if (basename(absolute) === 'Pipfile') {
    const pipfile = await readPipfile(await textOf(absolute, cwd))
    if (!pipfile) throw new TorchpinError('FILE_UNREADABLE', `${pathFrom(cwd, absolute)} is no TOML`)
    const locked = readPipfileLock(await beside('Pipfile.lock'))
    return { tool: 'Pipenv', needs: pipfile.needs, locked, lockName: 'Pipfile.lock', boundTo: () => undefined }
  }
  const text = (await readText(absolute)) ?? ''
  const pdm = await readPdmProject(text)
  const pyproject = pdm && (await readPyproject(text))
  // One that uv or Poetry manages too is theirs.
  if (!pdm || !pyproject || managerOf(pyproject, [])) return undefined
  for (const name of ['uv.lock', 'poetry.lock']) if ((await beside(name)) !== '') return undefined
  const locked = await readPdmLock(await beside('pdm.lock'))
  return { tool: 'PDM', needs: pdm.needs, locked, lockName: 'pdm.lock', boundTo: pdm.boundTo }
}

async function textOf(absolute: string, cwd: string): Promise<string> {
  try {
    return (await readRegular(absolute)).toString('utf8')
  } catch (cause) {
    throw new TorchpinError('FILE_UNREADABLE', `${pathFrom(cwd, absolute)} ${whyUnreadable(cause)}`, { cause })
  }
}

function findingsOn(project: ForeignProject, path: string, cpuIndexUrl: string): Finding[] {
  const isForCpu = (url: string | undefined) => url !== undefined && readTorchIndexUrl(url, cpuIndexUrl)?.kind === 'cpu'
  const named = project.needs.filter(({ name }) => torchFamily.has(canonicalizeName(name)))
  const isNamed = (name: string) => named.some(need => canonicalizeName(need.name) === name)
  const brought = broughtIn(project).filter(({ name }) => !isNamed(name) && !isForCpu(project.boundTo(name)))
  const open = named.filter(({ indexUrl }) => !isForCpu(indexUrl))
  const wanted = [...open, ...brought.map(({ name }) => ({ name, version: '*' }))]
  const hint = whatToWrite(project, wanted, splitCredentials(cpuIndexUrl).url)
  const cuda = project.locked.filter(requirement => cudaOnly.has(nameIn(requirement)))
  return [
    ...open.map(
      ({ name, version, indexUrl, line }): Finding => ({
        code: 'not-cpu-build',
        level: 'error',
        path,
        ...(line === undefined ? {} : { line }),
        message: `${name} ${version} lets builds for CUDA in: ${indexUrl === undefined ? 'nothing binds it to an index' : `it is bound to ${splitCredentials(indexUrl).url}`}`,
        hint,
      }),
    ),
    ...brought.map(
      ({ name, by }): Finding => ({
        code: 'torch-not-named',
        level: 'error',
        path,
        message: `${by} ${name}, which nothing binds to the index of CPU builds`,
        hint,
      }),
    ),
    ...(wanted.length === 0 && cuda.length > 0
      ? [
          {
            code: 'cuda-installed' as const,
            level: 'error' as const,
            path,
            message: `${project.lockName} still installs ${cuda[0]}${cuda.length > 1 ? ` and ${cuda.length - 1} more that only GPUs need` : ''}`,
            hint: `run ${project.tool === 'PDM' ? 'pdm' : 'pipenv'} lock`,
          },
        ]
      : []),
  ]
}

/** What of the torch family comes along: as the lock has it; without a lock, torch for a package that is known to need it. */
function broughtIn({ needs, locked, lockName }: ForeignProject): { readonly name: string; readonly by: string }[] {
  const inLock = [...new Set(locked.map(nameIn))].filter(name => torchFamily.has(name))
  if (locked.length > 0) return inLock.map(name => ({ name, by: `${lockName} has` }))
  const user = needs.find(({ name }) => torchUsers.has(canonicalizeName(name)))
  return user ? [{ name: 'torch', by: `${user.name} brings` }] : []
}

const nameIn = (requirement: string): string => canonicalizeName(requirement.split(/[=<>!~\s]/, 1)[0]!)

/** The lines of the file, on one. */
function whatToWrite(
  { tool }: ForeignProject,
  wanted: readonly Pick<IndexedNeed, 'name' | 'version'>[],
  url: string,
): string {
  if (tool === 'PDM') {
    const names = [...new Set(wanted.map(({ name }) => `"${canonicalizeName(name)}"`))].join(', ')
    return `write [[tool.pdm.source]] with name = "pytorch-cpu", url = "${url}", include_packages = [${names}] and exclude_packages = ["*"], then run pdm lock`
  }
  const lines = wanted.map(
    ({ name, version }) => `${name} = {version = "${version.replace(/\+cu\d+/, '')}", index = "pytorch-cpu"}`,
  )
  return `write [[source]] with name = "pytorch-cpu", url = "${url}" and verify_ssl = true, and in [packages] ${lines.join(', ')}, then run pipenv lock`
}
