import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder in memory that Linux has for everybody. */
const shared = '/dev/shm'
/** Many times what the tests ever have there at once, in bytes. */
const ROOM = 2 ** 30

/**
 * The tests make and remove some 10,000 folders, which takes a disk longer than most tests take. Where the machine has room for
 * them in memory, `tmpdir()` is there for every worker that starts after this; `npm run test:slow` stays on the disk.
 *
 * @returns what removes the folder again
 */
export function setup(): (() => void) | undefined {
  const folder = madeInMemory()
  if (folder === undefined) return undefined
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  return () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Undefined where there is none, where it is too small, and where no program may run from it, as in a container of Docker. */
function madeInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(shared)
    if (bavail * bsize < ROOM) return undefined
    const folder = mkdtempSync(join(shared, 'torchpin-tests-'))
    // Some tests run the command as another user.
    chmodSync(folder, 0o755)
    const program = join(folder, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
    const { status } = spawnSync(program)
    rmSync(program)
    if (status === 0) return folder
    rmSync(folder, { recursive: true })
    return undefined
  } catch {
    return undefined
  }
}
