import { hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DamagedRecord } from '../contract/errors.ts'
import { storedAnswer } from '../files/machine/answers.ts'
import { isWatched, note } from '../files/machine/run-notes.ts'
import { contentAt, encodeBatch, type PackRecord, type Place, partsAt } from './pack.ts'
import { append, makeFolder, newestIn, newName, openPacks, tidy } from './pack-folder.ts'
import type { Parts } from './parts.ts'

/** Bytes by key, kept between runs. A store that cannot be read is empty; one that cannot be written forgets. */
export interface DiskStore {
  get(key: string): Promise<Buffer | undefined>
  /** The same, for who needs parts of it only. Reading a part that is damaged throws DamagedRecord; the entry is none from then on. */
  open(key: string): Promise<Parts | undefined>
  /** @param content in pieces, one behind the other */
  put(key: string, ...content: readonly (Uint8Array | string)[]): Promise<void>
}

/**
 * Keeps entries in packs: a few files in a folder, which are opened once. Every store that writes has a pack of its own, to which
 * it alone adds, so that processes side by side, on a network disk too, never write into one file. An entry that was cut
 * short or damaged is no entry. Of keys, which may name what is secret, their hashes are kept.
 *
 * @param onTrouble called once, with the error of the system, when an entry cannot be written
 */
export function diskStore(folder: string, onTrouble: (cause: Error) => void): DiskStore {
  const own = join(folder, `${newName()}.pack`)
  let writable = true
  let places: Map<string, Place> | undefined
  const written = new Set<string>()
  const waiting: PackRecord[] = []
  let writing: Promise<void> | undefined

  const prepare = async () => {
    await makeFolder(join(folder, 'drafts'))
    // A cache that cannot be tidied, as where Windows holds a file that somebody reads, still serves.
    await tidy(folder).catch(() => undefined)
    await clearEarlier(join(dirname(folder), 'v2')).catch(() => undefined)
  }
  /** All that waits at once: opening a file for each entry would take longer than writing it. */
  const appendWaiting = async () => {
    const records = waiting.splice(0)
    if (!writable || records.length === 0) return
    try {
      await append(own, encodeBatch(records))
      for (const { key } of records) written.add(key)
    } catch (error) {
      if (writable) onTrouble(error as Error)
      // What was written of it is the end of the pack: nothing behind it would be found.
      writable = false
    }
  }
  const find = (text: string): Place | undefined => {
    const key = nameOf(text)
    if (!places || written.has(key)) {
      // Before they are opened: of what is added meanwhile, the next run must find more.
      if (isWatched())
        note({ note: 'look', question: 'stored', subject: folder, argument: '', answer: storedAnswer(folder) })
      places = newestIn(openPacks(folder))
      written.clear()
    }
    return places.get(key)
  }
  return {
    async get(text) {
      const place = find(text)
      return place && contentAt(place)
    },
    async open(text) {
      const place = find(text)
      const parts = place && partsAt(place)
      return parts && { ...parts, read: forgetting(parts, () => forget(folder, nameOf(text))) }
    },
    put(text, ...content) {
      const pieces = content.map(piece => (typeof piece === 'string' ? Buffer.from(piece) : piece))
      waiting.push({ key: nameOf(text), time: Date.now(), content: pieces })
      writing ??= prepare().catch(error => {
        onTrouble(error as Error)
        writable = false
      })
      return (writing = writing.then(appendWaiting))
    },
  }
}

/** Reads parts, and says so where one of them is damaged. */
function forgetting({ read }: Parts, onDamage: () => void): Parts['read'] {
  return (start, end) => {
    try {
      return read(start, end)
    } catch (error) {
      if (error instanceof DamagedRecord) onDamage()
      throw error
    }
  }
}

/** Has an entry be none, at once: whoever starts over must not find it again. */
function forget(folder: string, key: string): void {
  const nothing = Buffer.concat(encodeBatch([{ key, time: Date.now(), content: [] }]))
  try {
    writeFileSync(join(folder, `${newName()}.pack`), nothing, { mode: 0o600, flag: 'wx' })
  } catch {
    // A cache that cannot be written stays damaged.
  }
}

/** A strong hash: an index could choose its addresses so that weak ones fall on those of another. */
function nameOf(key: string): string {
  return hash('sha256', key, 'base64')
}

/** Removes what torchpin kept before there were packs, a file for each entry, and nothing else that may be in a folder of that name. */
async function clearEarlier(folder: string): Promise<void> {
  for (const name of await namesOf(folder)) {
    if (!/^(?:[0-9a-f]{2}|drafts)$/.test(name)) continue
    const path = join(folder, name)
    for (const entry of await namesOf(path))
      if (/^(?:[0-9a-f]{62}|\d+-[0-9a-f]{12})$/.test(entry)) await rm(join(path, entry), { force: true })
    await rmdir(path).catch(() => undefined)
  }
  await rmdir(folder).catch(() => undefined)
}

function namesOf(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}
