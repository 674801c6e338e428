import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TorchpinError } from '../errors.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { positionAt } from '../text/position.ts'
import { decode, type Encoding } from './encoding.ts'
import { refuseForeign, standingOf } from './foreign-file.ts'
import {
  type Option,
  type OptionStatement,
  parseRequirements,
  type RequirementsDocument,
  type Variables,
} from './parse.ts'
import { writtenValue } from './written-form.ts'

export type FileRole = 'requirements' | 'constraints'

/** A file of a run, as it is on the disk. */
export interface RequirementsFile extends RequirementsDocument {
  /** For display: as the user names it, or as the files that lead to it do. */
  readonly path: string
  readonly absolute: string
  /** Links followed; left out of standard input. */
  readonly real?: string
  readonly encoding: Encoding
  readonly bytes: Uint8Array
  /** Constraints, when no path leads to it but by `-c`. */
  readonly role: FileRole
  /** The user names it. */
  readonly root: boolean
  /** Whether its text may be shown: see `standingOf`. */
  readonly own: boolean
  /** The files that it brings in, in its order; each is a file of the run. */
  readonly includes: readonly Include[]
  /** What it brings in from the net, which is not read. */
  readonly remoteIncludes: readonly RemoteInclude[]
}

export interface Include {
  readonly statement: OptionStatement
  /** The `absolute` of a file of the run. */
  readonly file: string
  readonly role: FileRole
}

export interface RemoteInclude {
  readonly statement: OptionStatement
  readonly url: string
  readonly role: FileRole
}

export interface LoadOptions {
  /** Where relative paths of the user start; the current folder unless given. */
  readonly cwd?: string
  /** What `${NAME}` stands for in the files; nothing unless given. */
  readonly environment?: Variables
  /** What to take for the contents of `-`, which is no file then. */
  readonly stdin?: Uint8Array
  /** Whether a real path lies in the repository of what was named; every path does unless given. */
  readonly isWithin?: (path: string) => boolean
}

/** How a file was named. */
interface Named {
  readonly path: string
  /** With the names of variables, and not their values. */
  readonly written: string
}

/** Includes within includes. pip 26.3 fails between 600 and 1,000 of them (Python's recursion limit), uv before 2,000. */
export const DEEPEST_INCLUDE = 500

/** A file while its includes are being followed. */
interface Loading extends RequirementsDocument {
  readonly path: string
  readonly absolute: string
  readonly real?: string
  readonly encoding: Encoding
  readonly bytes: Uint8Array
  readonly own: boolean
  readonly includes: Include[]
  readonly remoteIncludes: RemoteInclude[]
}

/**
 * Reads requirements files and all that they bring in by `-r` and `-c`, each file once, in the order in which pip comes to
 * them. Paths in a file start at the folder of that file. As with pip, what a constraints file brings in by `-r` are
 * requirements.
 * @throws TorchpinError FILE_UNREADABLE for a file that is not there, whose encoding is not known, or that lies more than
 *   DEEPEST_INCLUDE includes deep; INCLUDE_CYCLE for files that include each other in a ring
 */
export async function loadRequirements(
  paths: readonly string[],
  options: LoadOptions = {},
): Promise<RequirementsFile[]> {
  const { cwd = '.', environment = {}, stdin, isWithin = () => true } = options
  const loaded = new Map<string, Loading>()

  const load = async (named: Named, absolute: string, above: readonly Loading[], at: string): Promise<Loading> => {
    const given = named.path === '-' && above.length === 0 ? stdin : undefined
    const includedAt = at && `, included by ${at}`
    const identity = given ? '-' : await identityOf(absolute, named.written, includedAt)
    const known = loaded.get(identity)
    if (known && above.includes(known)) throw cycle([...above.slice(above.indexOf(known)), known])
    if (known) return known
    if (above.length > DEEPEST_INCLUDE)
      throw new TorchpinError('FILE_UNREADABLE', `${at} includes a file ${above.length} includes deep`, {
        hint: `pip gives up there too; at most ${DEEPEST_INCLUDE} files may include one after the other`,
      })
    const standing = given ? 'own' : standingOf({ absolute, real: identity, named: above.length === 0 }, isWithin)
    const own = standing === 'own'
    const shown = named.written + (includedAt && `${includedAt},`)
    if (standing === 'barred') refuseForeign(shown)
    const bytes = given ?? (await bytesOf(absolute, named.written, includedAt))
    // The value of a variable is no secret where it is the name of a file of the repository.
    const path = own ? named.path : named.written
    const decoded = decode(bytes)
    if ('problem' in decoded) {
      if (!own) refuseForeign(shown)
      throw new TorchpinError('FILE_UNREADABLE', `${path} ${decoded.problem}`, { hint: decoded.hint })
    }
    const document = parseRequirements(decoded.text, environment)
    if (!own) refuseForeign(shown, document)
    const file: Loading = {
      ...document,
      path,
      absolute,
      encoding: decoded.encoding,
      bytes,
      own,
      ...(given ? {} : { real: identity }),
      includes: [],
      remoteIncludes: [],
    }
    loaded.set(identity, file)
    for (const { statement, option, role } of includesOf(document)) {
      const value = option.value!
      if (/^https?:/i.test(value)) {
        file.remoteIncludes.push({ statement, url: value, role })
        continue
      }
      const at = `${path}:${positionAt(document.source, option.span.start).line}`
      const written = writtenValue(document.source, statement, option)
      const target = localPath(value, written, at)
      const next = await load(
        { path: shownPath(path, target), written: written === value ? shownPath(path, target) : written },
        resolve(dirname(absolute), target),
        [...above, file],
        at,
      )
      file.includes.push({ statement, file: next.absolute, role })
    }
    return file
  }

  const roots = new Set<Loading>()
  for (const path of paths) roots.add(await load({ path, written: path }, resolve(cwd, path), [], ''))
  const files = [...loaded.values()]
  const rolesOf = new Map<string, FileRole[]>(files.map(({ absolute }) => [absolute, []]))
  for (const { includes } of files) for (const { file, role } of includes) rolesOf.get(file)?.push(role)
  return files.map(file => {
    const root = roots.has(file)
    return { ...file, root, role: roleOf(file.absolute, root, rolesOf.get(file.absolute)!) }
  })
}

export function filesByPath(files: readonly RequirementsFile[]): Map<string, RequirementsFile> {
  return new Map(files.map(file => [file.absolute, file]))
}

/** The absolute paths of the files that others bring in. */
export function includedBy(files: Iterable<RequirementsFile>): Set<string> {
  return new Set([...files].flatMap(({ includes }) => includes.map(({ file }) => file)))
}

/** A file and all it includes, each once, in the order in which pip comes to them. */
export function reachable(file: RequirementsFile, files: ReadonlyMap<string, RequirementsFile>): string[] {
  const seen = new Set<string>()
  const waiting = [file]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next.absolute)) continue
    seen.add(next.absolute)
    for (const include of next.includes.toReversed()) {
      const included = files.get(include.file)
      if (included) waiting.push(included)
    }
  }
  return [...seen]
}

/** The file as it will be with another text, its includes the same ones in the same order. */
export function withSource(file: RequirementsFile, source: string, environment: Variables = {}): RequirementsFile {
  const document = parseRequirements(source, environment)
  const found = includesOf(document).filter(({ option }) => !/^https?:/i.test(option.value!))
  const includes = file.includes.map((include, i) => ({
    ...include,
    statement: found[i]?.statement ?? include.statement,
  }))
  return { ...file, source, statements: document.statements, includes }
}

function includesOf({ statements }: RequirementsDocument) {
  return statements.flatMap(statement => {
    if (statement.kind !== 'option') return []
    return statement.options
      .filter(({ name, effective }) => effective && (name === 'requirement' || name === 'constraint'))
      .map((option: Option) => ({
        statement,
        option,
        role: option.name === 'constraint' ? ('constraints' as const) : ('requirements' as const),
      }))
  })
}

/**
 * A file named by the user is one of requirements, unless another file of the run says that it holds constraints. A
 * requirements.txt by whose versions another file goes (`-c requirements.txt`) is installed all the same.
 */
function roleOf(absolute: string, root: boolean, included: readonly FileRole[]): FileRole {
  if (root && /(?:^|[-_.])req(?:uirement)?s?(?:[-_.]|$)/i.test(basename(absolute))) return 'requirements'
  return included.length > 0 && included.every(role => role === 'constraints') ? 'constraints' : 'requirements'
}

function localPath(value: string, written: string, at: string): string {
  if (!/^file:/i.test(value)) return value
  try {
    return fileURLToPath(value)
  } catch (cause) {
    throw new TorchpinError('FILE_UNREADABLE', `${at} includes ${written}, which is no file of this machine`, {
      cause,
    })
  }
}

function shownPath(includer: string, target: string): string {
  return isAbsolute(target) ? normalize(target) : join(dirname(includer), target)
}

/** Two names of one file, by a link or otherwise, are one file: it must not be changed twice. */
async function identityOf(absolute: string, path: string, includedAt: string): Promise<string> {
  try {
    return await realpath(absolute)
  } catch (cause) {
    throw unreadable(path, includedAt, cause)
  }
}

async function bytesOf(absolute: string, path: string, includedAt: string): Promise<Uint8Array> {
  try {
    return await readRegular(absolute)
  } catch (cause) {
    throw unreadable(path, includedAt, cause)
  }
}

function unreadable(path: string, includedAt: string, cause: unknown): TorchpinError {
  return new TorchpinError('FILE_UNREADABLE', `${path} ${whyUnreadable(cause)}${includedAt}`, {
    // What the system says has the values of variables in it.
    ...(path.includes('${') ? {} : { cause }),
  })
}

function cycle(files: readonly Loading[]): TorchpinError {
  const [first, ...rest] = files.map(({ path }) => path)
  const message =
    rest.length === 1
      ? `${first} includes itself`
      : `${first} includes ${rest.slice(0, -1).join(', which includes ')}, which includes ${first} again`
  return new TorchpinError('INCLUDE_CYCLE', message, { hint: 'take one of the -r or -c lines out' })
}
