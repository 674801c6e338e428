import { endianness } from 'node:os'
import { parseVersion, type Version } from '../packaging/version.ts'
import { parseWheelTags, type WheelTags } from '../packaging/wheel.ts'
import { type Parts, rest } from './parts.ts'
import {
  type FileJudge,
  type IndexFile,
  nonePasses,
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
 * read when it is asked for. The columns are sorted by release; and since most releases of a project have files for the same tags,
 * what their files say is there once, as a kind of release, so that a thousand releases are judged by a look at a few kinds.
 *
 *     length of the head · head (JSON: what the numbers in the columns stand for) · columns · lines
 */

/** Names the form. It changes with the form, and with the order of the bytes of a number: others cannot be read. */
export const tableForm = `table-2-${endianness()}`

export interface Head {
  readonly files: number
  /** How many kinds of releases there are, and how many files these have together. */
  readonly kinds: readonly [kinds: number, files: number]
  /** Oldest first. */
  readonly versions: readonly string[]
  /** Of wheels, as in their names. */
  readonly tags: readonly string[]
  readonly requiresPython: readonly string[]
}

/** Numbers of what decides about a file. */
export interface Deciding {
  readonly tags: Uint32Array
  readonly requiresPython: Uint32Array
  readonly flags: Uint32Array
}

/** The columns, in their order. */
export interface Columns extends Deciding {
  /** Of each release: its kind, and its first row; the last row ends at the next. */
  readonly kind: Uint32Array
  readonly start: Uint32Array
  /** Of each kind: its first row among the columns of kinds. */
  readonly kindStart: Uint32Array
  readonly kindTags: Uint32Array
  readonly kindRequiresPython: Uint32Array
  readonly kindFlags: Uint32Array
  /** Of each file, by release; those of which no release is known come last: its place on the page, and its line. */
  readonly place: Uint32Array
  readonly from: Uint32Array
  readonly to: Uint32Array
}

/** How long each column is. */
export function columnLengths({
  files,
  kinds: [kinds, filesOfKinds],
  versions,
}: Head): Readonly<Record<keyof Columns, number>> {
  return {
    kind: versions.length,
    start: versions.length + 1,
    kindStart: kinds + 1,
    kindTags: filesOfKinds,
    kindRequiresPython: filesOfKinds,
    kindFlags: filesOfKinds,
    place: files,
    from: files,
    to: files,
    tags: files,
    requiresPython: files,
    flags: files,
  }
}

/** In place of a number: there is none. */
export const none = 0xffffffff
export const yankedFlag = 1
export const metadataOfferedFlag = 2

/** A page from its table. Nothing of a file but what decides is read before it is asked for. */
export function tablePage(project: string, table: Parts, origin: Origin): ProjectPage {
  const headEnd = 4 + table.read(0, 4).readUInt32LE(0)
  const head = JSON.parse(table.read(4, headEnd).toString('utf8')) as Head
  const lengths = Object.entries(columnLengths(head))
  const linesStart = headEnd + 4 * lengths.reduce((sum, [, length]) => sum + length, 0)
  const { buffer, byteOffset, length } = table.read(headEnd, linesStart)
  // Copied, for a view of numbers must begin at a multiple of four.
  const numbers = byteOffset % 4 === 0 ? buffer : buffer.slice(byteOffset, byteOffset + length)
  let at = numbers === buffer ? byteOffset : 0
  const read: Record<string, Uint32Array> = {}
  for (const [name, length] of lengths) {
    read[name] = new Uint32Array(numbers, at, length)
    at += 4 * length
  }
  return new TablePage(project, origin, new Table(head, read as unknown as Columns, new Lines(rest(table, linesStart))))
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

  /** All, in the order of the page. */
  files(): readonly IndexFile[] {
    const { place } = this.#columns
    const files = new Array<IndexFile>(place.length)
    for (let row = 0; row < place.length; row++) files[place[row]!] = this.file(row)
    return files
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
    const { start } = this.#columns
    return (this.#releases[n] ??= new TableRelease(this.#versions[n]!, this, start[n]!, start[n + 1]!))
  }

  withYanked(): readonly number[] {
    const { kind, kindStart, kindFlags } = this.#columns
    const hasYanked = new Uint8Array(kindStart.length - 1).map((_, of) =>
      kindFlags.subarray(kindStart[of]!, kindStart[of + 1]!).some(flags => (flags & yankedFlag) !== 0) ? 1 : 0,
    )
    const found: number[] = []
    for (let n = 0; n < kind.length; n++) if (hasYanked[kind[n]!] === 1) found.push(n)
    return found
  }

  judged(judge: FileJudge): Uint8Array {
    const { kind, kindStart } = this.#columns
    const takes = answering(this.#tags.length, number =>
      number === none ? judge.takes(undefined) : judge.takesTags(this.#tags[number]!),
    )
    const admits = answering(this.#requiresPython.length, number => judge.admitsPython(this.#requiresPython[number]))
    const judgedKinds = new Uint8Array(kindStart.length - 1)
    for (let of = 0; of < judgedKinds.length; of++) judgedKinds[of] = this.#judgedKind(of, takes, admits)
    const answers = new Uint8Array(kind.length)
    for (let n = 0; n < answers.length; n++) answers[n] = judgedKinds[kind[n]!]!
    return answers
  }

  #judgedKind(of: number, takes: (tags: number) => boolean, admits: (requiresPython: number) => boolean): number {
    const { kindStart, kindTags, kindRequiresPython, kindFlags } = this.#columns
    let answer: number = nonePasses
    for (let i = kindStart[of]!; i < kindStart[of + 1]!; i++) {
      if (!takes(kindTags[i]!) || !admits(kindRequiresPython[i]!)) continue
      if ((kindFlags[i]! & yankedFlag) === 0) return passes
      answer = yankedPasses
    }
    return answer
  }

  #wheelOf(tags: number): WheelTags | undefined {
    return tags === none ? undefined : (this.#wheels[tags] ??= parseWheelTags(this.#tags[tags]!)!)
  }

  #read(row: number): IndexFile {
    const { flags, from, to } = this.#columns
    return fileOf(this.#lines.text(from[row]!, to[row]!), {
      requiresPython: this.requiresPython(row),
      yanked: this.yanked(row),
      metadataOffered: (flags[row]! & metadataOfferedFlag) !== 0,
    })
  }
}

/** Bytes that are read at once: after one line of a table, its neighbours are mostly asked for too. */
const stretch = 2 ** 13

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
  readonly #start: number

  constructor(text: string, table: Table, start: number, end: number) {
    this.text = text
    this.length = end - start
    this.#table = table
    this.#start = start
  }

  /** Read when it is asked for: of most releases nothing but their place is. */
  get version(): Version {
    return parseVersion(this.text)!
  }

  wheel(i: number): WheelTags | undefined {
    return this.#table.wheel(this.#start + i)
  }

  requiresPython(i: number): string | undefined {
    return this.#table.requiresPython(this.#start + i)
  }

  yanked(i: number): boolean {
    return this.#table.yanked(this.#start + i)
  }

  file(i: number): IndexFile {
    return this.#table.file(this.#start + i)
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
