import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import CachePolicy from 'http-cache-semantics'

/** A stored answer. */
export interface Stored {
  readonly policy: CachePolicy
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The address that answered in the end. */
  readonly url: string
  readonly body: Buffer
}

export interface HttpCache {
  read(key: string): Promise<Stored | undefined>
  write(key: string, stored: Stored): Promise<void>
}

export { CachePolicy }

/** Entries of another form are passed over. */
const FORMAT = 1

/** Where torchpin keeps answers: the platform's cache folder. */
export function defaultCacheDir(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment['HOME'] || homedir()
  if (environment['TORCHPIN_CACHE_DIR']) return environment['TORCHPIN_CACHE_DIR']
  if (process.platform === 'win32')
    return join(environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'torchpin', 'Cache')
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'torchpin')
  return join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'torchpin')
}

/**
 * A folder of answers, one file each: a line of JSON, then the body. A damaged entry is no entry; a folder that cannot
 * be written is told once, and the run goes on without.
 */
export function openCache(folder: string, onNotice: (message: string) => void): HttpCache {
  let writable = true
  const pathOf = (key: string): string => join(folder, 'http', `${createHash('sha256').update(key).digest('hex')}.bin`)
  return {
    async read(key) {
      try {
        const bytes = await readFile(pathOf(key))
        const end = bytes.indexOf(0x0a)
        const head = JSON.parse(bytes.subarray(0, end).toString('utf8'))
        const body = bytes.subarray(end + 1)
        if (head.format !== FORMAT || head.sha256 !== createHash('sha256').update(body).digest('hex')) return undefined
        return {
          policy: CachePolicy.fromObject(head.policy),
          status: head.status,
          headers: head.headers,
          url: head.url,
          body,
        }
      } catch {
        return undefined
      }
    },
    async write(key, { policy, status, headers, url, body }) {
      if (!writable) return
      const path = pathOf(key)
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
      const head = {
        format: FORMAT,
        sha256: createHash('sha256').update(body).digest('hex'),
        policy: policy.toObject(),
        status,
        headers,
        url,
      }
      try {
        await mkdir(join(folder, 'http'), { recursive: true })
        await writeFile(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]))
        await rename(temporary, path)
      } catch (error) {
        if (writable)
          onNotice(`the cache at ${folder} cannot be written (${(error as Error).message}); going on without`)
        writable = false
        await rm(temporary, { force: true }).catch(() => undefined)
      }
    },
  }
}
