import { describe, expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import type { IndexFile, PackageIndex } from '../../src/package-index/project-page.ts'
import { fallbackIndex } from '../../src/package-index/snapshot/fallback-index.ts'
import type { KnownFiles } from '../../src/package-index/snapshot/known-metadata.ts'

const metadata = (from: string) => ({
  name: 'torch',
  version: from,
  requiresDist: [],
  providesExtra: [],
  dynamic: [],
  metadataVersion: '2.1',
})
const file = (url: string): IndexFile => ({
  filename: 'torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl',
  url,
  hashes: {},
  yanked: false,
  metadataOffered: true,
})
const down = new TorchpinError('INDEX_UNREACHABLE', 'the index cannot be reached')

const snapshot: KnownFiles = {
  url: 'snapshot:cpu',
  project: async name =>
    name === 'torch' ? { project: name, files: [file('snapshot:torch')], origin: 'snapshot' } : undefined,
  metadata: async () => metadata('of the snapshot'),
  sizes: async () => ({ download: 1, exact: true }),
  wheel: filename => [file('snapshot:torch')].find(known => known.filename === filename),
}
const live = (more: Partial<PackageIndex>): PackageIndex => ({
  url: 'https://example.org/whl/cpu',
  project: async name => ({ project: name, files: [file('https://example.org/torch.whl')], origin: 'live' }),
  metadata: async () => metadata('of the index'),
  sizes: async () => ({ download: 2, exact: true }),
  ...more,
})
const unreachable = async (): Promise<never> => {
  throw down
}

describe('fallbackIndex', () => {
  test('asks the live index while it answers', async () => {
    const index = fallbackIndex(live({}), snapshot, () => expect.unreachable())
    const page = await index.project('torch')
    expect((await index.metadata(page!.files[0]!))?.version).toBe('of the index')
    expect(index.origin).toBe('live')
  })

  test('what it has answered is known until the live index fails', async () => {
    let down = false
    const index = fallbackIndex(
      live({
        project: name => (down ? unreachable() : live({}).project(name)),
      }),
      snapshot,
      () => undefined,
    )
    expect(index.known!('torch')).toBeUndefined()
    const page = await index.project('torch')
    expect(index.known!('torch')).toEqual({ page })
    down = true
    await index.project('torch')
    expect(index.known!('torch')).toBeUndefined()
  })

  test('goes over to the snapshot for good, and says so once', async () => {
    let asked = 0
    const told: TorchpinError[] = []
    const index = fallbackIndex(
      live({
        project: () => {
          asked++
          return unreachable()
        },
      }),
      snapshot,
      cause => told.push(cause),
    )
    const page = await index.project('torch')
    await index.project('torch')
    expect((await index.metadata(page!.files[0]!))?.version).toBe('of the snapshot')
    expect((await index.sizes(page!.files[0]!)).download).toBe(1)
    expect([asked, told, index.origin]).toEqual([1, [down], 'snapshot'])
  })

  test('a project that the snapshot does not know is an error that names it', async () => {
    const index = fallbackIndex(live({ project: unreachable }), snapshot, () => undefined)
    await expect(index.project('flask')).rejects.toThrow('neither the cache nor the snapshot knows flask')
  })

  test('a page from the cache whose files were never looked into takes their metadata from the snapshot', async () => {
    const index = fallbackIndex(live({ metadata: unreachable }), snapshot, () => undefined)
    const page = await index.project('torch')
    expect((await index.metadata(page!.files[0]!))?.version).toBe('of the snapshot')
  })

  describe('what a file costs', () => {
    const measured: IndexFile = {
      ...file('snapshot:torch'),
      hashes: { sha256: 'a'.repeat(64) },
      size: 1,
      installedSize: 3,
    }
    const { installedSize: _, ...unmeasured } = measured
    const { size: __, ...approximate } = measured
    test.each([
      { id: 'the snapshot tells of the same bytes', known: measured, sha256: 'a', download: 1 },
      { id: 'the index tells of other bytes by the same name', known: measured, sha256: 'b', download: 2 },
      { id: 'the index tells of a file without a digest', known: { ...measured, hashes: {} }, download: 2 },
      { id: 'the index tells where the snapshot never looked in', known: unmeasured, sha256: 'a', download: 2 },
      { id: 'the index tells where the snapshot only estimates', known: approximate, sha256: 'a', download: 2 },
    ])('$id', async ({ known, sha256, download }) => {
      const facts = {
        ...snapshot,
        wheel: () => known,
      }
      const index = fallbackIndex(live({}), facts, () => expect.unreachable())
      const asked = { ...file('https://example.org/torch.whl'), hashes: sha256 ? { sha256: sha256.repeat(64) } : {} }
      expect(await index.sizes(asked)).toEqual({ download, exact: true })
      expect(index.origin).toBe('live')
    })
  })

  test.each([
    {
      id: 'by the name of the file',
      filename: 'torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl',
      asked: 'snapshot:torch',
    },
    {
      id: 'of its like',
      filename: 'torch-9.0+cpu-cp311-cp311-linux_x86_64.whl',
      asked: 'https://example.org/torch.whl',
    },
  ])('what nobody tells is estimated by the snapshot: $id', async ({ filename, asked }) => {
    const questions: string[] = []
    const index = fallbackIndex(
      live({ sizes: async () => ({ exact: true }) }),
      {
        ...snapshot,
        sizes: async ({ url }) => {
          questions.push(url)
          return { download: 7, exact: true }
        },
      },
      () => expect.unreachable(),
    )
    expect(await index.sizes({ ...file('https://example.org/torch.whl'), filename })).toEqual({
      download: 7,
      exact: false,
    })
    expect(questions).toEqual([asked])
  })

  test('any other failure of the live index is not covered up', async () => {
    const broken = new TorchpinError('INDEX_UNREADABLE', 'the index answers nonsense')
    const index = fallbackIndex(live({ project: () => Promise.reject(broken) }), snapshot, () => expect.unreachable())
    await expect(index.project('torch')).rejects.toBe(broken)
  })
})
