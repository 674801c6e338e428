import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** `.requirements.txt.4711-9f86d081.torchpin`: the name of the file, of the process, and chance. */
const draftName = /^\.(.+)\.(\d+)-[0-9a-f]{8}\.torchpin$/s

/** The path of a draft beside a file, which is created with the flag `wx`, so that no link can lie there. */
export function draftFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.torchpin`)
}

/** Reads the name of a draft: the name of its file and the process that made it. Undefined for any other name. */
export function readDraftName(name: string): { readonly of: string; readonly pid: number } | undefined {
  const [, of, pid] = draftName.exec(name) ?? []
  return of === undefined ? undefined : { of, pid: Number(pid) }
}

/** Milliseconds after which a draft is abandoned: a run turns its drafts into files within moments. */
export const longestDraft = 60 * 60 * 1000

/**
 * Whether a draft was left behind by a run that was killed: the process that made it is no longer there. In containers
 * every process may have the same number, and on a shared disk the process is on another machine, so age counts too.
 *
 * @param path of a file; anything but a regular file is not a draft
 * @param pid of the process that made it, as its name says
 */
export async function isAbandoned(path: string, pid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isFile() === true && (!isRunning(pid) || Date.now() - found.mtimeMs > longestDraft)
}

export function isRunning(pid: number): boolean {
  try {
    // Signal 0 asks and does nothing.
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
