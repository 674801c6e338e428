import { expect, test } from 'vitest'
import type { Platform } from '../../src/packaging/target.ts'
import { whatExists } from '../../src/torch/no-release.ts'
import { pythonsOn, releasesOn } from '../../src/torch/releases.ts'
import { memoryIndex, type Projects } from '../resolve/memory-index.ts'

const projects: Projects = {
  torch: {
    '2.5.1+cpu': { tags: ['cp310', 'cp311', 'cp312'].map(python => `${python}-${python}-linux_x86_64`) },
    '2.5.1': { tags: ['cp311-none-macosx_11_0_arm64'] },
    '2.4.1+cpu': { tags: ['cp39-cp39-linux_x86_64', 'cp313-cp313t-linux_x86_64'] },
    '2.4.1': { tags: ['cp39-none-macosx_11_0_arm64'] },
  },
}

test.each<{ id: string; python?: string[]; platforms?: Platform[]; says: string[] }>([
  {
    id: 'a Python that nothing has: the span of those that there are, without free-threaded ones',
    python: ['3.8'],
    says: ['for Python 3.8 there is none on any platform, only for Python 3.9 to 3.12'],
  },
  {
    id: 'each Python apart, where no release has both',
    python: ['3.9', '3.12'],
    says: ['for Python 3.9 there is torch 2.4.1', 'for Python 3.12 there is torch 2.5.1'],
  },
  {
    id: 'a Python that another platform has, and the platform',
    python: ['3.12'],
    platforms: ['macos-arm64'],
    says: [
      'for Python 3.12 on macos-arm64 there is none, only for linux-x86_64: torch 2.5.1',
      'for macos-arm64 there is torch 2.4.1 and 2.5.1, for Python 3.9 and 3.11',
    ],
  },
  {
    id: 'a platform that nothing has',
    platforms: ['windows-x86_64'],
    says: ['for windows-x86_64 there is none, only for linux-x86_64 and macos-arm64'],
  },
  {
    id: 'a Python on several platforms',
    python: ['3.11'],
    platforms: ['linux-x86_64', 'macos-arm64'],
    says: [
      'for Python 3.11 on linux-x86_64 and macos-arm64 there is torch 2.5.1',
      'for linux-x86_64 there is torch 2.4.1 and 2.5.1, for Python 3.9 to 3.12',
      'for macos-arm64 there is torch 2.4.1 and 2.5.1, for Python 3.9 and 3.11',
    ],
  },
])('$id', async ({ python = [], platforms = [], says }) => {
  const page = (await memoryIndex('memory:cpu', projects).project('torch'))!
  const releases = releasesOn(page, pythonsOn(page))
  expect(whatExists('torch', releases, { python, platforms })).toEqual(says)
  expect(whatExists('torch', releases.toReversed(), { python, platforms })).toEqual(says)
})
