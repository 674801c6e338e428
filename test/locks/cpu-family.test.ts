import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveOptions } from '../../src/contract/options.ts'
import { type CpuLock, withCpuFamily } from '../../src/locks/cpu-family.ts'
import type { Selection } from '../../src/locks/lock.ts'
import { readLock } from '../../src/locks/read-lock.ts'
import { walk } from '../../src/locks/walk.ts'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import type { Platform } from '../../src/packaging/target.ts'
import { openNetwork } from '../../src/run/solve/indexes.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'
import { lockCpuWorld, lockMainWorld } from '../loopback/lock-world.ts'

const cacheDir = mkdtempSync(join(tmpdir(), 'torchpin-locks-'))
let indexes: Loopback
let cpu: PackageIndex

beforeAll(async () => {
  indexes = await serveIndexes(lockCpuWorld, lockMainWorld)
  const network = await openNetwork(resolveOptions({ cacheDir, environment: {}, cpuIndexUrl: indexes.cpu }))
  cpu = network.cpu
})
afterAll(async () => {
  await indexes.close()
  rmSync(cacheDir, { recursive: true })
})

const lockIn = async (name: string) => readLock('uv.lock', readFileSync(`fixtures/locks/uv/${name}/uv.lock`, 'utf8'))
const nothing: Selection = { extras: [], groups: [] }

function installedBy({ lock }: CpuLock, platform: Platform, selection = nothing): string[] {
  return [...walk(lock, selection, { python: '3.11', platform })]
    .map(([name, { locked }]) => `${name} ${locked.version}`)
    .sort()
}

describe('a lock with CPU builds', () => {
  const atRelease = new Map([
    ['torch', '2.13.0'],
    ['torchvision', '0.28.0'],
  ])

  test.each([
    ['linux-x86_64', '+cpu'],
    ['linux-aarch64', '+cpu'],
    ['windows-x86_64', '+cpu'],
    ['macos-arm64', ''],
  ] as const)('%s: the label of the platform, and no CUDA', async (platform, label) => {
    const changed = await withCpuFamily(await lockIn('direct'), cpu, atRelease)
    expect(changed.missing).toEqual([])
    expect(installedBy(changed, platform)).toEqual([
      'filelock 3.20.0',
      'numpy 2.3.4',
      `torch 2.13.0${label}`,
      `torchvision 0.28.0${label}`,
    ])
  })

  test('keeps the release of the lock unless another is named', async () => {
    const lock = await lockIn('groups')
    expect(installedBy(await withCpuFamily(lock, cpu), 'linux-x86_64', { ...nothing, groups: ['models'] })).toContain(
      'torch 2.12.0+cpu',
    )
  })

  test('has the files of the CPU index', async () => {
    const { lock } = await withCpuFamily(await lockIn('direct'), cpu, atRelease)
    const files = lock.packages.filter(({ name }) => name === 'torch').flatMap(({ files }) => files)
    expect(files.map(({ url }) => url?.startsWith(indexes.cpu))).toEqual(files.map(() => true))
    expect(files.map(({ filename }) => filename)).toContain('torch-2.13.0+cpu-cp311-cp311-win_amd64.whl')
  })

  test('leaves a release that the CPU index does not have, and says so', async () => {
    const before = await lockIn('transitive')
    const { lock, missing } = await withCpuFamily(before, cpu)
    expect(missing).toEqual([{ project: 'torch', version: '2.15.0' }])
    expect(lock).toEqual(before)
  })

  test.each(['explicit-index', 'workspace'])('changes nothing where all is for CPU: %s', async name => {
    const before = await lockIn(name)
    // The lock names another port of the same index.
    expect(await withCpuFamily(before, { ...cpu, url: 'http://127.0.0.1:8419/whl/cpu' })).toEqual({
      lock: before,
      missing: [],
    })
  })

  test('keeps apart what excludes each other', async () => {
    const changed = await withCpuFamily(await lockIn('exclusive-extras'), cpu, new Map([['torch', '2.12.0']]))
    const installed = (extra: string) => installedBy(changed, 'linux-x86_64', { ...nothing, extras: [extra] })
    expect(installed('cpu')).toContain('torch 2.13.0+cpu')
    expect(installed('gpu')).toEqual(['filelock 3.20.0', 'numpy 2.3.4', 'torch 2.12.0+cpu'])
  })
})
