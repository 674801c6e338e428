import type {
  ProjectEntry,
  ProjectIndex,
  ProjectSource,
  PyprojectManifest,
  SourceEntry,
} from '../formats/project-manifest.ts'
import { readLogicalLine } from '../formats/requirements/lines.ts'
import type { RequirementStatement, Statement } from '../formats/requirements/parse.ts'
import type { FileRole, RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { readStatement } from '../formats/requirements/statement-line.ts'
import { markerText } from '../packaging/marker.ts'
import { platformsNamed } from '../packaging/marker-platforms.ts'
import type { Requirement } from '../packaging/requirement.ts'
import type { Encoding } from '../text/diff.ts'
import type { Span } from '../text/edits.ts'

/** A file that says what a project needs. */
export interface AskingFile {
  /** For display. */
  readonly path: string
  readonly absolute: string
  /** Links followed. */
  readonly real: string
  readonly encoding: Encoding
  readonly bytes: Uint8Array
  /** Whether its text may be shown. */
  readonly own: boolean
  readonly manifest: PyprojectManifest
}

/** Tables that bound what others ask for, and ask for nothing. */
const constraining: ReadonlySet<string> = new Set(['constraint-dependencies', 'override-dependencies'])

/**
 * What a file of a project asks for, as the lines of a requirements file that stand where the entries stand: whatever is
 * said of lines then holds for it, places included.
 *
 * @param absolute of the file
 * @returns the entries of its dependencies, extras and groups, and the index options; then what bounds them, if anything does
 */
export function entriesAsFiles(file: AskingFile): RequirementsFile[] {
  const { manifest } = file
  const asked = manifest.entries.filter(({ where }) => !constraining.has(where.table) && !/^build-/.test(where.table))
  const bounds = manifest.entries.filter(({ where }) => where.table === 'constraint-dependencies')
  const own = asFile(file, 'requirements', [
    ...manifest.indexes.flatMap(index => indexStatements(index)),
    ...asked.flatMap(entry => entryStatements(entry, manifest)),
  ])
  if (bounds.length === 0) return [own]
  return [
    own,
    asFile(
      file,
      'constraints',
      bounds.flatMap(entry => entryStatements(entry, manifest)),
    ),
  ]
}

/**
 * Whether the marker of an entry only tells its source from the one on macOS: Poetry takes CPU builds from two, and such a
 * project is no more for macOS than it was with one.
 */
export function tellsSourcesApart(manifest: PyprojectManifest | undefined): (statement: Statement) => boolean {
  const sources = manifest?.syntax === 'poetry' ? manifest.sources : []
  return statement => {
    if (statement.kind !== 'requirement' || !statement.requirement.marker) return false
    const { key, marker } = statement.requirement
    const isBound = sources.some(({ project, entries }) => project === key && entries.some(({ index }) => index))
    return isBound && platformsNamed(marker).every(platform => platform.startsWith('macos'))
  }
}

function asFile(file: AskingFile, role: FileRole, statements: readonly Statement[]): RequirementsFile {
  const { path, absolute, real, encoding, bytes, own, manifest } = file
  return {
    path,
    // It distinguishes the files of a unit.
    absolute: role === 'constraints' ? `${absolute}#constraints` : absolute,
    ...(real !== undefined && { real }),
    encoding,
    bytes,
    own,
    role,
    root: role === 'requirements',
    source: manifest.source,
    statements: statements.toSorted((a, b) => a.span.start - b.span.start),
    includes: [],
    remoteIncludes: [],
  }
}

/** What is taken from a workspace is a file of the project itself; what is taken from elsewhere names the place. */
function entryStatements(
  { at, text = '', ignoredByComment }: ProjectEntry,
  { source, sources }: PyprojectManifest,
): Statement[] {
  const written = statementOf(text)
  if (!written) return []
  const placed = written.kind === 'requirement' ? placedBy(written.requirement, sources) : undefined
  if (placed?.kind === 'workspace') return []
  const statement = (placed?.place !== undefined && statementOf(withPlace(written, placed.place))) || written
  return [{ ...statement, span: at, comment: ignoredByComment ? commentBehind(source, at) : undefined }]
}

function statementOf(text: string): Statement | undefined {
  return text.trim() === '' ? undefined : readStatement(readLogicalLine(text, 0), {})
}

function placedBy({ key, url }: Requirement, sources: readonly ProjectSource[]): SourceEntry | undefined {
  if (url !== undefined) return undefined
  return sources.find(({ project }) => project === key)?.entries.find(({ kind }) => kind !== 'index')
}

function withPlace(statement: Statement, place: string): string {
  const { name, extras, marker } = (statement as RequirementStatement).requirement
  return `${name}${extras.length > 0 ? `[${extras.join()}]` : ''} @ ${place}${marker ? ` ; ${markerText(marker)}` : ''}`
}

function commentBehind(source: string, { end }: Span): Span | undefined {
  const start = source.indexOf('#', end)
  const lineEnd = source.slice(start).search(/[\r\n]/)
  return start < 0 ? undefined : { start, end: lineEnd < 0 ? source.length : start + lineEnd }
}

/** An explicit index has nothing but what is bound to it. */
function indexStatements({ at, url, explicit, isDefault }: ProjectIndex): Statement[] {
  if (explicit) return []
  const statement = statementOf(`--${isDefault ? '' : 'extra-'}index-url ${url}`)
  return statement ? [{ ...statement, span: at }] : []
}
