import { compareVersions, parseVersion } from '../packaging/version.ts'
import { parseReleaseFilename, parseWheelTags, splitWheelFilename } from '../packaging/wheel.ts'
import {
  type Columns,
  columnLengths,
  type Deciding,
  type Head,
  metadataOfferedFlag,
  none,
  yankedFlag,
} from './page-table.ts'
import type { IndexFile } from './project-page.ts'
import { lineOf } from './table-line.ts'

/** What decides between files. */
interface Row extends Pick<IndexFile, 'filename' | 'yanked' | 'metadataOffered'> {
  readonly requiresPython?: string | undefined
}

/** As many characters of lines are collected before they become bytes. */
const block = 2 ** 16

/** Writes the files of a page of a project as a table. */
export function encodeTable(project: string, files: readonly IndexFile[]): Buffer {
  const writer = new TableWriter(project)
  for (const file of files) writer.add(file, lineOf(file))
  return writer.bytes()
}

/** Writes a table row by row. */
export class TableWriter {
  readonly #project: string
  /** In the order of the page. */
  readonly #made: Record<keyof Made, number[]> = { version: [], tags: [], requiresPython: [], flags: [], end: [] }
  readonly #versions = new Numbers()
  readonly #tags = new Numbers()
  readonly #requiresPython = new Numbers()
  /** How the last wheel began, up to its tags. The files of a release mostly follow each other. */
  #release: { readonly beginning: string; readonly version: number } | undefined
  #lines = ''
  readonly #blocks: Buffer[] = []
  #length = 0

  constructor(project: string) {
    this.#project = project
  }

  /** @param line the rest of what is known of the file, see `lineOf` */
  add({ filename, requiresPython, yanked, metadataOffered }: Row, line: string): void {
    const made = this.#made
    this.#addName(filename)
    made.requiresPython.push(requiresPython === undefined ? none : this.#requiresPython.of(requiresPython))
    made.flags.push((yanked ? yankedFlag : 0) | (metadataOffered ? metadataOfferedFlag : 0))
    this.#lines += line
    this.#length += line.length
    made.end.push(this.#length)
    if (this.#lines.length > block) this.#endBlock()
  }

  /** The table of what was added. */
  bytes(): Buffer {
    this.#endBlock()
    const sorted = this.#versions.all.map(text => parseVersion(text)!).sort(compareVersions)
    const places = new Map(sorted.map(({ text }, place) => [text, place]))
    const placeOf = this.#versions.all.map(text => places.get(text)!)
    const version = Uint32Array.from(this.#made.version, number => placeOf[number] ?? sorted.length)
    const found = columnsOf({ ...this.#made, version }, sorted.length)
    const head: Head = {
      files: version.length,
      kinds: [found.kindStart.length - 1, found.kindTags.length],
      versions: sorted.map(({ text }) => text),
      tags: this.#tags.all,
      requiresPython: this.#requiresPython.all,
    }
    const headBytes = Buffer.from(JSON.stringify(head))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(headBytes.length)
    const names = Object.keys(columnLengths(head)) as (keyof Columns)[]
    const numbers = names.map(name => {
      const { buffer, byteOffset, byteLength } = found[name]
      return Buffer.from(buffer, byteOffset, byteLength)
    })
    return Buffer.concat([length, headBytes, ...numbers, ...this.#blocks])
  }

  #addName(filename: string): void {
    const release = this.#release
    const tags =
      release && filename.startsWith(release.beginning) && filename.endsWith('.whl')
        ? filename.slice(release.beginning.length, -'.whl'.length)
        : undefined
    if (release && tags !== undefined && parseWheelTags(tags)) this.#addNumbers(release.version, this.#tags.of(tags))
    else this.#addOther(filename)
  }

  #addOther(filename: string): void {
    const named = parseReleaseFilename(filename, this.#project)
    const tags = named?.wheel && splitWheelFilename(filename)!.tags
    const version = named ? this.#versions.of(named.version.text) : none
    this.#addNumbers(version, tags === undefined ? none : this.#tags.of(tags))
    if (tags !== undefined) this.#release = { beginning: filename.slice(0, -`${tags}.whl`.length), version }
  }

  #addNumbers(version: number, tags: number): void {
    this.#made.version.push(version)
    this.#made.tags.push(tags)
  }

  #endBlock(): void {
    this.#blocks.push(Buffer.from(this.#lines, 'latin1'))
    this.#lines = ''
  }
}

/** What is known of each file, in the order of the page. The version: its place among all, or how many there are. */
interface Made {
  readonly version: ArrayLike<number>
  readonly tags: ArrayLike<number>
  readonly requiresPython: ArrayLike<number>
  readonly flags: ArrayLike<number>
  /** Of its line. */
  readonly end: ArrayLike<number>
}

/** The columns of a table: files sorted by release, in their order within each, and the kinds of the releases. */
function columnsOf(made: Made, releases: number): Columns {
  const files = made.version.length
  const ends = new Uint32Array(releases + 2)
  for (let i = 0; i < files; i++) ends[made.version[i]! + 1]!++
  for (let n = 0; n <= releases; n++) ends[n + 1]! += ends[n]!
  const start = ends.slice(0, releases + 1)
  const place = new Uint32Array(files)
  for (let i = 0; i < files; i++) place[ends[made.version[i]!]!++] = i
  const rows = {
    tags: place.map(i => made.tags[i]!),
    requiresPython: place.map(i => made.requiresPython[i]!),
    flags: place.map(i => made.flags[i]!),
  }
  return {
    ...kindsOf(rows, start),
    start,
    place,
    from: place.map(i => (i === 0 ? 0 : made.end[i - 1]!)),
    to: place.map(i => made.end[i]!),
    ...rows,
  }
}

/** Releases whose files say the same, one after the other, are of one kind. Neighbours mostly are, so they are compared first. */
function kindsOf(files: Deciding, start: Uint32Array) {
  const { tags, requiresPython, flags } = files
  const kind = new Uint32Array(start.length - 1)
  const kinds = new Numbers()
  const rows: number[] = []
  const kindStart = [0]
  for (let n = 0; n < kind.length; n++) {
    const [first, end] = [start[n]!, start[n + 1]!]
    if (n > 0 && saySame(files, start[n - 1]!, first, end)) {
      kind[n] = kind[n - 1]!
      continue
    }
    let text = ''
    for (let row = first; row < end; row++) text += `${tags[row]} ${requiresPython[row]} ${flags[row]! & yankedFlag},`
    kind[n] = kinds.of(text)
    if (kind[n]! < kindStart.length - 1) continue
    for (let row = first; row < end; row++) rows.push(row)
    kindStart.push(rows.length)
  }
  return {
    kind,
    kindStart: Uint32Array.from(kindStart),
    kindTags: Uint32Array.from(rows, row => tags[row]!),
    kindRequiresPython: Uint32Array.from(rows, row => requiresPython[row]!),
    kindFlags: Uint32Array.from(rows, row => flags[row]! & yankedFlag),
  }
}

/** Whether the files of a release say what those of the one before say. */
function saySame({ tags, requiresPython, flags }: Deciding, before: number, first: number, end: number): boolean {
  if (first - before !== end - first) return false
  for (let row = first, other = before; row < end; row++, other++) {
    const differs =
      tags[row] !== tags[other] ||
      requiresPython[row] !== requiresPython[other] ||
      ((flags[row]! ^ flags[other]!) & yankedFlag) !== 0
    if (differs) return false
  }
  return true
}

/** Gives each text a number, in the order in which they are first seen. */
class Numbers {
  readonly all: string[] = []
  readonly #numbers = new Map<string, number>()

  of(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.all.length)
    return this.all.push(text) - 1
  }
}
