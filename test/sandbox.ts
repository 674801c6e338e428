import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { type IndexSpec, type Loopback, serveIndexes } from './loopback/indexes.ts'
import { type Files, writeFiles } from './workspace/temporary.ts'

/** What a test of a whole run stands on, away from the settings of this machine. */
export interface Sandbox {
  /** A folder with no link in its path; there from before the first test until after the last. */
  readonly temporary: string
  /** The variables of a user who has set nothing, and whose home is the folder. */
  readonly environment: Readonly<Record<string, string>>
  /** Makes a folder in it with these files; in their texts {CPU}, {MAIN} and {LINKS} stand for the addresses of the indexes. */
  folderWith(files: Files): string
}

/** A sandbox with indexes on 127.0.0.1. */
export interface IndexedSandbox extends Sandbox {
  /** Known from before the first test on. */
  readonly indexes: Loopback
  /** Options of a run on these indexes, for Python 3.11, with a cache that all runs of the sandbox share. */
  optionsIn(cwd: string): Partial<Options> & { readonly cwd: string }
}

/**
 * Makes a sandbox for the tests of the file or of the `describe` that calls it, whose hooks it sets: a call belongs there, and not
 * in a test.
 *
 * @param worlds what the indexes hold, as `serveIndexes` takes it; without any there are none
 */
export function sandbox(): Sandbox
export function sandbox(
  cpu: IndexSpec,
  main: IndexSpec,
  linkPages?: Readonly<Record<string, IndexSpec>>,
): IndexedSandbox
export function sandbox(cpu?: IndexSpec, main: IndexSpec = {}, linkPages: Readonly<Record<string, IndexSpec>> = {}) {
  const temporary = join(realpathSync(tmpdir()), `torchpin-test-${randomBytes(6).toString('hex')}`)
  const environment = { PIP_CONFIG_FILE: '/dev/null', HOME: temporary }
  // Its addresses are filled in when it is served: a name for it is there at once, and nothing is left of tests that do not run.
  const indexes = {} as Loopback
  beforeAll(async () => {
    mkdirSync(temporary)
    if (cpu) Object.assign(indexes, await serveIndexes(cpu, main, 0, { linkPages }))
  })
  afterAll(async () => {
    if (cpu) await indexes.close()
    rmSync(temporary, { recursive: true })
  })
  const filled = (text: string): string =>
    cpu
      ? text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main).replaceAll('{LINKS}', indexes.links)
      : text
  return {
    temporary,
    environment,
    indexes,
    folderWith(files: Files): string {
      const folder = mkdtempSync(join(temporary, 'run-'))
      writeFiles(folder, files, filled)
      return folder
    },
    optionsIn: (cwd: string) => ({
      cwd,
      environment,
      python: ['3.11'],
      cpuIndexUrl: indexes.cpu,
      indexUrl: indexes.main,
      cacheDir: join(temporary, 'cache'),
    }),
  }
}
