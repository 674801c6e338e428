import { endianness } from 'node:os'
import { parseVersion, type Version } from '../packaging/version.ts'
import { parseWheelTags, type WheelTags } from '../packaging/wheel.ts'
import { type Parts, rest } from './parts.ts'
import {
  type FileJudge,
  type IndexFile,
  type Origin,
  type ProjectPage,
  passes,
  type Release,
  type ReleaseList,
  yankedPasses,
} from './project-page.ts'
import { fileOf } from './table-line.ts'

/**
 * The files of a page in the form in which they are kept. Of thousands of files a run looks closely at one, so what decides
 * between them (version, tags, Requires-Python) is in columns of numbers, and the rest in one line of text for each, which is
 * read when it is asked for.
 *
 *     length of the head · head (JSON: what the numbers in the columns stand for) · columns · lines
 */

/** Names the form. It changes with the form, and with the order of the bytes of a number: others cannot be read. */
export const tableForm = `table-1-${endianness()}`

export interface Head {
  readonly rows: number
  /** Oldest first. */
  readonly versions: readonly string[]
  /** Of wheels, as in their names. */
  readonly tags: readonly string[]
  readonly requiresPython: readonly string[]
}

/** One column: a number for each file. */
export const columns = ['version', 'tags', 'requiresPython', 'flags', 'end'] as const
export type Columns = Record<(typeof columns)[number], Uint32Array>

/** In place of a number: there is none. */
export const none = 0xffffffff
export const yankedFlag = 1
export const metadataOfferedFlag = 2

/** A page from its table. Nothing of a file but what decides is read before it is asked for. */
export function tablePage(project: string, table: Parts, origin: Origin): ProjectPage {
  const headEnd = 4 + table.read(0, 4).readUInt32LE(0)
  const head = JSON.parse(table.read(4, headEnd).toString('utf8')) as Head
  const width = 4 * head.rows
  const linesStart = headEnd + columns.length * width
  const { buffer, byteOffset, length } = table.read(headEnd, linesStart)
  // Copied, for a view of numbers must begin at a multiple of four.
  const numbers = buffer.slice(byteOffset, byteOffset + length)
  const read = Object.fromEntries(
    columns.map((name, i) => [name, new Uint32Array(numbers, i * width, head.rows)]),
  ) as Columns
  return new TablePage(project, origin, new Table(head, read, new Lines(rest(table, linesStart))))
}

class TablePage implements ProjectPage {
  readonly project: string
  readonly origin: Origin
  readonly #table: Table

  constructor(project: string, origin: Origin, table: Table) {
    this.project = project
    this.origin = origin
    this.#table = table
  }

  get files(): readonly IndexFile[] {
    return this.#table.files()
  }

  releases(): ReleaseList {
    return this.#table
  }
}

class Table implements ReleaseList {
  readonly #requiresPython: readonly string[]
  readonly #versions: readonly string[]
  readonly #tags: readonly string[]
  readonly #columns: Columns
  readonly #lines: Lines
  readonly #files: IndexFile[] = []
  readonly #wheels: WheelTags[] = []
  readonly #releases: Release[] = []
  #sorted: SortedRows | undefined

  constructor({ requiresPython, versions, tags }: Head, columns: Columns, lines: Lines) {
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
    return this.#wheelOf(this.#columns.tags[row]!)
  }

  requiresPython(row: number): string | undefined {
    return this.#requiresPython[this.#columns.requiresPython[row]!]
  }

  yanked(row: number): boolean {
    return (this.#columns.flags[row]! & yankedFlag) !== 0
  }

  get length(): number {
    return this.#versions.length
  }

  text(n: number): string {
    return this.#versions[n]!
  }

  at(n: number): Release {
    this.#sorted ??= sortedBy(this.#columns.version, this.#versions.length)
    return (this.#releases[n] ??= new TableRelease(this.#versions[n]!, this, rowsOf(this.#sorted, n)))
  }

  withYanked(): readonly number[] {
    const { version, flags } = this.#columns
    const found = new Set<number>()
    for (let row = 0; row < flags.length; row++)
      if ((flags[row]! & yankedFlag) !== 0 && version[row] !== none) found.add(version[row]!)
    return [...found].sort((a, b) => a - b)
  }

  judged(judge: FileJudge): Uint8Array {
    const { version, tags, requiresPython, flags } = this.#columns
    const takes = answering(this.#tags.length, number => judge.takes(this.#wheelOf(number)))
    const admits = answering(this.#requiresPython.length, number => judge.admitsPython(this.#requiresPython[number]))
    const answers = new Uint8Array(this.#versions.length)
    for (let row = 0; row < version.length; row++) {
      const of = version[row]!
      // What is so of a release already needs no more of its files.
      if (of === none || answers[of] === passes) continue
      if (!takes(tags[row]!) || !admits(requiresPython[row]!)) continue
      answers[of] = (flags[row]! & yankedFlag) !== 0 ? yankedPasses : passes
    }
    return answers
  }

  #wheelOf(tags: number): WheelTags | undefined {
    return tags === none ? undefined : (this.#wheels[tags] ??= parseWheelTags(this.#tags[tags]!)!)
  }

  #read(row: number): IndexFile {
    const { flags, end } = this.#columns
    return fileOf(this.#lines.text(row === 0 ? 0 : end[row - 1]!, end[row]!), {
      requiresPython: this.requiresPython(row),
      yanked: this.yanked(row),
      metadataOffered: (flags[row]! & metadataOfferedFlag) !== 0,
    })
  }
}

/** Bytes that are read at once: after one line of a table, its neighbours are mostly asked for too. */
const stretch = 2 ** 14

/** The lines of a table. */
class Lines {
  readonly #all: Parts
  #start = 0
  #read: Buffer = Buffer.alloc(0)

  constructor(all: Parts) {
    this.#all = all
  }

  /** From one byte to before another. */
  text(start: number, end: number): string {
    if (start < this.#start || end > this.#start + this.#read.length) {
      this.#start = start
      this.#read = this.#all.read(start, Math.min(Math.max(end, start + stretch), this.#all.length))
    }
    return this.#read.toString('latin1', start - this.#start, end - this.#start)
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

/** Answers a question about each number in a column once. */
function answering(numbers: number, ask: (number: number) => boolean): (number: number) => boolean {
  // 0: not asked yet. The last place is for there being no number.
  const answers = new Uint8Array(numbers + 1)
  return number => {
    const place = number === none ? numbers : number
    const known = answers[place]!
    if (known !== 0) return known === 2
    const answer = ask(number)
    answers[place] = answer ? 2 : 1
    return answer
  }
}

/** The rows by the number in a column, in their order among equals; those of number n are from `starts[n]` to before `starts[n + 1]`. */
interface SortedRows {
  readonly rows: Uint32Array
  readonly starts: Uint32Array
}

function rowsOf({ rows, starts }: SortedRows, n: number): Uint32Array {
  return rows.subarray(starts[n]!, starts[n + 1]!)
}

function sortedBy(column: Uint32Array, numbers: number): SortedRows {
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
