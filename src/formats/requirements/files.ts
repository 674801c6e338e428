import { basename, dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TorchpinError } from '../../contract/errors.ts'
import { decode } from '../../files/encoding.ts'
import { realpath } from '../../files/machine/files.ts'
import { readRegular, whyUnreadable } from '../../files/regular-file.ts'
import { isEnvironmentName } from '../../project-files/other-formats.ts'
import type { Encoding } from '../../text/diff.ts'
import { positionAt } from '../../text/position.ts'
import { refuseForeign, standingOf } from './foreign-file.ts'
import { type Option, parseRequirements, type RequirementsDocument, type Variables } from './parse.ts'
import type { CondaFile } from './pip-list.ts'
import type { FileRole, Include, RemoteInclude, RequirementsFile } from './requirements-file.ts'
import { writtenValue } from './written-form.ts'

export interface LoadOptions {
  /** The folder that relative paths of the user start from; by default the current one. */
  readonly cwd?: string
  /** The values of `${NAME}` in the files; by default there are none. */
  readonly environment?: Variables
  /** The contents of `-`, which then is not a file. */
  readonly stdin?: Uint8Array
  /** Whether a real path lies in the repository of what was named; by default every path does. */
  readonly isWithin?: (path: string) => boolean
}

/** Includes within includes. pip 26.3 fails between 600 and 1,000 of them (Python's recursion limit), uv before 2,000. */
export const DEEPEST_INCLUDE = 500

/** Lines of a file, as an editor counts them. A file of 100,000 pins with a hash each, on a line of its own, has 200,000. */
export const MOST_LINES = 250_000

/** Logical lines of all files of a run. Each takes about a KiB of memory. */
export const MOST_LINES_OF_A_RUN = 300_000

/** All files of a run, in bytes. */
export const LARGEST_RUN = 64 * 2 ** 20

/** A file while its includes are being followed. */
interface Loading extends RequirementsDocument {
  readonly path: string
  readonly absolute: string
  readonly real?: string
  readonly encoding: Encoding
  readonly bytes: Uint8Array
  readonly own: boolean
  readonly conda?: CondaFile
  readonly includes: Include[]
  readonly remoteIncludes: RemoteInclude[]
}

/** A file that the user or another file names. */
interface Named {
  readonly path: string
  /** With names of variables instead of their values. */
  readonly written: string
  readonly absolute: string
  /** The files that lead to it, from the one that the user names. */
  readonly above: readonly Loading[]
  /** The line that includes it: `requirements.txt:3`; empty where the user names it. */
  readonly at: string
}

/** What has been read so far. */
interface Run {
  readonly options: Required<Omit<LoadOptions, 'stdin'>> & Pick<LoadOptions, 'stdin'>
  /** By real path; standard input is `-`. */
  readonly loaded: Map<string, Loading>
  bytes: number
  lines: number
}

/**
 * Reads requirements files and all that they bring in by `-r` and `-c`, each file once, in the order in which pip comes to
 * them. Paths in a file start at the folder of that file. As with pip, what a constraints file brings in by `-r` are
 * requirements.
 * @throws TorchpinError FILE_UNREADABLE for a file that is not there, whose encoding is not known, or that lies more than
 *   DEEPEST_INCLUDE includes deep, and for more than MOST_LINES, MOST_LINES_OF_A_RUN or LARGEST_RUN; INCLUDE_CYCLE for files that include each other in a ring
 */
export async function loadRequirements(
  paths: readonly string[],
  { cwd = '.', environment = {}, isWithin = () => true, stdin }: LoadOptions = {},
): Promise<RequirementsFile[]> {
  const run: Run = {
    options: { cwd, environment, isWithin, ...(stdin && { stdin }) },
    loaded: new Map(),
    bytes: 0,
    lines: 0,
  }
  const roots = new Set<Loading>()
  for (const path of paths)
    roots.add(await load({ path, written: path, absolute: resolve(cwd, path), above: [], at: '' }, run))
  const files = [...run.loaded.values()]
  const rolesOf = new Map<string, FileRole[]>(files.map(({ absolute }) => [absolute, []]))
  for (const { includes } of files) for (const { file, role } of includes) rolesOf.get(file)?.push(role)
  return files.map(file => {
    const root = roots.has(file)
    return { ...file, root, role: roleOf(file.absolute, root, rolesOf.get(file.absolute)!) }
  })
}

/** Reads a file and what it includes, unless it is loaded already. */
async function load(named: Named, run: Run): Promise<Loading> {
  const { absolute, above, at } = named
  const given = named.path === '-' && above.length === 0 ? run.options.stdin : undefined
  const identity = given ? '-' : await identityOf(named)
  const known = run.loaded.get(identity)
  if (known && above.includes(known)) throw cycle([...above.slice(above.indexOf(known)), known])
  if (known) return known
  if (above.length > DEEPEST_INCLUDE)
    throw new TorchpinError('FILE_UNREADABLE', `${at} includes a file ${above.length} includes deep`, {
      hint: `pip gives up there too; at most ${DEEPEST_INCLUDE} files may include one after the other`,
    })
  const standing = given
    ? 'own'
    : standingOf({ absolute, real: identity, named: above.length === 0 }, run.options.isWithin)
  const own = standing === 'own'
  const shown = named.written + (at && `, included by ${at},`)
  if (standing === 'barred') refuseForeign(shown)
  const bytes = given ?? (await bytesOf(named))
  // The value of a variable is not secret if it names a file of the repository.
  const path = own ? named.path : named.written
  const decoded = decode(bytes)
  if ('problem' in decoded) {
    if (!own) refuseForeign(shown)
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${decoded.problem}`, { hint: decoded.hint })
  }
  // The parser of YAML loads only when a file needs it.
  const environments = isEnvironmentName(basename(absolute)) ? await import('./pip-list.ts') : undefined
  const conda = environments?.readCondaFile(path, decoded.text)
  const text = conda ? environments!.linesOf(conda) : decoded.text
  const document = readWithinLimits(path, bytes, text, run)
  if (!own) refuseForeign(shown, document)
  const file: Loading = {
    ...document,
    path,
    absolute,
    encoding: decoded.encoding,
    bytes,
    own,
    ...(given ? {} : { real: identity }),
    ...(conda && { conda }),
    includes: [],
    remoteIncludes: [],
  }
  run.loaded.set(identity, file)
  await loadIncludes(file, above, run)
  return file
}

function readWithinLimits(path: string, bytes: Uint8Array, text: string, run: Run): RequirementsDocument {
  run.bytes += bytes.length
  if (run.bytes > LARGEST_RUN) throw tooMuch(path, `${LARGEST_RUN / 2 ** 20} MiB`)
  if (hasMoreLines(text, MOST_LINES))
    throw new TorchpinError('FILE_UNREADABLE', `${path} has more than ${MOST_LINES} lines`)
  const document = parseRequirements(text, run.options.environment)
  run.lines += document.statements.length
  if (run.lines > MOST_LINES_OF_A_RUN) throw tooMuch(path, `${MOST_LINES_OF_A_RUN} lines`)
  return document
}

async function loadIncludes(file: Loading, above: readonly Loading[], run: Run): Promise<void> {
  for (const { statement, option, role } of includesOf(file)) {
    const value = option.value!
    if (/^https?:/i.test(value)) {
      file.remoteIncludes.push({ statement, url: value, role })
      continue
    }
    const at = `${file.path}:${positionAt(file.source, option.span.start).line}`
    const written = writtenValue(file.source, statement, option)
    const target = localPath(value, written, at)
    const path = shownPath(file.path, target)
    const included = await load(
      {
        path,
        written: written === value ? path : written,
        absolute: resolve(dirname(file.absolute), target),
        above: [...above, file],
        at,
      },
      run,
    )
    file.includes.push({ statement, file: included.absolute, role })
  }
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

/** The file with another text, which has the same includes in the same order. */
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
 * A file named by the user holds requirements, unless another file of the run uses it as constraints. A requirements.txt that
 * another file takes its versions from (`-c requirements.txt`) is still installed.
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
async function identityOf(named: Named): Promise<string> {
  try {
    return await realpath(named.absolute)
  } catch (cause) {
    throw unreadable(named, cause)
  }
}

async function bytesOf(named: Named): Promise<Uint8Array> {
  try {
    return await readRegular(named.absolute)
  } catch (cause) {
    throw unreadable(named, cause)
  }
}

function unreadable({ written, at }: Named, cause: unknown): TorchpinError {
  return new TorchpinError('FILE_UNREADABLE', `${written} ${whyUnreadable(cause)}${at && `, included by ${at}`}`, {
    // The message of the operating system contains the values of variables.
    ...(written.includes('${') ? {} : { cause }),
  })
}

function hasMoreLines(text: string, most: number): boolean {
  let count = 0
  for (const _ of text.matchAll(/[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g)) if (++count > most) return true
  return false
}

function tooMuch(path: string, most: string): TorchpinError {
  return new TorchpinError(
    'FILE_UNREADABLE',
    `the requirements files of this run, up to ${path}, have more than ${most}`,
    {
      hint: 'name fewer files or folders at a time',
    },
  )
}

function cycle(files: readonly Loading[]): TorchpinError {
  const [first, ...rest] = files.map(({ path }) => path)
  const message =
    rest.length === 1
      ? `${first} includes itself`
      : `${first} includes ${rest.slice(0, -1).join(', which includes ')}, which includes ${first} again`
  return new TorchpinError('INCLUDE_CYCLE', message, { hint: 'take one of the -r or -c lines out' })
}
