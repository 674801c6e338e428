import { endianness } from 'node:os'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import { parseReleaseFilename, parseWheelTags, splitWheelFilename, type WheelTags } from '../packaging/wheel.ts'
import { fileNameIn } from './file-link.ts'
import type { IndexFile, Origin, ProjectPage } from './project-page.ts'
import { type Release, tellReleases } from './releases.ts'

/**
 * The files of a page in the form in which they are kept. Of thousands of files a run looks closely at one, so what decides
 * between them (version, tags, Requires-Python) is in columns of numbers, and the rest in one line of text for each, which is
 * read when it is asked for.
 *
 *     length of the head · head (JSON: what the numbers in the columns stand for) · columns · lines
 */

/** Names the form. It changes with the form, and with the order of the bytes of a number: others cannot be read. */
export const tableForm = `table-1-${endianness()}`

interface Head {
  readonly rows: number
  /** Oldest first. */
  readonly versions: readonly string[]
  /** Of wheels, as in their names. */
  readonly tags: readonly string[]
  readonly requiresPython: readonly string[]
}

/** One column: a number for each file. */
const columns = ['version', 'tags', 'requiresPython', 'flags', 'end'] as const
type Columns = Record<(typeof columns)[number], Uint32Array>

/** In place of a number: there is none. */
const none = 0xffffffff
const yankedFlag = 1
const metadataOfferedFlag = 2

/** Writes the files of a page of a project as a table. */
export function encodeTable(project: string, files: readonly IndexFile[]): Buffer {
  const made = Object.fromEntries(columns.map(name => [name, new Uint32Array(files.length)])) as Columns
  const versions = numbered<string>()
  const tags = numbered<WheelTags>()
  const tagTexts: string[] = []
  const requiresPython = numbered<string>()
  let lines = ''
  for (let row = 0; row < files.length; row++) {
    const file = files[row]!
    const said = parseReleaseFilename(file.filename, project)
    made.version[row] = said ? versions.of(said.version.text) : none
    made.tags[row] = said?.wheel ? tags.of(said.wheel) : none
    if (said?.wheel && tagTexts.length < tags.all.length) tagTexts.push(splitWheelFilename(file.filename)!.tags)
    made.requiresPython[row] = file.requiresPython === undefined ? none : requiresPython.of(file.requiresPython)
    made.flags[row] = (file.yanked ? yankedFlag : 0) | (file.metadataOffered ? metadataOfferedFlag : 0)
    lines += lineOf(file)
    made.end[row] = lines.length
  }
  const sorted = versions.all.map(text => parseVersion(text)!).sort(compareVersions)
  const places = new Map(sorted.map(({ text }, place) => [text, place]))
  for (const [row, version] of made.version.entries())
    if (version !== none) made.version[row] = places.get(versions.all[version]!)!
  const head: Head = {
    rows: files.length,
    versions: sorted.map(({ text }) => text),
    tags: tagTexts,
    requiresPython: requiresPython.all,
  }
  const headBytes = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(headBytes.length)
  return Buffer.concat([
    length,
    headBytes,
    ...columns.map(name => Buffer.from(made[name].buffer)),
    Buffer.from(lines, 'latin1'),
  ])
}

/** A page from its table. Nothing of a file but what decides is read before it is asked for. */
export function tablePage(project: string, bytes: Buffer, origin: Origin): ProjectPage {
  const headEnd = 4 + bytes.readUInt32LE(0)
  const head = JSON.parse(bytes.toString('utf8', 4, headEnd)) as Head
  const width = 4 * head.rows
  // Copied, for a view of numbers must begin at a multiple of four.
  const numbers = bytes.buffer.slice(bytes.byteOffset + headEnd, bytes.byteOffset + headEnd + columns.length * width)
  const read = Object.fromEntries(
    columns.map((name, i) => [name, new Uint32Array(numbers, i * width, head.rows)]),
  ) as Columns
  const table = new Table(head, read, bytes.subarray(headEnd + columns.length * width))
  const page = {
    project,
    origin,
    get files() {
      return table.files()
    },
  }
  return tellReleases(page, () => table.releases())
}

class Table {
  readonly #requiresPython: readonly string[]
  readonly #versions: readonly string[]
  readonly #tags: readonly string[]
  readonly #columns: Columns
  readonly #lines: Buffer
  readonly #files: IndexFile[] = []
  #wheels: readonly WheelTags[] = []
  #releases: readonly Release[] | undefined

  constructor({ requiresPython, versions, tags }: Head, columns: Columns, lines: Buffer) {
    this.#requiresPython = requiresPython
    this.#versions = versions
    this.#tags = tags
    this.#columns = columns
    this.#lines = lines
  }

  /** The same row gives the same object. */
  file(row: number): IndexFile {
    return (this.#files[row] ??= this.#read(row))
  }

  files(): readonly IndexFile[] {
    for (let row = 0; row < this.#columns.end.length; row++) this.file(row)
    return this.#files
  }

  wheel(row: number): WheelTags | undefined {
    return this.#wheels[this.#columns.tags[row]!]
  }

  requiresPython(row: number): string | undefined {
    return this.#requiresPython[this.#columns.requiresPython[row]!]
  }

  yanked(row: number): boolean {
    return (this.#columns.flags[row]! & yankedFlag) !== 0
  }

  releases(): readonly Release[] {
    return (this.#releases ??= this.#byVersion())
  }

  #byVersion(): Release[] {
    this.#wheels = this.#tags.map(text => parseWheelTags(text)!)
    const { rows, starts } = sortedBy(this.#columns.version, this.#versions.length)
    return this.#versions.map((text, i) => new TableRelease(text, this, rows.subarray(starts[i]!, starts[i + 1]!)))
  }

  #read(row: number): IndexFile {
    const { flags, end } = this.#columns
    return fileOf(this.#lines.toString('latin1', row === 0 ? 0 : end[row - 1]!, end[row]!), {
      requiresPython: this.requiresPython(row),
      yanked: this.yanked(row),
      metadataOffered: (flags[row]! & metadataOfferedFlag) !== 0,
    })
  }
}

class TableRelease implements Release {
  readonly text: string
  readonly length: number
  readonly #table: Table
  readonly #rows: Uint32Array

  constructor(text: string, table: Table, rows: Uint32Array) {
    this.text = text
    this.length = rows.length
    this.#table = table
    this.#rows = rows
  }

  /** Read when it is asked for: of most releases nothing but their place is. */
  get version(): Version {
    return parseVersion(this.text)!
  }

  wheel(i: number): WheelTags | undefined {
    return this.#table.wheel(this.#rows[i]!)
  }

  requiresPython(i: number): string | undefined {
    return this.#table.requiresPython(this.#rows[i]!)
  }

  yanked(i: number): boolean {
    return this.#table.yanked(this.#rows[i]!)
  }

  file(i: number): IndexFile {
    return this.#table.file(this.#rows[i]!)
  }
}

/** The rows by the number in a column, in their order among equals; those of number n are from `starts[n]` to before `starts[n + 1]`. */
function sortedBy(column: Uint32Array, numbers: number): { rows: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(numbers + 1)
  for (const number of column) if (number !== none) starts[number + 1]!++
  for (let number = 0; number < numbers; number++) starts[number + 1]! += starts[number]!
  const next = starts.slice()
  const rows = new Uint32Array(starts[numbers]!)
  for (let row = 0; row < column.length; row++) {
    const number = column[row]!
    if (number !== none) rows[next[number]!++] = row
  }
  return { rows, starts }
}

/** What a line holds besides its usual fields; text of any kind. */
interface Oddities {
  readonly filename?: string
  readonly hashes?: IndexFile['hashes']
  readonly uploadTime?: string
}

/** One line of ASCII: URL, SHA-256, size, upload time, SHA-256 of the metadata, and what does not fit into these. */
function lineOf({ filename, url, hashes, size, uploadTime = '', metadataSha256 = '' }: IndexFile): string {
  const sha256 = onlySha256(hashes)
  const plainTime = /^[!-~]*$/.test(uploadTime)
  const isUsual = sha256 !== undefined && plainTime && fileNameIn(url) === filename
  const rest = isUsual
    ? ''
    : writtenOut({
        filename,
        ...(sha256 === undefined ? { hashes } : {}),
        ...(plainTime ? {} : { uploadTime }),
      })
  return `${url}\t${sha256 ?? ''}\t${size ?? ''}\t${plainTime ? uploadTime : ''}\t${metadataSha256}\t${rest}\n`
}

function fileOf(
  line: string,
  { requiresPython, ...flags }: { requiresPython: string | undefined } & Pick<IndexFile, 'yanked' | 'metadataOffered'>,
): IndexFile {
  const [url = '', sha256, size, plainTime, metadataSha256, rest] = line.slice(0, -1).split('\t')
  const odd = rest ? readOut(rest) : {}
  const uploadTime = odd.uploadTime ?? plainTime
  return {
    filename: odd.filename ?? fileNameIn(url),
    url,
    hashes: odd.hashes ?? (sha256 ? { sha256 } : {}),
    ...(size ? { size: Number(size) } : {}),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...flags,
    ...(uploadTime ? { uploadTime } : {}),
    ...(metadataSha256 ? { metadataSha256 } : {}),
  }
}

function writtenOut(odd: Oddities): string {
  return encodeURIComponent(JSON.stringify(odd))
}

function readOut(text: string): Oddities {
  return JSON.parse(decodeURIComponent(text))
}

/** The digest where it is the only one, empty where there is none. */
function onlySha256(hashes: IndexFile['hashes']): string | undefined {
  let found = ''
  for (const algorithm in hashes) {
    if (algorithm !== 'sha256') return undefined
    found = hashes[algorithm]!
  }
  return found
}

/** Gives each thing a number, in the order in which they are first seen. */
function numbered<Thing>() {
  const numbers = new Map<Thing, number>()
  const all: Thing[] = []
  return {
    all,
    of(thing: Thing): number {
      const known = numbers.get(thing)
      if (known !== undefined) return known
      numbers.set(thing, all.length)
      return all.push(thing) - 1
    },
  }
}
