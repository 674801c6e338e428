import { compareVersions, parseVersion } from '../packaging/version.ts'
import { parseReleaseFilename, parseWheelTags, splitWheelFilename } from '../packaging/wheel.ts'
import { columns, type Head, metadataOfferedFlag, yankedFlag } from './page-table.ts'
import type { IndexFile } from './project-page.ts'
import { lineOf } from './table-line.ts'

/** What decides between files. */
interface Row extends Pick<IndexFile, 'filename' | 'yanked' | 'metadataOffered'> {
  readonly requiresPython?: string | undefined
}

/** As many characters of lines are collected before they become bytes. */
const block = 2 ** 16

/** There is no number: as 32 bits without a sign this is `none`. */
const noNumber = -1

/** Writes the files of a page of a project as a table. */
export function encodeTable(project: string, files: readonly IndexFile[]): Buffer {
  const writer = new TableWriter(project)
  for (const file of files) writer.add(file, lineOf(file))
  return writer.bytes()
}

/** Writes a table row by row. */
export class TableWriter {
  readonly #project: string
  readonly #made: Record<(typeof columns)[number], number[]> = {
    version: [],
    tags: [],
    requiresPython: [],
    flags: [],
    end: [],
  }
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
    made.requiresPython.push(requiresPython === undefined ? noNumber : this.#requiresPython.of(requiresPython))
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
    const version = this.#made.version.map(number => placeOf[number] ?? noNumber)
    const made = { ...this.#made, version }
    const head: Head = {
      rows: version.length,
      versions: sorted.map(({ text }) => text),
      tags: this.#tags.all,
      requiresPython: this.#requiresPython.all,
    }
    const headBytes = Buffer.from(JSON.stringify(head))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(headBytes.length)
    const numbers = columns.map(name => Buffer.from(new Uint32Array(made[name]).buffer))
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
    const version = named ? this.#versions.of(named.version.text) : noNumber
    this.#addNumbers(version, tags === undefined ? noNumber : this.#tags.of(tags))
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
