import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { torchpinIn } from '../loopback/torchpin.ts'

const releases = 500
const wheelOf = (n: number) => `torch-1.${n}.0%2Bcpu-cp311-cp311-linux_x86_64.whl`
const newest = wheelOf(releases - 1)
const asked: string[] = []

/** An index of one project, whose page is so long that its entry in the cache is read in parts. */
const server = createServer(({ url = '' }, response) => {
  asked.push(url)
  if (url.endsWith('.metadata'))
    return response.end(`Metadata-Version: 2.1\nName: torch\nVersion: 1.${releases - 1}.0+cpu\n`)
  if (url !== '/torch/') return response.writeHead(404).end()
  const files = Array.from({ length: releases }, (_, n) => ({
    filename: decodeURIComponent(wheelOf(n)),
    url: `/files/${'folder'.repeat(20)}/${wheelOf(n)}`,
    hashes: {},
    size: 1000,
    'core-metadata': true,
  }))
  return response
    .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
    .end(JSON.stringify({ meta: { 'api-version': '1.0' }, name: 'torch', files }))
})
beforeAll(() => new Promise<void>(done => server.listen(0, '127.0.0.1', done)))
afterAll(() => new Promise(done => server.close(done)))

test('where a part of the cache is damaged that a run comes to late, it starts over without that entry', async () => {
  const home = mkdtempSync(join(tmpdir(), 'torchpin-damaged-'))
  const cwd = mkdtempSync(join(tmpdir(), 'torchpin-damaged-'))
  writeFileSync(join(cwd, 'requirements.txt'), 'torch>=1.0\n')
  const index = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const run = () =>
    torchpinIn(home)(cwd, [
      ...['rewrite', '--dry-run', '--no-sizes', '--no-last-run', '--python', '3.11', '--platform', 'linux-x86_64'],
      ...['--cpu-index-url', index, '--index-url', index, 'requirements.txt'],
    ])
  const pages = () => asked.filter(url => url === '/torch/').length
  const first = await run()
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`1.${releases - 1}.0+cpu`) })
  expect([await run(), pages()]).toEqual([first, 1])

  const cache = join(home, 'cache', 'v3')
  for (const name of readdirSync(cache).filter(name => name.endsWith('.pack'))) {
    const bytes = readFileSync(join(cache, name))
    const at = bytes.lastIndexOf(newest)
    if (at >= 0) bytes[at]! ^= 1
    writeFileSync(join(cache, name), bytes)
  }
  expect([await run(), pages()]).toEqual([first, 2])
  expect([await run(), pages()]).toEqual([first, 2])
})
