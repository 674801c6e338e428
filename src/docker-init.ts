import { basename, posix, resolve } from 'node:path'
import { type Base, bases, type Installer, installers } from './docker/init/choices.ts'
import { dockerfileOf } from './docker/init/dockerfile.ts'
import { findEntryPoints } from './docker/init/entry-points/find.ts'
import { existingFiles, type PlannedFile, planFiles } from './docker/init/files.ts'
import { givenEntryPoint, onPort } from './docker/init/given.ts'
import { ignoreFileOf } from './docker/init/ignore-file.ts'
import { findInstall, type Install } from './docker/init/install.ts'
import { linuxReleases } from './docker/init/linux-releases.ts'
import { installNotes, startNotes, torchNotes } from './docker/init/notes.ts'
import { choosePython } from './docker/init/python-choice.ts'
import { baseFor, debianOf } from './docker/init/python-version.ts'
import { refuseOtherFolders } from './docker/init/scope.ts'
import { cpuArguments } from './docker/init/torch-arguments.ts'
import { readTree } from './docker/init/tree.ts'
import { systemPackagesFor } from './docker/system-libraries.ts'
import type { DockerInitResult } from './docker-init-result.ts'
import { TorchpinError } from './errors.ts'
import { writeAll } from './requirements/write.ts'
import { pythonAtHand } from './run/python-at-hand.ts'
import { snapshotIndex } from './snapshot/snapshot-index.ts'
import { asArgument } from './text/argument.ts'
import { version } from './version.ts'
import { withSlashes } from './workspace/folders.ts'

/** What `docker init` can be told. */
export interface DockerInitOptions {
  /** `3.12`, or `3.12.4`; left out, the repository says it. */
  readonly python?: string | undefined
  /** The command that starts the application, as in a shell: `uvicorn app:app`. */
  readonly entryPoint?: string | undefined
  readonly port?: number | undefined
  /** The variant of the official Python image. */
  readonly base?: Base | undefined
  readonly installer?: Installer | undefined
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
  const releases = await linuxReleases(cpuIndex, 'torch')
  const asked = { tree, releases, given: options.python }
  const unknown = { needs: undefined, requiresPython: undefined, forRequirements: undefined }
  const first = await choosePython({ ...asked, ...unknown })
  const install = await findInstall(tree, options.installer, first.python)
  if (!install)
    throw new TorchpinError('BAD_OPTION', `--installer ${options.installer} does not go with what is in ${folder}`, {
      hint: 'Poetry needs a pyproject.toml of its own',
      flag: 'installer',
    })
  refuseOtherFolders(tree, install, folder)
  const { requiresPython } = install.pyproject ?? { requiresPython: undefined }
  const atHand = { cwd: tree.folder, cacheDir: options.cacheDir }
  const forRequirements = install.requirements ? () => pythonAtHand(install.source, atHand) : undefined
  const python = await choosePython({ ...asked, needs: install.needs, requiresPython, forRequirements })
  const base = options.base ?? baseFor(python.python)

  const project = {
    needs: install.needs,
    scripts: install.pyproject?.scripts ?? [],
    installed: install.installsProject,
    name: install.pyproject?.name,
  }
  const points = given.entry ? { best: given.entry, others: [], notebooks: [] } : await findEntryPoints(tree, project)
  const entry = points.best && options.port !== undefined ? onPort(points.best, options.port) : points.best
  const port = options.port ?? entry?.port
  const cpu = await cpuArguments(install, cpuIndex, python.python)
  const notes = [
    ...python.notes,
    ...installNotes(
      install,
      tree.files.find(file => /^environment\.ya?ml$/.test(file)),
    ),
    ...torchNotes(install, cpu.proved),
    ...startNotes({ ...points, best: entry && { ...entry, port } }, install),
  ]
  const system = systemPackagesFor(install.needs.projects.keys(), debianOf(base), install.needs.git)
  const recognised = [
    { what: 'Python', value: python.python, source: python.source },
    ...(install.tool === 'none' ? [] : [{ what: 'installs with', value: install.tool, source: install.source }]),
    ...(entry ? [{ what: 'starts with', value: entry.command.join(' '), source: entry.source }] : []),
    ...system.map(({ package: name, project, stage }) => ({
      what: stage === 'run' ? 'needs' : 'needs to install',
      value: name,
      source: `${project}, ${install.needs.projects.get(project) ?? install.source}`,
    })),
  ]
  const read = recognised
    .filter(({ what }) => !what.startsWith('needs'))
    .map(({ what, value, source }) => `${what} ${value} (${source})`)
  const dockerfile = dockerfileOf({
    base: `python:${python.python}-${base}`,
    read,
    system,
    install,
    cpu,
    entry,
    port,
    notes,
  })
  const needed = [
    ...dockerfile.copies.filter(path => path !== '.'),
    ...(install.pyproject?.files ?? []),
    ...(entry?.file ? [entry.file] : []),
  ]
  const ignore = await ignoreFileOf(tree, existing.dockerfile ? [...needed, ...existing.copies] : needed)
  const { files, findings } = planFiles({ folder, existing, dockerfile, ignore, needed, notes })

  const tag =
    basename(absolute)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'app'
  return {
    files,
    result: {
      schema: 1,
      version,
      folder: withSlashes(folder),
      recognised,
      files: files.map(({ path, action, diff }) => ({ path, action, diff })),
      findings,
      next: nextCommands(withSlashes(folder), tag, port, buildOptions(install)),
    },
  }
}

/** Writes what `initDocker` worked out: all files, or none. @throws TorchpinError */
export async function saveDocker({ files }: DockerInit): Promise<void> {
  await writeAll(files.filter(({ action }) => action !== 'keep'))
}

/** What `docker build` has to be given beside the folder: keys and passwords, which stay out of the image. */
function buildOptions({ needs, requirements }: Install): string[] {
  return [
    ...(needs.git === 'ssh' ? ['--ssh default'] : []),
    ...(requirements?.variables ?? []).map(name => `--secret id=${name},env=${name}`),
  ]
}

function nextCommands(folder: string, tag: string, port: number | undefined, options: readonly string[]): string[] {
  return [
    `torchpin docker check ${asArgument(posix.join(folder, 'Dockerfile'))}`,
    ['docker build -t', tag, ...options, asArgument(folder)].join(' '),
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
