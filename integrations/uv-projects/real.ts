import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { torchFamily } from '../../src/torch/family.ts'
import { holds } from '../claims.ts'
import { dryRun, type Installed, places } from './platforms.ts'
import { copyProject } from './rows.ts'
import type { Run } from './uv.ts'

interface RealProject {
  readonly why: string
  /** The Python of the wheels that its lock file is reduced to. */
  readonly python: string
  /** Words that choose extras and groups. */
  readonly select: readonly string[]
  /** Of the family and of what CUDA builds need, on linux-x86_64. */
  readonly installs: Installed
}

const folder = 'fixtures/uv-projects/real'

const isCounted = (name: string) => torchFamily.has(name) || /^(?:nvidia-|cuda-|triton$)/.test(name)

async function tryProject(name: string, home: string, run: Run): Promise<void> {
  const expected: RealProject = JSON.parse(readFileSync(join(folder, name, 'expect.json'), 'utf8'))
  console.log(`\n${name}: ${expected.why}`)
  const at = join(home, name)
  copyProject(join(folder, name, 'before'), at, text => text)
  const found = await run('uv', ['python', 'find', '--no-project', expected.python], home)
  if (found.code !== 0) {
    console.log(`  skipped: there is no Python ${expected.python}`)
    return
  }
  const words = ['--frozen', '--python', found.stdout.trim(), ...expected.select]
  const installed = await dryRun(run, at, places[0]!, words)
  const counted = Object.fromEntries(Object.entries(installed).filter(([each]) => isCounted(each)))
  holds('uv takes CUDA from its lock file', sorted(counted), sorted(expected.installs))
}
const sorted = (installed: Installed) => Object.entries(installed).sort(([a], [b]) => (a < b ? -1 : 1))

/** Names of the projects of public repositories, each reduced to facts. */
export const realProjects = (): string[] =>
  readdirSync(folder)
    .filter(name => existsSync(join(folder, name, 'expect.json')))
    .sort()

/** Asks the real uv what these projects install, from their recorded lock files and without a network. */
export async function tryRealProjects(names: readonly string[]): Promise<void> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-real-uv-')))
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    UV_OFFLINE: '1',
    UV_PYTHON_DOWNLOADS: 'never',
  }
  const run: Run = async (program, words, cwd) => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd, env, encoding: 'utf8' })
    return { code: status ?? 1, stdout, stderr }
  }
  try {
    for (const name of names) await tryProject(name, home, run)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
