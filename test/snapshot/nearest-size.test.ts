import { describe, expect, test } from 'vitest'
import type { Release } from '../../src/package-index/snapshot/format.ts'
import { nearestSize } from '../../src/package-index/snapshot/nearest-size.ts'

const releases: Readonly<Record<string, Release>> = {
  '1.0': { files: [['cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64', null, 10, 30]] },
  '1.1+cpu': { files: [['cp310-cp310-linux_x86_64', null, null, null]] },
  '1.2+cpu': { files: [['cp310-cp310-linux_x86_64', null, null, null]] },
  '1.3+cpu': {
    files: [
      ['cp310-cp310-linux_x86_64', null, null, null, 13],
      ['cp310-cp310-win_amd64', null, 99, null],
      ['cp310-none-macosx_11_0_arm64', null, 50, null],
    ],
  },
}

describe('the wheel that is likest to one of unknown size', () => {
  test.each<[id: string, wheel: string, from: string | undefined]>([
    ['another Python of its release', 'a-1.3+cpu-cp314-cp314-linux_x86_64', 'a-1.3+cpu-cp310-cp310-linux_x86_64'],
    [
      'the release below',
      'a-1.1+cpu-cp310-cp310-linux_x86_64',
      'a-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64',
    ],
    ['the release above', 'a-1.2+cpu-cp310-cp310-manylinux_2_28_x86_64', 'a-1.3+cpu-cp310-cp310-linux_x86_64'],
    ['the newest, for a newer one', 'a-9-cp310-cp310-manylinux1_x86_64', 'a-1.3+cpu-cp310-cp310-linux_x86_64'],
    ['one with a build number', 'a-1.2-3-cp310-cp310-linux_x86_64', 'a-1.3+cpu-cp310-cp310-linux_x86_64'],
    ['Windows', 'a-1.0-cp310-cp310-win_amd64', 'a-1.3+cpu-cp310-cp310-win_amd64'],
    ['another macOS', 'a-1.0-cp310-cp310-macosx_14_0_arm64', 'a-1.3+cpu-cp310-none-macosx_11_0_arm64'],
    ['another machine is another system', 'a-1.0-cp310-cp310-macosx_11_0_x86_64', undefined],
    ['nothing for that system', 'a-1.3-cp310-cp310-linux_aarch64', undefined],
    ['musl is no glibc', 'a-1.3-cp310-cp310-musllinux_1_2_x86_64', undefined],
  ])('%s', (_, wheel, from) => {
    expect(nearestSize(`${wheel}.whl`, 'a', releases)?.filename).toBe(from && `${from}.whl`)
  })

  test('of two that are equally far the older', () => {
    const between = { ...releases, '1.2+cpu': { files: [] }, '1.1+cpu': { files: [] } }
    expect(nearestSize('a-1.1.5-cp310-cp310-linux_x86_64.whl', 'a', between)).toEqual({
      filename: 'a-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      download: 10,
      installed: 30,
    })
  })

  test('a source is like no wheel', () => {
    expect(nearestSize('a-1.1.tar.gz', 'a', releases)).toBeUndefined()
  })
})
