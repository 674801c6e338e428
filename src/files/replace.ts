import { rename } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds between tries, a second in all: a virus scanner or an indexer lets go of a file within moments. */
const pauses = [10, 30, 60, 100, 200, 600]

/** What a system is asked for; a test gives its own. */
export interface Renaming {
  readonly platform: NodeJS.Platform
  readonly rename: (from: string, to: string) => Promise<void>
  readonly wait: (milliseconds: number) => Promise<unknown>
}

/**
 * Puts a file in the place of another, whole. Windows refuses while a program has either open that does not share it, as scanners
 * do with what was just written: there it is tried again for a second.
 *
 * @throws the error of the last try, with the code of Node (EPERM, EACCES or EBUSY where the file stays open)
 */
export async function replaceFile(
  from: string,
  to: string,
  system: Renaming = { platform: process.platform, rename, wait },
): Promise<void> {
  for (const pause of system.platform === 'win32' ? pauses : []) {
    try {
      return await system.rename(from, to)
    } catch (cause) {
      if (!/^(?:EPERM|EACCES|EBUSY)$/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    }
    await system.wait(pause)
  }
  await system.rename(from, to)
}
