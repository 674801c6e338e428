import { describe, expect, test } from 'vitest'
import { pinGroupsOf } from '../../src/decide/pin-groups.ts'
import { chosen, type Given, linux, macos } from './given.ts'

const linux312 = { ...linux, python: '3.12' }

describe('targets that take the same go together', () => {
  test.each<[id: string, given: Given, groups: readonly (readonly [version: string, marker: string | undefined])[]]>([
    ['one version everywhere', '2.1.0', [['2.1.0', undefined]]],
    [
      'another one on macOS',
      ['2.1.0+cpu', '2.1.0', '2.1.0+cpu'],
      [
        ['2.1.0+cpu', 'sys_platform != "darwin"'],
        ['2.1.0', 'sys_platform == "darwin"'],
      ],
    ],
    [
      'another one on Python 3.12',
      ['2.1.0', '2.1.0', '2.2.0'],
      [
        ['2.1.0', 'python_version < "3.12"'],
        ['2.2.0', 'python_version >= "3.12"'],
      ],
    ],
    ['not on macOS', ['2.1.0', undefined, '2.1.0'], [['2.1.0', 'sys_platform != "darwin"']]],
  ])('%s', (_, given, groups) => {
    const targets = [linux, macos, linux312]
    const found = pinGroupsOf(chosen({ torch: given }, { targets }).get('torch')!, targets)
    expect(found.map(({ version, marker }) => [version.text, marker])).toEqual(groups)
  })
})

test('only the targets of the line count', () => {
  const targets = [linux, macos]
  const both = chosen({ torch: ['2.1.0+cpu', '2.1.0'] }, { targets }).get('torch')!
  expect(pinGroupsOf(both, [macos]).map(({ version, marker }) => [version.text, marker])).toEqual([
    ['2.1.0', undefined],
  ])
})

test('by URL each wheel is a group, and no other file of its release counts', () => {
  const targets = [linux, macos]
  const same = chosen({ torch: '2.1.0' }, { targets }).get('torch')!
  const groups = pinGroupsOf(same, targets, ({ file }) => file.url)
  expect(groups.map(({ url }) => url)).toEqual(same.builds.map(({ file }) => file.url))
  expect(groups.map(({ builds }) => builds[0].fitting.length)).toEqual([1, 1])
})
