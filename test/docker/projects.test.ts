import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import { checkDockerfile } from '../../src/docker/check.ts'
import { initDocker, saveDocker } from '../../src/docker/init.ts'
import { isFull } from '../full.ts'

/**
 * What comes into an image by a project. `cuda`: a build of torch for CUDA, or none since the CPU build is not found;
 * `cpu`: a CPU build; `none`: no torch.
 */
type Verdict = 'cuda' | 'cpu' | 'none'

/** Projects whose lock files uv 0.13.9 and Poetry 2.5.1 wrote: scripts/make-project-locks.ts. */
const projects = join(import.meta.dirname, '../../fixtures/docker/projects')
const rows = readdirSync(projects).map(id => {
  const expected: { why: string; verdict: Verdict; init?: Verdict } = JSON.parse(
    readFileSync(join(projects, id, 'expected.json'), 'utf8'),
  )
  return { id, ...expected, init: expected.init ?? expected.verdict }
})

/** Where the fixtures name a public index: the one that tools ask by default, and a mirror of it. */
const indexes = [DEFAULT_INDEX_URL, ...(isFull ? ['https://mirror.example.org/public/simple'] : [])]

function copyOf(id: string, index: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'torchpin-projects-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  cpSync(join(projects, id), cwd, { recursive: true })
  const lock = join(cwd, 'uv.lock')
  if (existsSync(lock))
    writeFileSync(lock, readFileSync(lock, 'utf8').replaceAll('https://public.example.org/simple', index))
  return cwd
}

async function toldByCheck(cwd: string): Promise<boolean> {
  const { result } = await checkDockerfile([], { cwd })
  const found = result.files.flatMap(({ findings }) => findings.map(({ code }) => code))
  return found.some(code => code === 'torch-without-cpu-index' || code === 'gpu-index')
}

describe.each(indexes)('with %s', index => {
  test.each(rows)('$id: docker check ($why)', async ({ id, verdict }) => {
    expect(await toldByCheck(copyOf(id, index))).toBe(verdict === 'cuda')
  })

  test.each(rows)('$id: docker init', async ({ id, init }) => {
    const cwd = copyOf(id, index)
    rmSync(join(cwd, 'Dockerfile'))
    const made = await initDocker('.', { cwd, cacheDir: join(cwd, 'no-cache') })
    await saveDocker(made)
    const dockerfile = readFileSync(join(cwd, 'Dockerfile'), 'utf8')
    const told = made.result.findings.some(({ code }) => code === 'init-torch-not-cpu-only')
    const proved = dockerfile.includes('assert torch.version.cuda is None')
    expect(told ? 'cuda' : proved ? 'cpu' : 'none').toBe(init)
    expect(await toldByCheck(cwd)).toBe(told && !proved)
  })
})
