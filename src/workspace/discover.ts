import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path'
import { TorchpinError } from '../errors.ts'
import { nearName } from '../text/near-name.ts'
import { withSlashes } from './folders.ts'
import { otherFormatAmong } from './other-formats.ts'
import { requirementsBelow } from './requirements-below.ts'

export interface Discovered {
  /** Each file once; relative to the current folder where below it, else as named; `/` between folders. */
  readonly files: readonly string[]
  /** Those of `files` that no argument names: they were found in a folder. */
  readonly fromFolder: ReadonlySet<string>
}

/**
 * The requirements files that the arguments mean, in their order: a file is meant as named, a folder means every
 * requirements file below it (see `requirementsBelow`).
 * @param exclude patterns of a .gitignore, for what folders hold; what an argument names is not held against them
 * @throws TorchpinError FILE_UNREADABLE for a path that is not there or cannot be read, or a folder without requirements files
 */
export async function discoverRequirements(
  paths: readonly string[],
  cwd: string,
  exclude: readonly string[] = [],
): Promise<Discovered> {
  const found = new Map<string, { path: string; fromFolder: boolean }>()
  for (const given of paths) {
    const absolute = resolve(cwd, given)
    if (!(await isFolder(given, absolute, cwd))) {
      const path = shown(given, absolute, cwd)
      found.set(absolute, { path: found.get(absolute)?.path ?? path, fromFolder: false })
      continue
    }
    for (const file of await filesOf(given, absolute, exclude)) {
      const path = shown(join(given, relative(absolute, file)), file, cwd)
      if (!found.has(file)) found.set(file, { path, fromFolder: true })
    }
  }
  const all = [...found.values()]
  return {
    files: all.map(({ path }) => path),
    fromFolder: new Set(all.filter(({ fromFolder }) => fromFolder).map(({ path }) => path)),
  }
}

async function filesOf(given: string, folder: string, exclude: readonly string[]): Promise<readonly string[]> {
  const { files, ignored } = await requirementsBelow(folder, exclude).catch((cause: NodeJS.ErrnoException) => {
    throw new TorchpinError('FILE_UNREADABLE', `${given} cannot be read`, { hint: 'look at its permissions', cause })
  })
  if (files.length > 0) return files
  const hint = ignoredHint(given, folder, ignored, exclude) ?? (await otherFormatHint(folder))
  throw new TorchpinError('FILE_UNREADABLE', `no requirements files below ${given}`, {
    hint: hint ?? 'a requirements file of another name has to be named',
  })
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
