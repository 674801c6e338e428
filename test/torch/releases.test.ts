import { describe, expect, test } from 'vitest'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { platforms } from '../../src/packaging/target.ts'
import { publicVersion } from '../../src/packaging/version.ts'
import { candidatesOf } from '../../src/resolve/provider/candidates.ts'
import { narrowed, pythonsOn, type ReleaseFilter, releasesOn } from '../../src/torch/releases.ts'
import { cpuSources } from '../../src/torch/sources.ts'
import { memoryIndex, type Projects } from '../resolve/memory-index.ts'

const cpu = snapshotIndex('cpu')
const none = { oldest: () => false, preferred: () => [], traps: 'ignored' } as const

/** What a rewrite would choose from for one target: the versions that would be pinned, newest first. */
async function choices(project: string, python: string, platform: (typeof platforms)[number]): Promise<string[]> {
  const target = { python, platform }
  const world = { target, indexes: [], lines: [], direct: [], links: new Map(), excludeNewer: undefined }
  const page = (await cpu.project(project))!
  const { candidates } = candidatesOf([{ page, index: cpu }], cpuSources(world, cpu, none).rulesFor(project))
  return candidates.map(({ version }) => version.text).reverse()
}

async function listed(project: string, filter: ReleaseFilter): Promise<string[]> {
  const page = (await cpu.project(project))!
  const found = releasesOn(page, pythonsOn(page)).flatMap(release => narrowed(release, filter) ?? [])
  return found.map(({ wheels }) => wheels[0]!.wheel.version.text)
}

describe('the list for a Python and a platform is what a rewrite chooses from', () => {
  test.each(
    ['torch', 'torchvision', 'torchaudio', 'torchtext', 'torchcodec'].flatMap(project =>
      platforms.map(platform => ({ project, platform })),
    ),
  )('$project on $platform', async ({ project, platform }) => {
    for (const python of ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15']) {
      const filter = { python: [python], platforms: [platform] }
      expect(await listed(project, filter), `Python ${python}`).toEqual(await choices(project, python, platform))
    }
  })
})

const projects: Projects = {
  torch: {
    '2.5.1+cpu': { tags: ['cp311-cp311-linux_x86_64', 'cp310-cp310-linux_x86_64'] },
    '2.5.1': { tags: ['cp311-cp311-manylinux2014_aarch64', 'cp311-none-macosx_11_0_arm64'] },
    '2.4.1+cpu': { tags: ['cp310-cp310-linux_x86_64'] },
    '2.4.1': { tags: ['cp311-none-macosx_11_0_arm64'] },
    '2.4.0+cu121': { tags: ['cp311-cp311-linux_x86_64'] },
    '2.4.0+e437e35': { tags: ['cp311-cp311-win_arm64'] },
    '2.14.0': { tags: ['cp311-cp311-manylinux_2_28_x86_64', 'cp311-cp311-manylinux_2_28_aarch64'] },
  },
}

describe('what is asked for', () => {
  test.each([
    ['nothing: every release with a CPU wheel', [], [], ['2.5.1', '2.4.1']],
    ['one Python', ['3.10'], [], ['2.5.1', '2.4.1']],
    ['two Pythons: a platform that has both', ['3.10', '3.11'], [], ['2.5.1']],
    ['one platform', [], ['macos-arm64'], ['2.5.1', '2.4.1']],
    ['two platforms: a Python that both have', [], ['linux-x86_64', 'macos-arm64'], ['2.5.1']],
    ['a Python on a platform', ['3.11'], ['linux-x86_64'], ['2.5.1']],
    ['a Python that is there on another platform only', ['3.10'], ['macos-arm64'], []],
    ['a Python nobody has', ['3.20'], [], []],
  ])('%s', async (_, python, asked, expected) => {
    const page = (await memoryIndex('memory:cpu', projects).project('torch'))!
    const found = releasesOn(page, pythonsOn(page)).flatMap(
      release => narrowed(release, { python, platforms: asked }) ?? [],
    )
    expect(found.map(({ release }) => release.text)).toEqual(expected)
  })

  test('Pythons are those of the platforms asked for, platforms those of the Pythons, wheels those of both', async () => {
    const page = (await memoryIndex('memory:cpu', projects).project('torch'))!
    const [newest] = releasesOn(page, pythonsOn(page))
    expect(publicVersion(newest!.release).text).toBe('2.5.1')
    expect(narrowed(newest!, { python: [], platforms: ['macos-arm64'] })).toMatchObject({
      pythons: ['3.11'],
      platforms: ['linux-x86_64', 'linux-aarch64', 'macos-arm64'],
      wheels: [{ file: { filename: 'torch-2.5.1-cp311-none-macosx_11_0_arm64.whl' } }],
    })
    expect(narrowed(newest!, { python: ['3.10'], platforms: [] })).toMatchObject({
      pythons: ['3.10', '3.11'],
      platforms: ['linux-x86_64'],
      wheels: [{ file: { filename: 'torch-2.5.1+cpu-cp310-cp310-linux_x86_64.whl' } }],
    })
  })
})
