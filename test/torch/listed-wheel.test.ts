import { expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import type { IndexFile, PackageIndex } from '../../src/package-index/project-page.ts'
import { listedWheel } from '../../src/torch/listed-wheel.ts'
import { memoryIndex } from '../resolve/memory-index.ts'

const cpu = memoryIndex('https://example.org/cpu', {
  torch: { '2.5.1+cpu': { requires: ['filelock'] }, '2.4.1+cpu': { requires: ['sympy'] } },
})
const link: PackageIndex = memoryIndex('https://example.org/link', {
  torch: { '2.5.1+cpu': { requires: ['of-the-link'] } },
})

const files = (await cpu.project('torch'))!.files
const wheel = files[0]!

/** What the wheel needs, and which wheels there are. */
async function seen(index: PackageIndex) {
  const page = await index.project('torch')
  const needs = await Promise.all(page!.files.map(async file => (await index.metadata(file))?.requiresDist))
  return { urls: page!.files.map(({ url }) => url), needs }
}

const failing = (what: Partial<PackageIndex>): PackageIndex => ({ ...cpu, ...what })
const noAnswer = () => Promise.reject(new TorchpinError('INDEX_UNREACHABLE', 'nobody is there'))

test('a wheel that the CPU index lists is the one of its page, and no other of it', async () => {
  expect(await seen(listedWheel(wheel.url, link, cpu))).toEqual({ urls: [wheel.url], needs: [['filelock']] })
})

test.each([
  { id: 'the CPU index lists other wheels', url: 'https://example.org/elsewhere.whl', index: cpu },
  { id: 'the CPU index has no such project', url: wheel.url, index: failing({ project: async () => undefined }) },
  { id: 'the CPU index cannot be asked', url: wheel.url, index: failing({ project: noAnswer }) },
])('the link itself is asked where $id', async ({ url, index }) => {
  expect((await seen(listedWheel(url, link, index))).needs).toEqual([['of-the-link']])
})

test.each([
  { id: 'has no metadata of it', metadata: async () => undefined },
  { id: 'cannot be asked for it', metadata: noAnswer },
])('the metadata comes from the link where the CPU index $id', async ({ metadata }) => {
  const asked: IndexFile[] = []
  const metadataOfLink = async (file: IndexFile) => {
    asked.push(file)
    return undefined
  }
  const ownLink = { ...link, metadata: metadataOfLink }
  await seen(listedWheel(wheel.url, ownLink, failing({ metadata })))
  expect(asked.map(({ url }) => url)).toEqual([wheel.url])
})

test('the size is that of the index that lists the wheel', async () => {
  const sized = (download: number) => async () => ({ exact: true, download })
  const listed = listedWheel(wheel.url, { ...link, sizes: sized(1) }, failing({ sizes: sized(2) }))
  const [file] = (await listed.project('torch'))!.files
  expect(await listed.sizes(file!)).toEqual({ exact: true, download: 2 })
  expect(await listed.sizes({ ...file! })).toEqual({ exact: true, download: 1 })
  expect(listed.url).toBe('https://example.org/link')
})
