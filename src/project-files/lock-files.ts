import { fileNameOf } from '../packaging/wheel.ts'
import { readToml, valueAt } from './toml.ts'

/** Lines of a lock file on which packages begin: the first of each, by its name as written. */
type Lines = ReadonlyMap<string, number>

/** A wheel or a source distribution that is locked. */
export interface LockedFile {
  /** Percent signs decoded. */
  readonly filename: string
  /** Where it is; undefined where the lock file names no URL. */
  readonly url: string | undefined
  /** Where it is from the lock file. */
  readonly path: string | undefined
  /** Digests by algorithm, in lower-case hexadecimal. */
  readonly hashes: Readonly<Record<string, string>>
  /** In bytes. */
  readonly size: number | undefined
}

/** A uv.lock. */
export interface UvLock {
  readonly packages: readonly UvPackage[]
  /** The projects of a workspace, by their canonical names. */
  readonly members: ReadonlySet<string>
  /** What no project asks for, but a script, or a workspace whose root is no project. */
  readonly requirements: readonly UvDependency[]
  /** The groups of a workspace whose root is no project. */
  readonly groups: ReadonlyMap<string, readonly UvDependency[]>
  readonly requiresPython: string | undefined
  readonly lines: Lines
}

export interface UvPackage {
  readonly name: string
  /** Empty where there is none: the version of a project of the workspace may be left to its build. */
  readonly version: string
  readonly source: UvSource | undefined
  readonly wheels: readonly LockedFile[]
  readonly sdist: LockedFile | undefined
  /** The markers of which one holds where this is the package that its name means; none: it is so everywhere. */
  readonly resolutionMarkers: readonly string[]
  readonly dependencies: readonly UvDependency[]
  /** By extra, as written. */
  readonly optionalDependencies: ReadonlyMap<string, readonly UvDependency[]>
  /** By group, as written. */
  readonly devDependencies: ReadonlyMap<string, readonly UvDependency[]>
}

/** Where a package comes from: the URL of an index, a file or a repository, or a path from the lock file. */
export interface UvSource {
  readonly kind: (typeof uvSources)[number]
  readonly at: string
}

const uvSources = ['registry', 'git', 'url', 'path', 'directory', 'virtual', 'editable'] as const

export interface UvDependency {
  readonly name: string
  /** Version and source are named where a name is locked more than once. */
  readonly version: string | undefined
  readonly source: UvSource | undefined
  readonly extras: readonly string[]
  readonly marker: string | undefined
}

/** A poetry.lock. */
export interface PoetryLock {
  readonly packages: readonly PoetryPackage[]
  /** Of the format; from 2.1 on, a lock says of each package when it is installed. */
  readonly version: string | undefined
  /** The names of the projects that each extra of the project asks for. */
  readonly extras: ReadonlyMap<string, readonly string[]>
  /** A specifier in Poetry's own form. */
  readonly pythonVersions: string | undefined
  readonly lines: Lines
}

export interface PoetryPackage {
  readonly name: string
  readonly version: string
  /** `legacy` is an index; undefined: the public one. */
  readonly source: { readonly type: string | undefined; readonly url: string } | undefined
  /** Its wheels and its source distribution. */
  readonly files: readonly LockedFile[]
  readonly groups: readonly string[]
  /** Only an extra asks for it. */
  readonly optional: boolean
  /** For all groups, or by group. */
  readonly markers: string | ReadonlyMap<string, string> | undefined
  readonly dependencies: readonly PoetryDependency[]
  /** By extra, what it asks for, as requirements that PEP 508 almost knows: `PySocks (>=1.5.6)`. */
  readonly extras: ReadonlyMap<string, readonly string[]>
}

export interface PoetryDependency {
  readonly name: string
  /** A range in Poetry's own form. */
  readonly version: string | undefined
  readonly markers: string | undefined
  readonly extras: readonly string[]
  /** Only an extra asks for it. */
  readonly optional: boolean
}

/** A pylock.toml (PEP 751). */
export interface Pylock {
  readonly packages: readonly PylockPackage[]
  readonly requiresPython: string | undefined
  /** The groups that are installed where no others are chosen. */
  readonly defaultGroups: readonly string[]
  readonly lines: Lines
}

export interface PylockPackage {
  readonly name: string
  readonly version: string
  readonly marker: string | undefined
  /** Undefined: the public index, or none. */
  readonly index: string | undefined
  /** A repository, a folder or an archive that it is built or taken from, in place of an index. */
  readonly from: { readonly kind: 'git' | 'url' | 'path' | 'directory'; readonly at: string } | undefined
  readonly wheels: readonly LockedFile[]
  readonly sdist: LockedFile | undefined
  /** The names of what it needs, where the lock says that. */
  readonly dependencies: readonly string[]
}

/** Reads a uv.lock. Undefined: it is no TOML, or locks nothing. */
export async function readUvLock(text: string): Promise<UvLock | undefined> {
  const document = await readToml(text)
  const packages = tables(document?.['package'])
  if (packages.length === 0) return undefined
  const members = valueAt(document, 'manifest', 'members')
  return {
    requiresPython: textAt(document, 'requires-python'),
    requirements: uvDependencies(valueAt(document, 'manifest', 'requirements')),
    groups: entriesOf(valueAt(document, 'manifest', 'dependency-groups'), uvDependencies),
    packages: packages.map(entry => ({
      name: String(entry['name']),
      version: String(entry['version'] ?? ''),
      source: uvSource(entry['source']),
      wheels: tables(entry['wheels']).map(lockedFile),
      sdist: fileAt(entry['sdist']),
      resolutionMarkers: textsOf(entry['resolution-markers']),
      dependencies: uvDependencies(entry['dependencies']),
      optionalDependencies: entriesOf(entry['optional-dependencies'], uvDependencies),
      devDependencies: entriesOf(entry['dev-dependencies'], uvDependencies),
    })),
    members: new Set(Array.isArray(members) ? members.map(String) : []),
    lines: linesOf(text),
  }
}

/** Reads a poetry.lock. Undefined: it is no TOML, or locks nothing. */
export async function readPoetryLock(text: string): Promise<PoetryLock | undefined> {
  const document = await readToml(text)
  const packages = tables(document?.['package'])
  if (packages.length === 0) return undefined
  return {
    version: textAt(valueAt(document, 'metadata'), 'lock-version'),
    pythonVersions: textAt(valueAt(document, 'metadata'), 'python-versions'),
    extras: entriesOf(valueAt(document, 'extras'), textsOf),
    packages: packages.map(({ name, version, source, files, groups, category, optional, markers, ...more }) => ({
      name: String(name),
      version: String(version ?? ''),
      source: source === undefined ? undefined : { type: textAt(source, 'type'), url: textAt(source, 'url') ?? '' },
      files: tables(files).map(({ file, hash }) => lockedFile({ filename: file, hash })),
      groups: Array.isArray(groups) ? groups.map(String) : [String(category ?? 'main')],
      optional: optional === true,
      markers: typeof markers === 'object' && markers !== null ? entriesOf(markers, String) : textOf(markers),
      dependencies: poetryDependencies(more['dependencies']),
      extras: entriesOf(more['extras'], textsOf),
    })),
    lines: linesOf(text),
  }
}

/** Reads a pylock.toml. Undefined: it is no TOML, or has no list of packages. */
export async function readPylock(text: string): Promise<Pylock | undefined> {
  const document = await readToml(text)
  if (!Array.isArray(document?.['packages'])) return undefined
  return {
    packages: tables(document['packages']).map(entry => ({
      name: String(entry['name']),
      version: String(entry['version'] ?? ''),
      marker: textOf(entry['marker']),
      index: textOf(entry['index']),
      from: pylockOrigin(entry),
      wheels: tables(entry['wheels']).map(lockedFile),
      sdist: fileAt(entry['sdist'] ?? entry['archive']),
      dependencies: tables(entry['dependencies']).map(({ name }) => String(name)),
    })),
    requiresPython: textOf(document['requires-python']),
    defaultGroups: textsOf(document['default-groups']),
    lines: linesOf(text),
  }
}

/** The release of Poetry that wrote a lock file. */
export function poetryOfLock(text: string): string | undefined {
  return /^# This file is automatically @?generated by Poetry (\d+\.\d+\.\d+) /.exec(text)?.[1]
}

type Table = Readonly<Record<string, unknown>>

function uvDependencies(value: unknown): UvDependency[] {
  return tables(value).map(({ name, version, source, extra, extras, marker }) => ({
    name: String(name),
    version: version === undefined ? undefined : String(version),
    source: uvSource(source),
    // `extras` in what the manifest asks for.
    extras: textsOf(extra ?? extras),
    marker: textOf(marker),
  }))
}

/** `requests = ">=2"`, a table, or a list of tables, one for each marker. */
function poetryDependencies(value: unknown): PoetryDependency[] {
  return Object.entries(value ?? {}).flatMap(([name, one]) =>
    (Array.isArray(one) ? one : [one]).map(entry => ({
      name,
      version: textOf(entry) ?? textAt(entry, 'version'),
      markers: textAt(entry, 'markers'),
      extras: textsOf(valueAt(entry, 'extras')),
      optional: valueAt(entry, 'optional') === true,
    })),
  )
}

function pylockOrigin(entry: Table): PylockPackage['from'] {
  const [vcs, directory, archive] = [entry['vcs'], entry['directory'], entry['archive']]
  const placeOf = (value: unknown) => textAt(value, 'url') ?? textAt(value, 'path') ?? ''
  if (vcs !== undefined) return { kind: 'git', at: placeOf(vcs) }
  if (directory !== undefined) return { kind: 'directory', at: placeOf(directory) }
  if (archive === undefined) return undefined
  return { kind: textAt(archive, 'url') === undefined ? 'path' : 'url', at: placeOf(archive) }
}

function fileAt(value: unknown): LockedFile | undefined {
  return typeof value === 'object' && value !== null ? lockedFile(value as Table) : undefined
}

function uvSource(value: unknown): UvSource | undefined {
  for (const kind of uvSources) {
    const at = valueAt(value, kind)
    if (at !== undefined) return { kind, at: String(at) }
  }
  return undefined
}

function linesOf(text: string): Lines {
  const lines = new Map<string, number>()
  for (const [i, line] of text.split('\n').entries()) {
    const name = /^name = "([^"]*)"/.exec(line)?.[1]
    if (name !== undefined && !lines.has(name)) lines.set(name, i + 1)
  }
  return lines
}

/** uv and Poetry write `hash = "sha256:…"`; PEP 751 has a table of digests, and the name of a file under `name`. */
function lockedFile({ url, path, filename, name, hash, hashes, size }: Table): LockedFile {
  const [algorithm, digest] = (textOf(hash) ?? '').split(':')
  return {
    filename: fileNameOf(String(filename ?? name ?? url ?? path ?? '')),
    url: textOf(url),
    path: textOf(path),
    hashes: {
      ...Object.fromEntries(entriesOf(hashes, String)),
      ...(algorithm && digest ? { [algorithm]: digest.toLowerCase() } : {}),
    },
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
  }
}

function tables(value: unknown): Table[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'object' && entry !== null) : []
}

function entriesOf<T>(value: unknown, read: (value: unknown) => T): ReadonlyMap<string, T> {
  return new Map(Object.entries(value ?? {}).map(([key, one]) => [key, read(one)]))
}

function textAt(value: unknown, key: string): string | undefined {
  return textOf(valueAt(value, key))
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
