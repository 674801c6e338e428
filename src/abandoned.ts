import { lstat } from 'node:fs/promises'

/** A draft becomes a file within moments. Of one as old as this, in milliseconds, nobody thinks any more. */
const longestDraft = 60 * 60 * 1000

/**
 * Whether a draft was left behind by a run that was killed: the process that made it is no longer there. In containers
 * every process may have the same number, and on a shared disk the process is on another machine, so age counts too.
 *
 * @param path of a file; anything else is nobody's draft
 * @param pid of the process that made it, as its name says
 */
export async function isAbandoned(path: string, pid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isFile() === true && (!isRunning(pid) || Date.now() - found.mtimeMs > longestDraft)
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 asks and does nothing.
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
