import { basename, posix, resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { DockerInitResult } from '../contract/results/docker-init.ts'
import { version } from '../contract/version.ts'
import { withSlashes } from '../files/folders.ts'
import { writeAll } from '../files/write.ts'
import type { PackageIndex } from '../package-index/project-page.ts'
import { snapshotIndex } from '../package-index/snapshot/snapshot-index.ts'
import { hasScriptMetadata } from '../packaging/script-metadata.ts'
import { pythonAtHand } from '../run/python-at-hand.ts'
import { asArgument } from '../text/shell-words.ts'
import { type Base, bases, type InstallerName, installers } from './init/choices.ts'
import { dockerfileOf } from './init/dockerfile.ts'
import type { EntryPoint } from './init/entry-points/entry-point.ts'
import { type EntryPoints, findEntryPoints } from './init/entry-points/find.ts'
import { openSearch } from './init/entry-points/search.ts'
import { existingFiles, type PlannedFile, planFiles } from './init/files.ts'
import { givenEntryPoint, onPort } from './init/given.ts'
import { ignoreFileOf } from './init/ignore-file.ts'
import type { Image } from './init/image.ts'
import { findInstall, type ImageInstall } from './init/install.ts'
import { linuxReleases } from './init/linux-releases.ts'
import { installNotes, startNotes, torchNotes } from './init/notes.ts'
import { choosePython, type PythonChoice } from './init/python-choice.ts'
import { baseFor, debianOf } from './init/python-version.ts'
import { refuseOtherFolders } from './init/scope.ts'
import { cpuArguments } from './init/torch-arguments.ts'
import { readTree, type Tree } from './init/tree.ts'
import { type Write, writesOf } from './init/writes.ts'
import { systemPackagesFor } from './system-libraries.ts'

/** Options of `docker init`. */
export interface DockerInitOptions {
  /** `3.12`, or `3.12.4`; left out, the repository says it. */
  readonly python?: string | undefined
  /** The command that starts the application, as in a shell: `uvicorn app:app`. */
  readonly entryPoint?: string | undefined
  readonly port?: number | undefined
  /** The variant of the official Python image. */
  readonly base?: Base | undefined
  readonly installer?: InstallerName | undefined
  /** Replace the files that are there. */
  readonly force?: boolean | undefined
  readonly cwd?: string | undefined
  /** Where `rewrite` keeps what indexes answered, which tells which Pythons the requirements are for. */
  readonly cacheDir?: string | undefined
}

/** What the repository says, and the files that follow from it. */
export interface DockerInit {
  readonly result: DockerInitResult
  /** The files to write. Nothing is written yet: see `saveDocker`. */
  readonly files: readonly PlannedFile[]
}

/**
 * Reads a repository and works out a Dockerfile and a .dockerignore for it; writes nothing, runs nothing, asks no network.
 *
 * @throws TorchpinError BAD_OPTION; FILE_UNREADABLE where there is nothing to build; FILE_UNWRITABLE where both files are there
 */
export async function initDocker(folder: string, options: DockerInitOptions = {}): Promise<DockerInit> {
  const given = checked(options)
  const absolute = resolve(options.cwd ?? process.cwd(), folder)
  const existing = await existingFiles(absolute, folder, options.force ?? false)
  const tree = await readTree(absolute).catch(cause => {
    throw new TorchpinError('FILE_UNREADABLE', `${folder} is no folder that can be read`, { cause })
  })
  const cpuIndex = snapshotIndex('cpu')
  const installation = await findInstallation(tree, folder, options, cpuIndex)
  const start = await findStart(tree, installation.install, { ...given, port: options.port })
  const { image, recognised } = await describeImage(tree, installation, start, cpuIndex)
  const dockerfile = dockerfileOf(image)
  const needed = [
    ...dockerfile.copies.filter(path => path !== '.'),
    ...(image.install.pyproject?.files ?? []),
    ...(image.entry?.file ? [image.entry.file] : []),
  ]
  const ignore = await ignoreFileOf(tree, existing.dockerfile ? [...needed, ...existing.copies] : needed)
  const { files, findings } = planFiles({ folder, existing, dockerfile, ignore, needed, notes: image.notes })
  return {
    files,
    result: {
      schema: 1,
      version,
      folder: withSlashes(folder),
      recognised,
      files: files.map(({ path, action, diff }) => ({ path, action, diff })),
      findings,
      next: nextCommands(withSlashes(folder), tagOf(absolute), image),
    },
  }
}

/** What the image installs, on which Python. */
interface Installation {
  readonly install: ImageInstall
  readonly python: PythonChoice
  readonly base: Base
}

/** The Python decides which lines count, and these decide which Python, unless something states it. */
async function findInstallation(
  tree: Tree,
  folder: string,
  options: DockerInitOptions,
  cpuIndex: PackageIndex,
): Promise<Installation> {
  const asked = { tree, releases: await linuxReleases(cpuIndex, 'torch'), given: options.python }
  const unknown = { needs: undefined, requiresPython: undefined, forRequirements: undefined }
  const first = await choosePython({ ...asked, ...unknown })
  const install = await findInstall(tree, options.installer, first.python)
  if (!install)
    throw new TorchpinError('BAD_OPTION', `--installer ${options.installer} does not go with what is in ${folder}`, {
      hint: 'Poetry needs a pyproject.toml of its own',
      flag: 'installer',
    })
  refuseOtherFolders(tree, install, folder)
  const atHand = { cwd: tree.folder, cacheDir: options.cacheDir }
  const python = await choosePython({
    ...asked,
    needs: install.needs,
    requiresPython: install.pyproject?.requiresPython,
    forRequirements: install.requirements ? () => pythonAtHand(install.source, atHand) : undefined,
  })
  return { install, python, base: options.base ?? baseFor(python.python) }
}

/** How the application starts, and what it writes then. */
interface Started {
  readonly points: EntryPoints
  readonly entry: EntryPoint | undefined
  readonly port: number | undefined
  readonly writes: readonly Write[]
}

async function findStart(
  tree: Tree,
  { needs, pyproject, installsProject }: ImageInstall,
  given: { readonly entry: EntryPoint | undefined; readonly port: number | undefined },
): Promise<Started> {
  const search = await openSearch(tree, {
    needs,
    scripts: pyproject?.scripts ?? [],
    installed: installsProject,
    name: pyproject?.name,
  })
  const points = given.entry ? { best: given.entry, others: [], notebooks: [] } : await findEntryPoints(search)
  const entry = points.best && given.port !== undefined ? onPort(points.best, given.port) : points.best
  return { points, entry, port: given.port ?? entry?.port, writes: writesOf(search.files) }
}

/** Everything that the Dockerfile is written from, and what the report says was read. */
async function describeImage(
  tree: Tree,
  { install, python, base }: Installation,
  { points, entry, port, writes }: Started,
  cpuIndex: PackageIndex,
): Promise<{ readonly image: Image; readonly recognised: DockerInitResult['recognised'] }> {
  const cpu = await cpuArguments(install, cpuIndex, python.python)
  const conda = tree.files.find(file => /^environment\.ya?ml$/.test(file))
  const script = install.tool === 'none' ? await scriptWithMetadata(tree) : undefined
  const system = systemPackagesFor(install.needs.projects.keys(), debianOf(base), install.needs.git)
  const chosen = [
    { what: 'Python', value: python.python, source: python.source },
    ...(install.tool === 'none' ? [] : [{ what: 'installs with', value: install.tool, source: install.source }]),
    ...(entry ? [{ what: 'starts with', value: entry.command.join(' '), source: entry.source }] : []),
  ]
  return {
    recognised: [
      ...chosen,
      ...writes.map(({ what, source }) => ({ what: 'writes to /app', value: what, source })),
      ...system.map(({ package: name, project, stage }) => ({
        what: stage === 'run' ? 'needs' : 'needs to install',
        value: name,
        source: `${project}, ${install.needs.projects.get(project) ?? install.source}`,
      })),
    ],
    image: {
      base: `python:${python.python}-${base}`,
      read: chosen.map(({ what, value, source }) => `${what} ${value} (${source})`),
      system,
      install,
      cpu,
      entry,
      port,
      writes,
      notes: [
        ...python.notes,
        ...installNotes(install, { conda, script }),
        ...torchNotes(install, cpu.proved),
        ...startNotes({ ...points, best: entry && { ...entry, port } }, install),
      ],
    },
  }
}

/** A script at the top that says itself what it needs. */
async function scriptWithMetadata(tree: Tree): Promise<string | undefined> {
  for (const file of tree.files) if (/^[^/]+\.py$/.test(file) && hasScriptMetadata(await tree.text(file))) return file
  return undefined
}

/** Writes what `initDocker` worked out: all files, or none. @throws TorchpinError */
export async function saveDocker({ files }: DockerInit): Promise<void> {
  await writeAll(files.filter(({ action }) => action !== 'keep'))
}

/** What `docker build` has to be given beside the folder: keys and passwords, which stay out of the image. */
function buildOptions({ needs, requirements }: ImageInstall): string[] {
  return [
    ...(needs.git === 'ssh' ? ['--ssh default'] : []),
    ...(requirements?.variables ?? []).map(name => `--secret id=${name},env=${name}`),
  ]
}

/** A name for the image, made of that of its folder. */
function tagOf(absolute: string): string {
  const name = basename(absolute).toLowerCase()
  return name.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'app'
}

function nextCommands(folder: string, tag: string, { port, install }: Image): string[] {
  return [
    `torchpin docker check ${asArgument(posix.join(folder, 'Dockerfile'))}`,
    ['docker build -t', tag, ...buildOptions(install), asArgument(folder)].join(' '),
    `docker save ${tag} | torchpin audit -`,
    ['docker run --rm', ...(port === undefined ? [] : [`-p ${port}:${port}`]), tag].join(' '),
  ]
}

function checked({ python, entryPoint, port, base, installer }: DockerInitOptions) {
  const bad = (flag: string, what: string, hint: string) =>
    new TorchpinError('BAD_OPTION', `--${flag} ${what}`, { hint, flag })
  if (python !== undefined && !/^3\.\d{1,2}(?:\.\d{1,2})?$/.test(python))
    throw bad('python', `${python} is not a Python version`, 'write it as 3.12 or 3.12.4')
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536))
    throw bad('port', `${port} is no port`, 'a number from 1 to 65535')
  if (base !== undefined && !bases.includes(base))
    throw bad('base', `${base} is not known`, `one of ${bases.join(', ')}; torch has no wheels for Alpine`)
  if (installer !== undefined && !installers.includes(installer))
    throw bad('installer', `${installer} is not known`, `one of ${installers.join(', ')}`)
  const entry = entryPoint === undefined ? undefined : givenEntryPoint(entryPoint)
  if (entryPoint !== undefined && !entry)
    throw bad('entry-point', 'is no command', 'write it as in a shell: "uvicorn app:app"')
  return { entry }
}
