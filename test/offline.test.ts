import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { type IndexSpec, type Loopback, serveIndexes } from './loopback/indexes.ts'
import { sandbox } from './sandbox.ts'

/** What a run makes of the cache and the snapshot when it can ask nobody. */
const { temporary, environment, folderWith } = sandbox()

async function rewritten(text: string, more: Partial<Options>) {
  const cwd = folderWith({ 'requirements.txt': text })
  const notices: string[] = []
  const { result } = await rewrite(['requirements.txt'], {
    cwd,
    environment,
    python: ['3.11'],
    sizes: false,
    onNotice: notice => notices.push(notice),
    ...more,
  })
  return {
    result,
    notices,
    pins: result.files[0]!.changes.filter(({ action }) => action === 'pin').map(({ to }) => to),
  }
}

describe('a cache that is half filled', () => {
  const pure = { tags: ['py3-none-any'] }
  const main: IndexSpec = {
    app: {
      '1.0': { ...pure, requires: ['lib>=1'] },
      '1.1': pure,
      '2.0': pure,
      '3.0': { ...pure, requires: ['lib>=2'] },
    },
    lib: { '1.0': pure, '2.0': pure },
  }
  let indexes: Loopback
  let cacheDir: string
  const from = () => ({ cpuIndexUrl: indexes.cpu, indexUrl: indexes.main, cacheDir })

  beforeAll(async () => {
    indexes = await serveIndexes({}, main)
    cacheDir = join(temporary, 'cache')
    // The pages name all versions; what was looked into is app 1.0 and lib 1.0 alone.
    await rewritten('app==1.0\nlib==1.0\n', from())
    await indexes.close()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  test.each<{ id: string; offline: boolean; hours: number }>([
    { id: '--offline', offline: true, hours: 0 },
    { id: '--offline, with pages that are old', offline: true, hours: 1 },
    { id: 'pages that are old, and nobody answers', offline: false, hours: 1 },
  ])('$id: what is known by name only is passed over, and said', async ({ offline, hours }) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
    const { pins, notices } = await rewritten('app>=1\nlib<2\n', { ...from(), offline })
    expect(pins).toEqual(['app==1.0', 'lib==1.0'])
    expect(notices).toContain(
      'neither the cache nor the snapshot tells what app 3.0 and 2 other releases need: passed over',
    )
  })

  test('an index that has just given its pages and fails then is no reason to take an older version', async () => {
    await expect(rewritten('app>=1\n', from())).rejects.toMatchObject({
      code: 'INDEX_UNREACHABLE',
      message: expect.stringContaining('cannot be reached'),
    })
  })

  test('where nothing is left, it is the indexes that are missing, not a solution', async () => {
    await expect(rewritten('app>=2\n', { ...from(), offline: true })).rejects.toMatchObject({
      code: 'INDEX_UNREACHABLE',
      message: expect.stringContaining('cannot be used: it needs what neither the cache nor the snapshot tells'),
      hint: 'run again where the indexes can be reached',
    })
  })

  test('where the lines rule out what is left, that is said as ever', async () => {
    await expect(rewritten('app==1.0\nlib==0.5\n', { ...from(), offline: true })).rejects.toMatchObject({
      code: 'NO_SOLUTION',
    })
  })
})

describe('the snapshot does not know the size of every CPU wheel', () => {
  const offline = { offline: true, sizes: true, python: ['3.12'], cacheDir: '/dev/null/nothing' }

  test.each(['2.2.1', '2.4.1', '2.6.0', '2.9.1', '2.11.0', '2.13.0'])('torch %s is never free', async release => {
    const { result } = await rewritten(`torch==${release}\n`, offline)
    const { before, after, unknown } = result.savings!
    expect(unknown).toEqual([])
    expect(after.download).toBeGreaterThan(170e6)
    expect(after.installed).toBeGreaterThan(600e6)
    expect(before.download).toBeGreaterThan(after.download)
    expect(after.exact).toBe(false)
  })

  test('what its size is taken from is said, and stands in the result', async () => {
    const { result, notices } = await rewritten('torch==2.11.0\n', offline)
    const near = 'torch-2.10.0+cpu-cp312-cp312-manylinux_2_28_x86_64.whl'
    expect(notices).toContain(`sizes that no index tells are estimated: torch 2.11.0+cpu from ${near}`)
    expect(result.savings!.packages.find(({ name }) => name === 'torch')?.after).toMatchObject({
      exact: false,
      estimatedFrom: near,
    })
  })
})
