import { expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import { releasesOf } from '../../src/package-index/releases.ts'
import { withReleaseDates } from '../../src/torch/release-dates.ts'
import { memoryIndex } from '../resolve/memory-index.ts'

const limit = new Date('2025-09-01T00:00:00Z')
const copied = { uploadTime: '2025-10-01T00:00:00Z' }
const cpu = memoryIndex('memory:cpu', {
  torch: {
    '2.7.1+cpu': copied,
    '2.8.0+cpu': copied,
    '2.9.0+cpu': { uploadTime: '2025-08-30T00:00:00Z' },
    '2.10.0+cpu': {},
  },
})
const main = memoryIndex('memory:main', {
  torch: {
    '2.7.1': { tags: ['py3-none-any', 'sdist'], uploadTime: '2025-06-04T00:00:00Z' },
    '2.8.0': { uploadTime: '2025-08-06T00:00:00Z' },
  },
})
const other = memoryIndex('memory:other', { torch: { '2.8.0': { uploadTime: '2030-01-01T00:00:00Z' }, '2.10.0': {} } })
const broken = {
  ...main,
  project: () => Promise.reject(new TorchpinError('INDEX_UNREACHABLE', 'memory:broken cannot be reached')),
}

async function dates(...others: (typeof main)[]): Promise<Record<string, string | undefined>> {
  const page = await withReleaseDates(cpu, others, limit).project('torch')
  return Object.fromEntries(releasesOf(page!).map(release => [release.text, release.file(0).uploadTime]))
}

test('a CPU build is as old as the release on the first index that dates it', async () => {
  expect(await dates(main, other)).toEqual({
    '2.7.1+cpu': '2025-06-04T00:00:00Z',
    '2.8.0+cpu': '2025-08-06T00:00:00Z',
    '2.9.0+cpu': '2025-08-30T00:00:00Z',
    '2.10.0+cpu': undefined,
  })
})

test('the time of copying tells that a build is old enough, and never that it is not', async () => {
  expect(await dates()).toEqual({
    '2.7.1+cpu': undefined,
    '2.8.0+cpu': undefined,
    '2.9.0+cpu': '2025-08-30T00:00:00Z',
    '2.10.0+cpu': undefined,
  })
})

test('an index that cannot be asked tells nothing', async () => {
  expect(await dates(broken, main)).toEqual(await dates(main))
})

test('a file with another date is the same file to its index', async () => {
  const page = await withReleaseDates(cpu, [main], limit).project('torch')
  expect(await withReleaseDates(cpu, [main], limit).metadata(page!.files[0]!)).toBeDefined()
})
