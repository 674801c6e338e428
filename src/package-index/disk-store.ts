import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { isAbandoned } from '../abandoned.ts'
import { readBeginningSync } from '../files/regular-file.ts'

/** More than the largest page that is taken, with what is kept of its headers. In bytes. */
const LARGEST_ENTRY = 128 * 2 ** 20

/** Bytes by key, kept between runs. A store that cannot be read is empty; one that cannot be written forgets. */
export interface DiskStore {
  get(key: string): Promise<Buffer | undefined>
  put(key: string, bytes: Uint8Array | string): Promise<void>
}

/**
 * Keeps entries as files in a folder. Names of files are hashes of keys, so that no key is ever read off the disk. Each
 * file begins with a checksum of what follows: one that was damaged is no entry. Files appear by renaming, so that
 * processes side by side see whole entries only; the drafts that a killed one left are cleared away with the first entry.
 *
 * @param onTrouble told once, with what the system said, when an entry cannot be written
 */
export function diskStore(folder: string, onTrouble: (cause: Error) => void): DiskStore {
  let writable = true
  const drafts = join(folder, 'drafts')
  let cleared: Promise<void> | undefined
  const pathOf = (key: string) => {
    const name = createHash('sha256').update(key).digest('hex')
    return join(folder, name.slice(0, 2), name.slice(2))
  }
  return {
    async get(key) {
      let bytes: Buffer
      try {
        // Hundreds of small files: reading one takes less time than waiting for another thread to read it.
        bytes = readBeginningSync(pathOf(key), LARGEST_ENTRY)
      } catch {
        return undefined
      }
      const content = bytes.subarray(9)
      return bytes.toString('latin1', 0, 9) === `${checksum(content)}\n` ? content : undefined
    },
    async put(key, content) {
      if (!writable) return
      const path = pathOf(key)
      const draft = join(drafts, `${process.pid}-${randomBytes(6).toString('hex')}`)
      try {
        // For this user only: pages of private indexes are kept here too.
        for (const parent of [drafts, dirname(path)]) await makeFolder(parent)
        await (cleared ??= clearDrafts(drafts))
        await writeFile(
          draft,
          Buffer.concat([Buffer.from(`${checksum(content)}\n`), Buffer.from(content as Uint8Array)]),
          {
            mode: 0o600,
          },
        )
        await rename(draft, path)
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined)
        // Windows refuses to replace a file that another process reads; the next run writes it.
        if (['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '') && (await exists(path)))
          return
        if (writable) onTrouble(error as Error)
        writable = false
      }
    },
  }
}

/** Against disks and crashes; nobody but the user can write here. */
function checksum(content: string | Uint8Array): string {
  return crc32(content).toString(16).padStart(8, '0')
}

/** With those above it. Not `recursive`: Node goes round for ever where a file system says that a folder it has is not there (/proc). */
async function makeFolder(path: string): Promise<void> {
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

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
