import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import type { Snapshot } from '../../src/package-index/snapshot/format.ts'
import { indexOf, snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'

const small: Snapshot = {
  format: 1,
  index: 'https://example.org/whl/cpu',
  collected: '2026-01-02',
  note: 'made for a test',
  projects: {
    'some-thing': {
      '1.0+cpu': {
        requiresPython: '>=3.10',
        requiresDist: ['jinja2', 'pyyaml; extra == "yaml"'],
        extras: ['yaml'],
        uploaded: '2025-12-31T10:00:00Z',
        files: [
          ['cp311-cp311-linux_x86_64', 'ab'.repeat(32), 10, 20],
          ['cp312-cp312-linux_x86_64', null, null, null, 11],
          ['cp313-cp313-linux_x86_64', null, null, null],
          ['cp313-cp313-win_amd64', null, null, null],
        ],
      },
      '0.9': { files: [['some_thing-0.9.tar.gz', null, 5, null]] },
    },
    silent: { '1.0': { requiresDist: [], files: [['py3-none-any', null, 1, 1]] } },
  },
}

describe.each(['cpu', 'pypi'] as const)('the snapshot %s', kind => {
  test('gives each of its wheels by its name, as their pages have them', async () => {
    const index = snapshotIndex(kind)
    const { projects } = JSON.parse(readFileSync(new URL(`../../snapshot/${kind}.json`, import.meta.url), 'utf8'))
    for (const project of Object.keys(projects))
      for (const file of (await index.project(project))!.files)
        expect(index.wheel(file.filename)).toEqual(file.filename.endsWith('.whl') ? file : undefined)
  })
})

describe('a snapshot as an index', () => {
  const index = indexOf(() => small, 'snapshot:test')

  test('reads the facts with the first question', async () => {
    const load = vi.fn(() => small)
    const counted = indexOf(load, 'snapshot:test')
    expect(load).not.toHaveBeenCalled()
    await counted.project('silent')
    await counted.project('some-thing')
    expect([counted.collected, counted.url]).toEqual(['2026-01-02', 'https://example.org/whl/cpu'])
    expect(load).toHaveBeenCalledOnce()
  })

  test('gives the page of a project under any spelling of its name', async () => {
    const page = await index.project('Some.Thing')
    expect(page).toBe(await index.project('some-thing'))
    expect(page?.origin).toBe('snapshot')
    expect(page?.files.slice(0, 2)).toEqual([
      {
        filename: 'some_thing-1.0+cpu-cp311-cp311-linux_x86_64.whl',
        url: 'https://example.org/whl/cpu/some_thing-1.0%2Bcpu-cp311-cp311-linux_x86_64.whl',
        hashes: { sha256: 'ab'.repeat(32) },
        size: 10,
        installedSize: 20,
        requiresPython: '>=3.10',
        uploadTime: '2025-12-31T10:00:00Z',
        yanked: false,
        metadataOffered: true,
      },
      {
        filename: 'some_thing-1.0+cpu-cp312-cp312-linux_x86_64.whl',
        url: 'https://example.org/whl/cpu/some_thing-1.0%2Bcpu-cp312-cp312-linux_x86_64.whl',
        hashes: {},
        requiresPython: '>=3.10',
        uploadTime: '2025-12-31T10:00:00Z',
        yanked: false,
        metadataOffered: true,
      },
    ])
  })

  test.each(['unknown', 'constructor', '__proto__'])('does not know %s', async name => {
    expect(await index.project(name)).toBeUndefined()
  })

  test('tells exact, approximate, estimated and unknown sizes apart', async () => {
    const { files } = (await index.project('some-thing'))!
    expect(await Promise.all(files.map(file => index.sizes(file)))).toEqual([
      { download: 10, installed: 20, exact: true },
      { download: 11, exact: false },
      { download: 10, installed: 20, exact: false, estimatedFrom: 'some_thing-1.0+cpu-cp311-cp311-linux_x86_64.whl' },
      { exact: true },
      { download: 5, exact: true },
    ])
  })

  test('of a wheel that it does not have, it tells the size of the nearest', async () => {
    const [known] = (await index.project('some-thing'))!.files
    const newer = {
      ...known!,
      url: 'https://example.org/newer',
      filename: 'some_thing-2.0-cp314-cp314-linux_x86_64.whl',
    }
    expect(await index.sizes(newer)).toMatchObject({ download: 10, exact: false, estimatedFrom: known!.filename })
    expect(await index.sizes({ ...newer, filename: 'other-2.0-cp314-cp314-linux_x86_64.whl' })).toEqual({ exact: true })
  })

  test('tells no dependencies from unknown dependencies', async () => {
    const [thing, , , , older] = (await index.project('some-thing'))!.files
    expect(await index.metadata(thing!)).toMatchObject({
      name: 'some-thing',
      version: '1.0+cpu',
      requiresPython: '>=3.10',
      requiresDist: ['jinja2', 'pyyaml; extra == "yaml"'],
      providesExtra: ['yaml'],
    })
    expect(older!.metadataOffered).toBe(false)
    expect(await index.metadata(older!)).toBeUndefined()
    const [silent] = (await index.project('silent'))!.files
    expect(await index.metadata(silent!)).toMatchObject({ requiresDist: [] })
  })

  test('names files without an address after the snapshot', async () => {
    const { index: _, ...nameless } = small
    const page = await indexOf(() => nameless, 'snapshot:test').project('silent')
    expect(page?.files[0]?.url).toBe('snapshot:test/silent/silent-1.0-py3-none-any.whl')
  })
})

describe('the snapshot of the CPU index', () => {
  const index = snapshotIndex('cpu')

  test('knows torch 2.13.0+cpu to the byte', async () => {
    const files = (await index.project('torch'))!.files
    const wheel = files.find(({ filename }) => filename === 'torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl')!
    expect(wheel.hashes).toEqual({ sha256: '6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b' })
    expect(await index.sizes(wheel)).toEqual({
      download: 191_794_682,
      installed: 699_298_109,
      source: { modules: 42_411_417, tests: 5_299_493 },
      exact: true,
    })
    expect((await index.metadata(wheel))?.requiresDist).toEqual([
      'filelock',
      'typing-extensions>=4.10.0',
      'setuptools>=77.0.3',
      'sympy>=1.13.3',
      'networkx>=2.5.1',
      'jinja2',
      'fsspec>=0.8.5',
      'optree>=0.13.0; extra == "optree"',
      'opt-einsum>=3.3; extra == "opt-einsum"',
      'pyyaml; extra == "pyyaml"',
    ])
  })

  test('of a wheel of torch for a system that can be targeted it never tells that it is nearly nothing', async () => {
    const { files } = (await index.project('torch'))!
    const wheels = files.filter(({ filename }) =>
      /linux\S*_(?:x86_64|aarch64)|macosx\S*_arm64|win_amd64/.test(filename),
    )
    const sizes = await Promise.all(wheels.map(async file => ({ file, ...(await index.sizes(file)) })))
    expect(sizes.length).toBeGreaterThan(400)
    expect(sizes.filter(({ download = 0 }) => download < 40e6 || download > 250e6)).toEqual([])
  })

  test('answers for the index at its address', () => {
    expect(index.url).toBe('https://download.pytorch.org/whl/cpu')
  })

  test('leaves everything but the torch family to the public index', async () => {
    expect(await index.project('numpy')).toBeUndefined()
  })
})
