import { describe, expect, test } from 'vitest'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { comparePythons, placesOf, pythonsNamed } from '../../src/packaging/wheel-places.ts'

const pythons = ['3.9', '3.13', '3.13t', '3.14', '3.14t']
const wheel = (tag: string) => parseWheelFilename(`torch-2.9.0-${tag}.whl`)!

describe('where a wheel installs', () => {
  test.each([
    ['built for one Python', 'cp313-cp313-manylinux_2_28_x86_64', ['3.13 linux-x86_64'], ['3.13']],
    ['a free-threaded one', 'cp313-cp313t-manylinux_2_28_x86_64', ['3.13t linux-x86_64'], ['3.13t']],
    ['no tag of a glibc', 'cp39-cp39-linux_x86_64', ['3.9 linux-x86_64'], ['3.9']],
    ['a glibc newer than a Linux target has', 'cp313-cp313-manylinux_2_35_x86_64', [], ['3.13']],
    [
      'two tags for one machine',
      'cp39-cp39-manylinux_2_17_aarch64.manylinux2014_aarch64',
      ['3.9 linux-aarch64'],
      ['3.9'],
    ],
    ['macOS, as torch named it up to 2.10', 'cp39-none-macosx_11_0_arm64', ['3.9 macos-arm64'], ['3.9']],
    ['macOS on Intel', 'cp39-none-macosx_10_9_x86_64', ['3.9 macos-x86_64'], ['3.9']],
    ['both Macs', 'cp39-cp39-macosx_11_0_universal2', ['3.9 macos-arm64', '3.9 macos-x86_64'], ['3.9']],
    ['a macOS newer than a target has', 'cp313-cp313-macosx_15_0_arm64', [], ['3.13']],
    ['Windows on ARM', 'cp313-cp313-win_arm64', ['3.13 windows-arm64'], ['3.13']],
    ['Windows of 32 bits', 'cp39-cp39-win32', ['3.9 windows-x86'], ['3.9']],
    ['a mainframe', 'cp313-cp313-linux_s390x', ['3.13 linux-s390x'], ['3.13']],
    ['Linux of 32 bits', 'cp39-cp39-manylinux2014_i686', ['3.9 linux-i686'], ['3.9']],
    ['Alpine', 'cp313-cp313-musllinux_1_2_x86_64', ['3.13 musl-x86_64'], ['3.13']],
    [
      'the stable ABI, which free-threaded Pythons do not have',
      'cp310-abi3-win_amd64',
      ['3.13 windows-x86_64', '3.14 windows-x86_64'],
      ['3.10'],
    ],
    [
      'every Python 3 on one platform',
      'py3-none-manylinux_2_28_x86_64',
      pythons.map(python => `${python} linux-x86_64`),
      [],
    ],
    [
      'every Python 3 everywhere',
      'py3-none-any',
      pythons.flatMap(python =>
        ['linux-x86_64', 'linux-aarch64', 'macos-arm64', 'windows-x86_64'].map(platform => `${python} ${platform}`),
      ),
      [],
    ],
    ['Python 2', 'py2-none-any', [], []],
    ['another implementation', 'pp310-pypy310_pp73-manylinux_2_28_x86_64', [], []],
  ])('%s: %s', (_, tag, places, named) => {
    expect(placesOf(wheel(tag), pythons).map(({ python, platform }) => `${python} ${platform}`)).toEqual(places)
    expect(pythonsNamed(wheel(tag))).toEqual(named)
  })
})

test('a Python with a patch number is one of its minor release', () => {
  expect(placesOf(wheel('cp313-cp313-win_amd64'), ['3.13.2'])).toEqual([
    { python: '3.13.2', platform: 'windows-x86_64' },
  ])
})

test('Pythons in their order', () => {
  expect(['3.10', '3.9', '3.14t', '3.14', '3.13t'].sort(comparePythons)).toEqual([
    '3.9',
    '3.10',
    '3.13t',
    '3.14',
    '3.14t',
  ])
})
