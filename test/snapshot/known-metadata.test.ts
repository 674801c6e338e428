import { expect, test } from 'vitest'
import type { IndexFile } from '../../src/package-index/project-page.ts'
import { type KnownFiles, withKnownMetadata } from '../../src/package-index/snapshot/known-metadata.ts'

const wheel: IndexFile = {
  filename: 'pandas-2.2.0-cp311-cp311-linux_x86_64.whl',
  url: 'snapshot:pandas',
  hashes: { sha256: 'a'.repeat(64) },
  size: 1,
  yanked: false,
  metadataOffered: true,
}
const answering = (from: string, files: readonly IndexFile[], knows = true): KnownFiles => ({
  url: `https://${from}.example.org`,
  project: async project => ({ project, files, origin: 'live' }),
  metadata: async () =>
    knows
      ? { name: from, version: '1', requiresDist: [], providesExtra: [], dynamic: [], metadataVersion: '2.1' }
      : undefined,
  sizes: async () => ({ exact: true }),
  wheel: filename => files.find(file => file.filename === filename && filename.endsWith('.whl')),
})
const live = answering('index', [])
const { hashes: _, ...unnamed } = wheel
const { size: __, ...unsized } = wheel

test.each<{ id: string; snapshot: KnownFiles; asked?: IndexFile; answer: string }>([
  { id: 'the same bytes', snapshot: answering('snapshot', [wheel]), answer: 'snapshot' },
  {
    id: 'other bytes by the same name',
    snapshot: answering('snapshot', [{ ...wheel, hashes: { sha256: 'b'.repeat(64) } }]),
    answer: 'index',
  },
  {
    id: 'a file without a digest',
    snapshot: answering('snapshot', [wheel]),
    asked: { ...unnamed, hashes: {} },
    answer: 'index',
  },
  {
    id: 'no digest on either side',
    snapshot: answering('snapshot', [{ ...unnamed, hashes: {} }]),
    asked: { ...unnamed, hashes: {} },
    answer: 'index',
  },
  { id: 'a file that the snapshot has not looked into', snapshot: answering('snapshot', [unsized]), answer: 'index' },
  {
    id: 'a release whose needs the snapshot does not know',
    snapshot: answering('snapshot', [wheel], false),
    answer: 'index',
  },
  { id: 'another file', snapshot: answering('snapshot', []), answer: 'index' },
  {
    id: 'a source distribution',
    snapshot: answering('snapshot', [{ ...wheel, filename: 'pandas-2.2.0.tar.gz' }]),
    asked: { ...wheel, filename: 'pandas-2.2.0.tar.gz' },
    answer: 'index',
  },
])('metadata: $id', async ({ snapshot, asked = wheel, answer }) => {
  expect((await withKnownMetadata(live, snapshot).metadata(asked))?.name).toBe(answer)
})
