import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveOptions } from '../../src/contract/options.ts'
import { readLock } from '../../src/locks/read-lock.ts'
import { type IndexAt, resolutionOf } from '../../src/locks/resolution.ts'
import type { Target } from '../../src/packaging/target.ts'
import { measureSavings } from '../../src/run/savings.ts'
import { openNetwork } from '../../src/run/solve/indexes.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'

const target: Target = { python: '3.11', platform: 'linux-x86_64' }
const pure = { tags: ['py3-none-any'] }
const cacheDir = mkdtempSync(join(tmpdir(), 'torchpin-locks-'))
let indexes: Loopback
let indexAt: IndexAt

beforeAll(async () => {
  indexes = await serveIndexes({ torch: { '2.13.0+cpu': pure } }, { idna: { '3.11': pure } })
  const network = await openNetwork(resolveOptions({ cacheDir, environment: {} }))
  indexAt = network.index
})
afterAll(async () => {
  await indexes.close()
  rmSync(cacheDir, { recursive: true })
})

/** A uv.lock of a project that needs one package. */
const lockOf = (name: string, rest: string) => `version = 1
requires-python = ">=3.11"

[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "${name}" }]

[[package]]
name = "${name}"
${rest}
`

async function sizesOf(name: string, rest: string) {
  const lock = await readLock('uv.lock', lockOf(name, rest))
  const resolution = resolutionOf(lock, { extras: [], groups: [] }, [target], indexAt)
  const measured = { target, complete: { before: true, after: true }, compiles: false }
  const { packages } = await measureSavings(new Map(), resolution, measured, () => undefined)
  return packages
}

describe('the bytes of a locked package', () => {
  test('are those of the lock; what it unpacks to is asked of its own server', async () => {
    const asked = indexes.requests.length
    const [idna] = await sizesOf(
      'idna',
      `version = "3.11"
source = { registry = "${indexes.main}" }
wheels = [{ url = "${indexes.main.replace('/simple', '/files')}/idna-3.11-py3-none-any.whl", size = 766 }]`,
    )
    expect(idna?.after).toEqual({ version: '3.11', download: 766, installed: 250, exact: true })
    expect(indexes.requests.slice(asked).filter(line => !line.includes('/files/'))).toEqual([])
  })

  test('are asked of the server where the lock states none', async () => {
    const [torch] = await sizesOf(
      'torch',
      `version = "2.13.0+cpu"
source = { registry = "${indexes.cpu}" }
wheels = [{ url = "${indexes.cpu}/torch-2.13.0%2Bcpu-py3-none-any.whl" }]`,
    )
    expect(torch?.after).toMatchObject({ version: '2.13.0+cpu', exact: true })
    expect(torch?.after?.download).toBeGreaterThan(0)
  })

  test.each([
    ['a repository', 'version = "1"\nsource = { git = "https://127.0.0.1/a.git?rev=1#2" }', null],
    [
      'a wheel of this machine',
      'version = "1"\nsource = { path = "a-1-py3-none-any.whl" }\nwheels = [{ filename = "a-1-py3-none-any.whl" }]',
      null,
    ],
    [
      'a file: URL',
      'version = "1"\nsource = { registry = "x" }\nwheels = [{ url = "file:///etc/a-1-py3-none-any.whl" }]',
      null,
    ],
    [
      'a source with a size',
      'version = "1"\nsource = { registry = "x" }\nsdist = { path = "a-1.tar.gz", size = 12 }',
      12,
    ],
    [
      'no wheel for the target',
      'version = "1"\nsource = { registry = "x" }\nwheels = [{ url = "x/a-1-py3-none-win_amd64.whl", size = 12 }]',
      null,
    ],
  ])('%s', async (_, rest, download) => {
    const [found] = await sizesOf('a', rest)
    expect(found?.after).toMatchObject({ version: '1', download, exact: false })
  })

  test('what has no version is left out', async () => {
    expect(await sizesOf('a', 'source = { git = "https://127.0.0.1/a.git#2" }')).toEqual([])
  })
})

describe('a lock that cannot be read', () => {
  test.each([
    ['cut off', 'version = 1\n[[package]]\nname = "a', 'uv.lock:3:8 is no TOML'],
    ['of no packages', 'version = 1\n', 'uv.lock locks nothing'],
    ['empty', '', 'uv.lock locks nothing'],
  ])('%s', async (_, text, message) => {
    await expect(readLock('uv.lock', text)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(message),
    })
  })
})
