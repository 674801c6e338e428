import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { liveIndex } from '../../src/package-index/live-index.ts'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { type DescribedIndex, serveDescribedIndex } from '../loopback/described-index.ts'
import { client } from '../package-index/server.ts'

const assumedUpload = '2026-01-01T00:00:00Z'
const wheel = 'torch-2.13.0%2Bcpu-cp311-cp311-manylinux_2_28_x86_64.whl'
let index: DescribedIndex
beforeAll(async () => {
  index = await serveDescribedIndex({ assumedUpload, publicIndexUrl: 'http://127.0.0.1:9/simple' })
})
afterAll(() => index.close())

const ask = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const { status, headers } = response
  return {
    status,
    location: headers.get('location'),
    length: headers.get('content-length'),
    body: await response.text(),
  }
}

describe('what the index of CPU builds is like', () => {
  test.each(['torch', 'torchvision', 'torchaudio', 'torchtext', 'torchcodec'])(
    '%s: torchpin reads from the pages what the snapshot says',
    async project => {
      const served = await liveIndex(index.cpu, client()).project(project)
      const known = await snapshotIndex('cpu').project(project)
      const facts = (page: typeof known) =>
        page!.files
          .map(({ filename, hashes, metadataOffered, uploadTime = assumedUpload }) => {
            return { filename, hashes, metadataOffered, uploadTime }
          })
          .sort((a, b) => (a.filename < b.filename ? -1 : 1))
      expect(facts(served)).toEqual(facts(known))
    },
  )

  test('the metadata of a wheel is what the snapshot says', async () => {
    const live = liveIndex(index.cpu, client())
    const snapshot = snapshotIndex('cpu')
    const [served, known] = await Promise.all(
      [live, snapshot].map(async from => {
        const page = await from.project('torch')
        const file = page!.files.find(({ filename }) => filename === decodeURIComponent(wheel))!
        return (await from.metadata(file))!
      }),
    )
    const { requiresDist, requiresPython, providesExtra } = known!
    expect(served).toMatchObject({ requiresDist, requiresPython, providesExtra })
  })

  test.each([
    ['a project that it lacks', '/requests/', 403],
    ['a literal plus', `/${decodeURIComponent(wheel)}`, 403],
    ['a wheel that nobody described', '/torch-9.9%2Bcpu-cp311-cp311-linux_x86_64.whl.metadata', 403],
    ['the body of a wheel', `/${wheel}`, 403],
    ['the metadata of a wheel', `/${wheel}.metadata`, 200],
  ])('%s', async (_, path, status) => {
    expect(await ask(`${index.cpu}${path}`)).toMatchObject({ status })
  })

  test('a size, where it is known', async () => {
    expect(await ask(`${index.cpu}/${wheel}`, { method: 'HEAD' })).toMatchObject({ status: 200, length: '191794682' })
  })

  test('uv, which forgives 403 of one host alone, is told 404', async () => {
    const headers = { 'user-agent': 'uv/0.13.9' }
    expect(await ask(`${index.cpu}/requests/`, { headers })).toMatchObject({ status: 404 })
  })
})

describe('one index that is the whole world', () => {
  test('has the torch family from the CPU builds', async () => {
    expect((await ask(`${index.composed}/torch/`)).body).toBe((await ask(`${index.cpu}/torch/`)).body)
  })

  test.each(['requests', 'torchao', 'torchmetrics'])('sends elsewhere for %s', async project => {
    expect(await ask(`${index.composed}/${project}/`)).toMatchObject({
      status: 302,
      location: `http://127.0.0.1:9/simple/${project}/`,
    })
  })
})
