import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  environmentFor,
  type Platform,
  platforms,
  rankOfTags,
  supportedTags,
  wheelRank,
  whyNot,
} from '../../src/packaging/target.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { oracle } from './oracle.ts'

interface Row {
  readonly python: string
  readonly platform: Platform
  readonly count: number
  readonly sha256: string
  readonly ranks: readonly (number | null)[]
}
const { packaging, cases, wheels } = oracle<Row, { wheels: string[] }>('tags')

describe(`tags agree with packaging ${packaging}`, () => {
  test('the table has every platform and CPython 3.8 to 3.15', () => {
    expect(new Set(cases.map(({ platform }) => platform))).toEqual(new Set(platforms))
    expect(cases.length).toBe(platforms.length * 8)
    expect(wheels.length).toBeGreaterThanOrEqual(500)
  })

  test.each(cases)('$platform, Python $python', ({ python, platform, count, sha256, ranks }) => {
    const tags = [...supportedTags({ python, platform })].sort((a, b) => a[1] - b[1]).map(([tag]) => tag)
    expect(tags.length).toBe(count)
    expect(createHash('sha256').update(tags.join('\n')).digest('hex')).toBe(sha256)
    const ours = wheels.map(tag => wheelRank(parseWheelFilename(`foo-1-${tag}.whl`)!, { python, platform }) ?? null)
    expect(ours).toEqual(ranks)
    expect(wheels.map(tag => rankOfTags(tag, { python, platform }) ?? null)).toEqual(ranks)
  })
})

test.each([
  ['3.11', 'linux-x86_64', 'cp311-cp311-linux_x86_64', undefined],
  ['3.11', 'linux-x86_64', 'cp311-cp311-manylinux_2_28_x86_64', undefined],
  ['3.11', 'linux-x86_64', 'cp311-cp311-manylinux_2_29_x86_64', 'glibc'],
  ['3.11', 'linux-x86_64', 'cp311-cp311-musllinux_1_2_x86_64', 'musl'],
  ['3.11', 'linux-x86_64', 'cp311-cp311-manylinux_2_28_aarch64', 'platform'],
  ['3.11', 'linux-x86_64', 'cp311-cp311-win_amd64', 'platform'],
  ['3.11', 'linux-x86_64', 'cp312-cp312-win_amd64', 'platform'],
  ['3.11', 'linux-x86_64', 'cp312-cp312-linux_x86_64', 'python'],
  ['3.11', 'linux-x86_64', 'cp39-cp39-linux_x86_64', 'python'],
  ['3.11', 'linux-x86_64', 'cp39-abi3-linux_x86_64', undefined],
  ['3.11', 'linux-x86_64', 'cp312-abi3-linux_x86_64', 'python'],
  ['3.11', 'linux-x86_64', 'py2-none-any', 'python'],
  ['3.13', 'linux-x86_64', 'cp313-cp313t-manylinux_2_28_x86_64', 'abi'],
  ['3.11', 'linux-aarch64', 'cp311-cp311-linux_aarch64', undefined],
  ['3.11', 'linux-aarch64', 'cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64', undefined],
  ['3.11', 'macos-arm64', 'cp311-none-macosx_11_0_arm64', undefined],
  ['3.11', 'macos-arm64', 'cp311-cp311-macosx_10_9_universal2', undefined],
  ['3.11', 'macos-arm64', 'cp311-cp311-macosx_15_0_arm64', 'platform'],
  ['3.11', 'macos-arm64', 'cp311-cp311-macosx_10_9_x86_64', 'platform'],
  ['3.11', 'windows-x86_64', 'cp311-cp311-win_amd64', undefined],
  ['3.11', 'windows-x86_64', 'cp311-cp311-win_arm64', 'platform'],
  ['3.11.7', 'windows-x86_64', 'py3-none-any', undefined],
] as const)('Python %s on %s, %s: %s', (python, platform, tag, reason) => {
  const wheel = parseWheelFilename(`torch-2.7.0+cpu-${tag}.whl`)!
  expect(whyNot(wheel, { python, platform })).toBe(reason)
  const rank = wheelRank(wheel, { python, platform })
  expect(rank === undefined).toBe(reason !== undefined)
  // As they stand, with a build tag, and as no tool writes them.
  const texts = [tag, `1-${tag}`, tag.toUpperCase(), tag.replace('-', '.cp27-')]
  for (const text of texts) expect(rankOfTags(text, { python, platform }), text).toBe(rank)
})

test('text that is no tags has no rank', () => {
  for (const text of ['', 'any', 'py3-any', 'py3-none-', 'x-py3-none-any', '1-2-py3-none-any'])
    expect(rankOfTags(text, { python: '3.11', platform: 'linux-x86_64' }), text).toBeUndefined()
})

test('the environment of a target', () => {
  expect(environmentFor({ python: '3.11', platform: 'linux-aarch64' })).toEqual({
    implementation_name: 'cpython',
    implementation_version: '3.11.0',
    os_name: 'posix',
    platform_machine: 'aarch64',
    platform_python_implementation: 'CPython',
    platform_release: '',
    platform_system: 'Linux',
    platform_version: '',
    python_full_version: '3.11.0',
    python_version: '3.11',
    sys_platform: 'linux',
  })
  expect(environmentFor({ python: '3.12.4', platform: 'windows-x86_64' })).toMatchObject({
    os_name: 'nt',
    platform_machine: 'AMD64',
    platform_system: 'Windows',
    python_full_version: '3.12.4',
    python_version: '3.12',
    sys_platform: 'win32',
  })
  expect(environmentFor({ python: '3.12', platform: 'macos-arm64' })).toMatchObject({
    platform_machine: 'arm64',
    platform_system: 'Darwin',
    sys_platform: 'darwin',
  })
})
