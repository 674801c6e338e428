import { expect, test } from 'vitest'
import { recordingIndex } from '../../scripts/snapshot/recording-index.ts'
import type { IndexFile, PackageIndex } from '../../src/package-index/project-page.ts'
import { indexOf } from '../../src/package-index/snapshot/snapshot-index.ts'

const source = indexOf(
  () => ({
    format: 1,
    collected: '2026-01-02',
    note: 'made for a test',
    projects: {
      thing: {
        '1.0': { requiresDist: [], files: [['py3-none-any', null, 1, 2]] },
        '0.9': { files: [['py3-none-any', null, 1, null]] },
      },
    },
  }),
  'snapshot:test',
)

function counting(index: PackageIndex): PackageIndex & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    url: index.url,
    asked,
    project(name) {
      asked.push(`project ${name}`)
      return index.project(name)
    },
    metadata(file) {
      asked.push(`metadata ${file.filename}`)
      return index.metadata(file)
    },
    sizes(file) {
      asked.push(`sizes ${file.filename}`)
      return index.sizes(file)
    },
  }
}

test('asks once and remembers what was answered, unknown answers too', async () => {
  const inner = counting(source)
  const index = recordingIndex(inner)
  const [newer, older] = (await index.project('Thing'))!.files as [IndexFile, IndexFile]
  await Promise.all([
    index.project('thing'),
    index.metadata(newer),
    index.metadata(newer),
    index.metadata(older),
    index.sizes(newer),
  ])
  expect(await index.project('nothing')).toBeUndefined()

  expect(inner.asked).toEqual([
    'project Thing',
    'metadata thing-1.0-py3-none-any.whl',
    'metadata thing-0.9-py3-none-any.whl',
    'sizes thing-1.0-py3-none-any.whl',
    'project nothing',
  ])
  expect([...index.pages.keys()]).toEqual(['thing'])
  expect(index.files.get(newer.url)).toEqual({
    file: newer,
    metadata: { answer: expect.objectContaining({ requiresDist: [] }) },
    sizes: { download: 1, installed: 2, exact: true },
  })
  expect(index.files.get(older.url)).toEqual({ file: older, metadata: { answer: undefined } })
})

test('asks again after a failure, of which nothing is remembered', async () => {
  let failures = 1
  const index = recordingIndex({
    ...source,
    project: name => (failures-- > 0 ? Promise.reject(new Error('unreachable')) : source.project(name)),
  })
  await expect(index.project('thing')).rejects.toThrow('unreachable')
  expect(index.pages.size).toBe(0)
  expect((await index.project('thing'))?.project).toBe('thing')
})
