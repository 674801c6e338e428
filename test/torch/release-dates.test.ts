import { expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import { releasesOf } from '../../src/package-index/releases.ts'
import { tellUndated, withReleaseDates } from '../../src/torch/release-dates.ts'
import { chosen } from '../decide/given.ts'
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

test('a release is as old as its first file, wherever that stands', async () => {
  const page = (await main.project('torch'))!
  const later = page.files.map((file, i) => ({ ...file, uploadTime: `2025-0${i + 7}-01T00:00:00Z` }))
  const [wheel, source] = later
  for (const files of [
    [wheel!, source!],
    [source!, wheel!],
    [{ ...page.files[0]!, uploadTime: undefined }, wheel!].map(({ uploadTime, ...file }) => ({
      ...file,
      ...(uploadTime && { uploadTime }),
    })),
  ]) {
    const found = await dates({ ...main, project: async () => ({ ...page, files }) })
    expect(found['2.7.1+cpu']).toBe('2025-07-01T00:00:00Z')
  }
})

test('a copy made at the limit is not early enough', async () => {
  const page = await withReleaseDates(cpu, [], new Date('2025-08-30T00:00:00Z')).project('torch')
  expect(page!.files.map(({ uploadTime }) => uploadTime)).not.toContain('2025-08-30T00:00:00Z')
})

test('the index is asked once for a project, about its own files, and has no page where it has none', async () => {
  const asked: unknown[] = []
  const own = (await cpu.project('torch'))!
  const watched = {
    ...cpu,
    project: async (name: string) => {
      asked.push(name)
      return name === 'torch' ? own : undefined
    },
    metadata: async (file: unknown) => void asked.push(file),
    sizes: async (file: unknown) => {
      asked.push(file)
      return { exact: false }
    },
  }
  const dated = withReleaseDates(watched, [main], limit)
  const [file] = (await dated.project('torch'))!.files
  await dated.project('torch')
  await dated.metadata(file!)
  await dated.sizes(file!)
  expect(await dated.project('numpy')).toBeUndefined()
  expect(asked[0]).toBe('torch')
  expect(own.files).toContain(asked[1])
  expect(own.files).toContain(asked[2])
  expect(asked[3]).toBe('numpy')
  expect(dated.url).toBe('memory:cpu')
})

test('a release that nothing dates is named, where it comes from that index', () => {
  const resolution = chosen({ torch: '2.10.0+cpu', numpy: '2.0.0' })
  const { index } = resolution.get('torch')!.builds[0]
  expect(tellUndated(resolution, { ...index })).toEqual([])
  const told = 'nothing tells when torch 2.10.0 came out: --exclude-newer lets it pass'
  expect(tellUndated(new Map([...resolution].slice(0, 1)), index)).toEqual([told])
  const { builds } = resolution.get('torch')!
  const withDate = builds.map(build => ({ ...build, file: { ...build.file, uploadTime: '2025-01-01T00:00:00Z' } }))
  const torch = { project: 'torch', builds: withDate as unknown as typeof builds }
  expect(tellUndated(new Map([['torch', torch]]), index)).toEqual([])
  const mixed = { project: 'torch', builds: [...withDate, ...builds] as unknown as typeof builds }
  expect(tellUndated(new Map([['torch', mixed]]), index)).toEqual([told])
})
