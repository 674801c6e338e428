import { expect, test } from 'vitest'
import type { Platform } from '../../src/packaging/target.ts'
import type { Projects } from '../resolve/memory-index.ts'
import { solveWorld } from '../resolve/world.ts'

/** A mirror that mixes the public index into that of CPU builds: a newer torch without a label carries CUDA. */
const cpu: Projects = {
  torch: {
    '2.5.1': { tags: ['cp311-cp311-manylinux2014_aarch64'] },
    '2.13.0+cpu': {
      tags: ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64', 'win_amd64'].map(platform => `cp311-cp311-${platform}`),
    },
    '2.13.0': { tags: ['cp311-cp311-macosx_14_0_arm64'] },
    '2.14.0': {
      tags: ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64', 'macosx_14_0_arm64', 'win_amd64'].map(
        platform => `cp311-cp311-${platform}`,
      ),
    },
  },
  torchvision: {
    '0.24.9': { tags: ['cp311-cp311-manylinux_2_28_aarch64', 'cp311-cp311-manylinux_2_28_x86_64'] },
    '0.25.9': { tags: ['py3-none-manylinux_2_28_aarch64', 'py3-none-macosx_14_0_arm64'] },
  },
}

test.each([
  ['torch', 'linux-x86_64', '2.13.0+cpu'],
  ['torch', 'windows-x86_64', '2.13.0+cpu'],
  ['torch', 'linux-aarch64', '2.13.0+cpu'],
  ['torch<2.6', 'linux-aarch64', '2.5.1'],
  ['torch', 'macos-arm64', '2.14.0'],
  ['torchvision', 'linux-aarch64', '0.24.9'],
  ['torchvision', 'macos-arm64', '0.25.9'],
] as const)('%s on %s is %s', async (line, platform, version) => {
  const targets = [{ python: '3.11', platform: platform as Platform }]
  const { outcome } = await solveWorld({ cpu, files: { 'requirements.txt': line }, targets })
  expect(outcome).toEqual(new Map([[line.replace(/<.*/, ''), version]]))
})

test('torchvision without a label on x86 is none of CPU', async () => {
  const { outcome } = await solveWorld({ cpu, files: { 'requirements.txt': 'torchvision' } })
  expect(outcome).toMatch('torchvision')
})
