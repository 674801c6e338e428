import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ProjectIndexes } from '../../test/loopback/uv-projects.ts'
import type { Expectation } from './rows.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export type Run = (program: string, words: readonly string[], cwd: string) => Promise<Ran>

/**
 * Runs programs with an environment of little, whose public index is the one of this machine. The indexes answer from this
 * process, so that nothing may wait in its place.
 *
 * @param home empty; holds settings, caches and Poetry's folders
 */
export function runner(indexes: ProjectIndexes, home: string, more: Readonly<Record<string, string>> = {}): Run {
  mkdirSync(home, { recursive: true })
  const env = {
    PATH: [process.env['PATH'], process.env['POETRY']?.replace(/\/[^/]+$/, '')].filter(Boolean).join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    PIP_CONFIG_FILE: '/dev/null',
    UV_DEFAULT_INDEX: indexes.main,
    UV_CACHE_DIR: join(home, 'uv'),
    UV_PYTHON_DOWNLOADS: 'never',
    MACOSX_DEPLOYMENT_TARGET: '14.0',
    POETRY_CACHE_DIR: join(home, 'poetry'),
    POETRY_VIRTUALENVS_IN_PROJECT: 'true',
    ...more,
  }
  return (program, words, cwd) =>
    new Promise(resolve => {
      execFile(program, words, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
        resolve({ code, stdout, stderr })
      })
    })
}

/** The words of `uv lock` that hold each project of the family, and each CPU alternative, at its release. */
export const held = ({ releases, holds }: Expectation): string[] =>
  Object.entries({ ...releases, ...holds }).flatMap(([name, release]) => ['-P', `${name}==${release}`])

/** `--script` and its path, where uv works for a script. */
export const ofScript = ({ script }: Expectation): string[] => (script ? ['--script', script] : [])

/** The path of the file that a row's project is locked in. */
export const lockOf = ({ script, tool }: Expectation): string =>
  tool === 'poetry' ? 'poetry.lock' : script ? `${script}.lock` : 'uv.lock'
