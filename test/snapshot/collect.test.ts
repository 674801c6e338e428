import { describe, expect, test } from 'vitest'
import { collectCpu } from '../../scripts/snapshot/cpu.ts'
import { deriveFrom } from '../../scripts/snapshot/derive.ts'
import { collectPublic } from '../../scripts/snapshot/public.ts'
import { recordingIndex } from '../../scripts/snapshot/recording-index.ts'
import { measuredIn } from '../../scripts/snapshot/release.ts'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import type { Snapshot } from '../../src/package-index/snapshot/format.ts'
import { indexOf } from '../../src/package-index/snapshot/snapshot-index.ts'

const sha = (byte: string) => byte.repeat(32)
const quiet = () => undefined

const snapshotOf = (projects: Snapshot['projects']): Snapshot => ({
  format: 1,
  collected: '2026-01-02',
  note: 'made for a test',
  projects,
})

/** An index that stands for a live one, and the files whose sizes it was asked for. */
function live(projects: Snapshot['projects']): PackageIndex & { readonly looked: string[] } {
  const index = indexOf(() => snapshotOf(projects), 'test')
  const looked: string[] = []
  return {
    url: 'https://example.org/simple',
    looked,
    project: name => index.project(name),
    metadata: file => index.metadata(file),
    sizes(file) {
      looked.push(file.filename)
      return index.sizes(file)
    },
  }
}

describe('the CPU index', () => {
  const torch = {
    '2.0.0+cpu': { files: [['cp39-cp39-linux_x86_64', sha('aa'), 7, 8]] },
    '2.1.0+cpu': {
      requiresPython: '>=3.8',
      requiresDist: ['filelock'],
      files: [
        ['cp311-cp311-linux_s390x', sha('bb'), null, null],
        ['cp311-cp311-linux_x86_64', sha('cc'), 10, 20],
      ],
    },
  } satisfies Snapshot['projects'][string]

  test('is kept whole, and looked into where a seed would be installed', async () => {
    const index = live({ torch, numpy: { '1.0': { files: [['py3-none-any', null, null, null]] } } })
    const measured = measuredIn(snapshotOf({ torch }))
    expect(await collectCpu(index, measured, quiet)).toEqual({ torch })
    expect(index.looked).toEqual(['torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl'])
  })

  test('takes the metadata of the public wheel where its own is not known, less what CUDA needs', async () => {
    const publicIndex = live({
      torch: {
        '2.1.0': {
          requiresDist: ['filelock', 'nvidia-cublas-cu12 (==12.1.3.1) ; platform_system == "Linux"', 'triton==2.1.0'],
          files: [['cp311-cp311-manylinux1_x86_64', sha('dd'), 100, 200]],
        },
      },
      torchvision: {
        '0.15.0': {
          requiresDist: ['torch (==2.0.0+cu117)'],
          files: [['cp311-cp311-manylinux1_x86_64', sha('ee'), 100, 200]],
        },
        '0.16.0': {
          requiresDist: ['torch==2.1.0'],
          requiresPython: '>=3.8',
          files: [['cp311-cp311-macosx_11_0_arm64', sha('ff'), 300, 400]],
        },
      },
    })
    const files = [
      ['cp311-cp311-linux_x86_64', sha('11'), null, null],
    ] satisfies Snapshot['projects'][string][string]['files']
    const found = await deriveFrom(publicIndex, {
      torch: { '2.1.0+cpu': { files }, '2.2.0+cpu': { files }, '2.1.0': { requiresDist: ['own'], files } },
      torchvision: {
        '0.15.0+cpu': { files },
        '0.16.0': { files: [['cp311-cp311-macosx_11_0_arm64', sha('ff'), null, null]] },
      },
    })
    expect(found).toEqual({
      torch: {
        '2.1.0+cpu': { requiresDist: ['filelock'], derived: true, files },
        '2.2.0+cpu': { files },
        '2.1.0': { requiresDist: ['own'], files },
      },
      torchvision: {
        '0.15.0+cpu': { files },
        '0.16.0': {
          requiresPython: '>=3.8',
          requiresDist: ['torch==2.1.0'],
          derived: true,
          files: [['cp311-cp311-macosx_11_0_arm64', sha('ff'), 300, 400]],
        },
      },
    })
  })
})

describe('the public index', () => {
  const wheel = (version: string, size: number, requiresDist: readonly string[] = []) => ({
    [version]: {
      requiresDist,
      files: [['py3-none-any', null, size, size * 2]],
    } satisfies Snapshot['projects'][string][string],
  })
  const index = live({
    torch: {
      ...wheel('1.12.0', 1),
      ...wheel('1.13.0', 2, ['helper<2']),
      ...wheel('2.0.0', 3, ['helper']),
      ...wheel('2.1.0rc1', 4),
    },
    helper: { ...wheel('1.0', 5), ...wheel('1.5', 6), ...wheel('2.0', 7) },
    numpy: {
      ...wheel('1.0', 8),
      ...wheel('1.1', 9),
      ...wheel('1.2', 10),
      '1.3': {
        requiresDist: [],
        files: [
          ['cp39-cp39-macosx_11_0_arm64', null, 11, 12],
          ['cp311-cp311-macosx_11_0_arm64', null, 13, 14],
          ['cp311-cp311-manylinux_2_17_x86_64', null, 15, 16],
        ],
      },
    },
    unrelated: wheel('1.0', 17),
  })

  test('gives what installs of the seeds come to, and the newest releases of what they name', async () => {
    const found = await collectPublic(recordingIndex(index), new Map(), quiet)
    const versions = Object.entries(found).map(([project, releases]) => [project, Object.keys(releases)])
    expect(Object.fromEntries(versions)).toEqual({
      helper: ['1.5', '2.0'],
      numpy: ['1.1', '1.2', '1.3'],
      // 1.12.0 is one of the newest three.
      torch: ['1.12.0', '1.13.0', '2.0.0'],
    })
    expect(found['numpy']!['1.3']!.files).toEqual([
      ['cp311-cp311-macosx_11_0_arm64', null, 13, 14],
      ['cp311-cp311-manylinux_2_17_x86_64', null, 15, 16],
    ])
    expect(index.looked).not.toContain('numpy-1.3-cp311-cp311-macosx_11_0_arm64.whl')
  })
})
