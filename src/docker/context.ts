import { readdir } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { decode } from '../files/encoding.ts'
import { foldersUpwards, isBelow, pathFrom, refuseLinkOut, repositoryOf } from '../files/folders.ts'
import { readText } from '../files/read-text.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { loadRequirements } from '../formats/requirements/files.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { optionsNamed } from '../project-files/commands/options.ts'
import { type CopyStep, type Dockerfile, type Stage, stepsOf } from '../project-files/dockerfile/dockerfile.ts'
import type { Pyproject } from '../project-files/pyproject.ts'
import { readScriptMetadata } from '../project-files/pyproject.ts'
import { canonicalPath, isWithin } from '../project-files/shell/posix-path.ts'
import type { ShellCommand } from '../project-files/shell/script.ts'
import type { Encoding } from '../text/diff.ts'
import { type DockerIgnore, patternMatcher, readDockerignore } from './dockerignore.ts'
import { type Install, installsOf } from './install.ts'
import { refuseLongIgnoreFile } from './refuse.ts'
import { scriptRunsOf } from './script-runs.ts'
import { type Project, readProject } from './torch-project.ts'
import { exportsOf } from './written-lists.ts'

/** The most files of a build context that torchpin looks at. */
const MOST_FILES = 20_000

/** What a build sees beside the Dockerfile, as far as the Dockerfile uses it. */
export interface BuildContext {
  /** Absolute. */
  readonly folder: string
  /** Every file below it, as paths from it with `/`, without those of git and of environments. */
  readonly files: ReadonlySet<string>
  /** Every folder below it. */
  readonly folders: ReadonlySet<string>
  /** False where there are more files than torchpin looks at. */
  readonly complete: boolean
  /** The folder, or one above it, is the top of a git repository: `here` if it is itself. */
  readonly repository: 'here' | 'above' | 'none'
  readonly ignore: IgnoreFile | undefined
  /** The requirements files that installs name, by their path in the context, with what they include. */
  readonly requirements: ReadonlyMap<string, readonly RequirementsFile[]>
  /** The projects that installs are for, by their folder in the context. */
  readonly projects: ReadonlyMap<string, Project>
  /** The metadata of scripts that uv runs, by their path in the context. */
  readonly scripts: ReadonlyMap<string, Pyproject>
}

export interface IgnoreFile {
  /** For display. */
  readonly path: string
  readonly absolute: string
  readonly bytes: Uint8Array
  readonly encoding: Encoding
  readonly rules: DockerIgnore
}

/** Which build context, and how it is read. */
export interface ContextPlaces {
  /** The Dockerfile, absolute: `<path>.dockerignore` goes before the .dockerignore of the context. */
  readonly path: string
  readonly folder: string
  readonly cwd: string
  /** The text of an ignore file that this run has already changed. */
  readonly textOf: (path: string) => string | undefined
}

/**
 * Reads the parts of a build context that a Dockerfile uses.
 *
 * @throws TorchpinError FILE_UNREADABLE for a folder or an ignore file that cannot be read
 */
export async function readContext(
  dockerfile: Dockerfile,
  { path, folder, cwd, textOf }: ContextPlaces,
): Promise<BuildContext> {
  const seen = await look(folder)
  const ignore =
    (await readIgnoreFile(`${path}.dockerignore`, cwd, textOf)) ??
    (await readIgnoreFile(join(folder, '.dockerignore'), cwd, textOf))
  const bare = { ...seen, folder, ignore, requirements: new Map(), projects: new Map(), scripts: new Map() }
  const requirements = new Map<string, readonly RequirementsFile[]>()
  const projects = new Map<string, Project>()
  for (const install of dockerfile.stages.flatMap(installsOf)) {
    for (const { value } of install.files) {
      const source = isProjectFile(value) ? undefined : contextPath(bare, install, value)
      if (source === undefined || requirements.has(source) || !seen.files.has(source)) continue
      const loaded = await load(folder, source, cwd)
      if (loaded) requirements.set(source, loaded)
    }
  }
  for (const project of dockerfile.stages.flatMap(stage => projectFolders(bare, stage))) {
    if (projects.has(project)) continue
    const read = async (name: string) => {
      const file = posix.join(project, name)
      return seen.files.has(file) ? readText(join(folder, file)) : undefined
    }
    projects.set(project, await readProject(project, read))
  }
  return { ...bare, requirements, projects, scripts: await readScripts(dockerfile, bare) }
}

async function readScripts({ stages }: Dockerfile, context: BuildContext): Promise<ReadonlyMap<string, Pyproject>> {
  const scripts = new Map<string, Pyproject>()
  for (const run of stages.flatMap(scriptRunsOf)) {
    const file = contextPath(context, run, run.script.value)
    if (file === undefined || scripts.has(file) || !context.files.has(file)) continue
    const metadata = await readScriptMetadata((await readText(join(context.folder, file))) ?? '')
    if (metadata) scripts.set(file, metadata)
  }
  return scripts
}

/** The folders of the projects that a stage installs or exports. */
function projectFolders(context: Looked, stage: Stage): string[] {
  return [
    ...installsOf(stage).flatMap(install => [projectFolder(context, install), ...localProjects(context, install)]),
    ...exportsOf(stage).map(({ command, run }) => projectFolder(context, { stage, command, run, options: [] })),
  ].flatMap(folder => folder ?? [])
}

async function load(folder: string, source: string, cwd: string): Promise<readonly RequirementsFile[] | undefined> {
  try {
    const repository = await repositoryOf(folder)
    const loaded = await loadRequirements([source], { cwd: folder, isWithin: path => isBelow(path, repository) })
    return loaded.map(file => ({ ...file, path: pathFrom(cwd, file.absolute) }))
  } catch (error) {
    // pip itself reports what it cannot read.
    if (error instanceof TorchpinError) return undefined
    throw error
  }
}

/** Folders that hold many files, which no Dockerfile names. */
const skipped = new Set(['.git', '.hg', '.svn', 'node_modules'])

async function look(folder: string): Promise<Pick<BuildContext, 'files' | 'folders' | 'complete' | 'repository'>> {
  const files = new Set<string>()
  const folders = new Set<string>()
  let complete = true
  const visit = async (path: string, inside: string): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      if (inside === '')
        throw new TorchpinError('FILE_UNREADABLE', `the build context ${path} cannot be read (${cause.code})`, {
          cause,
        })
      return []
    })
    const environment = entries.some(({ name }) => name === 'pyvenv.cfg')
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = posix.join(inside, entry.name)
      if (files.size + folders.size >= MOST_FILES) {
        complete = false
        return
      }
      if (!entry.isDirectory()) files.add(name)
      else {
        folders.add(name)
        if (!skipped.has(entry.name) && !environment) await visit(join(path, entry.name), name)
      }
    }
  }
  await visit(folder, '')
  const repository =
    folders.has('.git') || files.has('.git') ? 'here' : (await isInRepository(join(folder, '..'))) ? 'above' : 'none'
  return { files, folders, complete, repository }
}

async function isInRepository(folder: string): Promise<boolean> {
  for (const above of foldersUpwards(folder)) if (above.has('.git')) return true
  return false
}

async function readIgnoreFile(
  absolute: string,
  cwd: string,
  textOf: (path: string) => string | undefined,
): Promise<IgnoreFile | undefined> {
  await refuseLinkOut(absolute, cwd)
  const bytes = await readRegular(absolute).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw new TorchpinError('FILE_UNREADABLE', `${pathFrom(cwd, absolute)} ${whyUnreadable(cause)}`, { cause })
  })
  if (!bytes) return undefined
  const decoded = decode(bytes)
  if ('problem' in decoded)
    throw new TorchpinError('FILE_UNREADABLE', `${basename(absolute)} ${decoded.problem}`, { hint: decoded.hint })
  refuseLongIgnoreFile(decoded.text, pathFrom(cwd, absolute))
  return {
    path: pathFrom(cwd, absolute),
    absolute,
    bytes,
    encoding: decoded.encoding,
    rules: readDockerignore(textOf(absolute) ?? decoded.text),
  }
}

/** A command and where it stands. */
type Where = Pick<Install, 'stage' | 'run' | 'command'>

type Looked = Pick<BuildContext, 'files' | 'folders'>

/**
 * The file of the build context that a file of the image came from when a command runs: by an earlier COPY, or by a bind mount
 * of that command. Undefined: it came from elsewhere, or that is not known.
 *
 * @param path as the command writes it
 */
export function contextPath(context: Looked, install: Where, path: string | undefined): string | undefined {
  const inImage = canonicalPath(install.command.folder, path)
  return inImage === undefined ? undefined : sourceOf(context, install, inImage)
}

function sourceOf(context: Looked, { stage, run, command }: Where, inImage: string): string | undefined {
  for (const mount of run.mounts) {
    if (mount.type !== 'bind' || mount.from !== undefined) continue
    const target = canonicalPath(run.folder, mount.target)
    if (target !== undefined && isWithin(inImage, target))
      return contextRelative(posix.join(mount.source ?? '.', posix.relative(target, inImage)))
  }
  let found: string | undefined
  for (const step of stepsOf(stage)) {
    if (step.kind === 'run') {
      for (const other of step.commands) {
        if (other === command) return found
        if (mayChange(other, inImage)) found = undefined
      }
    }
    if (step === run) return found
    if (step.kind !== 'copy') continue
    const source = throughCopy(context, step, inImage)
    // It comes from another stage, or from an image.
    if (source !== undefined) found = step.from || step.fromHeredoc ? undefined : source
  }
  return found
}

/** Programs that only read the files they are given. */
const readers =
  /^(?:pip[\d.]*|uv|python[\d.]*|poetry|cat|ls|head|tail|wc|test|\[|\[\[|echo|printf|chmod|chown|sha256sum)$/

/** Whether a command may change a file: it writes to it, or gives it to a program that may. */
function mayChange({ words, writes, folder }: ShellCommand, path: string): boolean {
  const is = (value: string | undefined) => value !== undefined && canonicalPath(folder, value) === path
  const program = words[0]?.value?.replace(/^.*\//, '') ?? ''
  return writes.some(is) || (!readers.test(program) && words.slice(1).some(({ value }) => is(value)))
}

function throughCopy(context: Looked, step: CopyStep, inImage: string): string | undefined {
  const target = canonicalPath(step.folder, step.target.value)
  if (target === undefined) return undefined
  const intoFolder = /(?:^|\/)\.{0,2}$/.test(step.target.value!) || step.sources.length > 1 || target === step.folder
  for (const { value } of step.sources) {
    if (value === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(value)) continue
    const source = contextRelative(value)
    if (source === '' || context.folders.has(source)) {
      if (isWithin(inImage, target)) return posix.join(source, posix.relative(target, inImage))
    } else if (/[*?[]/.test(source)) {
      const matches = patternMatcher(source)
      const named = [...context.files, ...context.folders].find(
        file => matches(file) && isWithin(inImage, posix.join(target, posix.basename(file))),
      )
      if (named !== undefined && context.files.has(named)) return named
    } else if (inImage === posix.join(target, posix.basename(source)) || (inImage === target && !intoFolder))
      return source
  }
  return undefined
}

/** A source of a COPY as a path from the top of the context; `''` is all of it. */
export function contextRelative(path: string): string {
  const plain = posix.normalize(`/${path}`).slice(1)
  return plain.endsWith('/') ? plain.slice(0, -1) : plain
}

/** The folder of the context whose pyproject.toml or lock file a command reads. */
export function projectFolder(context: Looked, install: Where & Pick<Install, 'options'>): string | undefined {
  const from = optionsNamed(install.options, '--project', '--directory', '-C').at(-1)?.text ?? ''
  for (const name of ['uv.lock', 'poetry.lock', 'pyproject.toml']) {
    const path = contextPath(context, install, posix.join(from, name))
    if (path !== undefined && context.files.has(path)) return path.slice(0, -name.length).replace(/\/$/, '')
  }
  return undefined
}

/** The folders of the context from which `pip install .`, `-e ./app` or `-r pyproject.toml` build a project. */
export function localProjects(context: Looked, install: Install): string[] {
  return localPaths(install).flatMap(path => {
    const name = posix.join(path, 'pyproject.toml')
    const found = contextPath(context, install, name)
    return found !== undefined && context.files.has(found) ? [posix.dirname(found).replace(/^\.$/, '')] : []
  })
}

/** The folders that an install names, without the extras behind them: `.`, `./app`, `/src`. */
function localPaths({ tool, wanted, options, files }: Install): string[] {
  if (tool !== 'pip' && tool !== 'uv pip') return []
  const named = [...wanted.map(({ word }) => word.value), ...optionsNamed(options, '-e', '--editable').map(o => o.text)]
  const folders = named.flatMap(value => {
    const path = value?.replace(/\[[^[\]]*\]$/, '').replace(/^file:\/\/(?=\/)/, '')
    return path !== undefined && /^\.{0,2}(?:\/|$)/.test(path) && !/\.(?:whl|zip|tar\.gz)$/.test(path) ? [path] : []
  })
  const lists = files.flatMap(({ value }) => (isProjectFile(value) ? [posix.dirname(value!)] : []))
  return [...folders, ...lists]
}

/** What `uv pip install -r` reads as a project, and not as a list of requirements. */
function isProjectFile(path: string | undefined): boolean {
  return /(?:^|\/)(?:pyproject\.toml|setup\.cfg|setup\.py)$/.test(path ?? '')
}
