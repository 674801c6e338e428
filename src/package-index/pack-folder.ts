import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAbandoned } from '../files/drafts.ts'
import { type OpenFile, openRegularSync } from '../files/regular-file.ts'
import { contentAt, encodeBatch, type PackRecord, type Place, placesIn } from './pack.ts'

/** Beyond so many packs the small ones become one. */
const MOST_PACKS = 8
/** Of all packs together, in bytes; beyond it the older half of what is kept goes. */
const LARGEST_CACHE = 512 * 2 ** 20
/** Written at once while packs become one, in bytes. */
const PORTION = 8 * 2 ** 20
/** Shorter pieces are put together before they are written. In bytes. */
const PIECE = 2 ** 16

const packName = /^[0-9]+-[0-9a-f]{12}\.pack$/

/** A pack that is open, by its path. */
export interface Pack {
  readonly path: string
  readonly file: OpenFile
}

/** The name of a new pack or draft: the process that makes it, and chance. */
export function newName(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}`
}

/** Opens the packs of a folder. Where one is taken away meanwhile, what took its place is there on the next look. */
export function openPacks(folder: string): Pack[] {
  for (let looks = 1; ; looks++) {
    const packs: Pack[] = []
    let missing = false
    for (const name of namesIn(folder)) {
      const path = join(folder, name)
      try {
        packs.push({ path, file: openRegularSync(path) })
      } catch (error) {
        missing ||= (error as NodeJS.ErrnoException).code === 'ENOENT'
      }
    }
    if (!missing || looks === 3) return packs
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => packName.test(name))
  } catch {
    return []
  }
}

/** Where the newest record of each key is. */
export function newestIn(packs: readonly Pack[]): Map<string, Place> {
  const newest = new Map<string, Place>()
  for (const { file } of packs)
    for (const place of placesIn(file)) {
      const before = newest.get(place.key)
      if (!before || before.time <= place.time) newest.set(place.key, place)
    }
  return newest
}

/**
 * Makes one pack of many small ones, or of all of them where they are large together, and keeps of a key what is newest. Others
 * may read and write meanwhile: who has a pack open goes on reading it, and what is added to one that goes is lost, which is to be fetched again.
 *
 * @throws what the operating system says
 */
export async function tidy(folder: string, limit = LARGEST_CACHE): Promise<void> {
  const drafts = join(folder, 'drafts')
  await clearDrafts(drafts)
  const packs = openPacks(folder).sort((a, b) => a.file.size - b.file.size)
  const total = packs.reduce((sum, { file }) => sum + file.size, 0)
  const merged = total > limit ? packs : packs.length > MOST_PACKS ? smallOnes(packs) : []
  if (merged.length === 0) return
  const files = new Set(merged.map(({ file }) => file))
  const places = [...newestIn(packs).values()].filter(({ file }) => files.has(file)).sort((a, b) => b.time - a.time)
  const name = newName()
  const draft = join(drafts, name)
  try {
    for (const batch of batches(total > limit ? withinBytes(places, limit / 2) : places)) await append(draft, batch)
    await rename(draft, join(folder, `${name}.pack`)).catch(nothingWritten)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  for (const { path } of merged) await rm(path, { force: true })
}

/** Adds pieces at the end of a file of this user only: small ones together, and large ones as they are. */
export async function append(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await writeFile(path, portions(pieces), { mode: 0o600, flag: 'a' })
}

function* portions(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = []
  for (const piece of pieces) {
    if (piece.length < PIECE) {
      small.push(piece)
      continue
    }
    yield Buffer.concat(small)
    yield piece
    small = []
  }
  yield Buffer.concat(small)
}

/** From the smallest on, as long as each is not much larger than all before it: so a byte is copied a few times at most. */
function smallOnes(packs: readonly Pack[]): readonly Pack[] {
  let sum = 0
  const end = packs.findIndex(({ file }) => {
    const large = file.size > sum + PORTION
    sum += file.size
    return large
  })
  return end === -1 ? packs : packs.slice(0, Math.max(end, MOST_PACKS / 2))
}

function withinBytes(newestFirst: readonly Place[], limit: number): readonly Place[] {
  let sum = 0
  return newestFirst.filter(({ length }) => (sum += length) <= limit)
}

/** What is damaged is left behind. */
function* batches(places: readonly Place[]): Generator<Uint8Array[]> {
  let waiting: PackRecord[] = []
  let bytes = 0
  for (const place of places) {
    const content = contentAt(place)
    if (!content) continue
    waiting.push({ key: place.key, time: place.time, content })
    bytes += content.length
    if (bytes < PORTION) continue
    yield encodeBatch(waiting)
    waiting = []
    bytes = 0
  }
  if (waiting.length > 0) yield encodeBatch(waiting)
}

function nothingWritten(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** With those above it. Not `recursive`: Node goes round for ever where a file system says that a folder it has is not there (/proc). */
export async function makeFolder(path: string): Promise<void> {
  // For this user only: pages of private indexes are kept here too.
  const make = () =>
    mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    await makeFolder(dirname(path))
    await make()
  })
}

async function clearDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^(\d+)-[0-9a-f]{12}$/.exec(name) ?? []
    const path = join(folder, name)
    if (pid && (await isAbandoned(path, Number(pid)))) await rm(path, { force: true })
  }
}
