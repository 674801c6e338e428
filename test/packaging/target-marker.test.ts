import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateMarker, parseMarker } from '../../src/packaging/marker.ts'
import { environmentFor, type Platform, platforms, type Target } from '../../src/packaging/target.ts'
import { markerFor } from '../../src/packaging/target-marker.ts'

const on = (...names: readonly string[]): Target[] =>
  names.map(name => {
    const [python = '', platform] = name.split(' ')
    return { python, platform: platform as Platform }
  })

describe('the marker that tells targets apart', () => {
  test.each([
    ['Linux from macOS', on('3.11 linux-x86_64'), on('3.11 macos-arm64'), 'sys_platform != "darwin"'],
    ['macOS from Linux', on('3.11 macos-arm64'), on('3.11 linux-x86_64'), 'sys_platform == "darwin"'],
    [
      'macOS from Linux and Windows',
      on('3.11 macos-arm64'),
      on('3.11 linux-x86_64', '3.11 windows-x86_64'),
      'sys_platform == "darwin"',
    ],
    ['Windows from Linux', on('3.11 windows-x86_64'), on('3.11 linux-x86_64'), 'sys_platform == "win32"'],
    ['ARM from x86', on('3.11 linux-aarch64'), on('3.11 linux-x86_64'), 'platform_machine == "aarch64"'],
    ['x86 from ARM', on('3.11 linux-x86_64'), on('3.11 linux-aarch64'), 'platform_machine != "aarch64"'],
    ['an old Python', on('3.9 linux-x86_64'), on('3.12 linux-x86_64'), 'python_version < "3.12"'],
    ['new Pythons', on('3.12 linux-x86_64', '3.13 linux-x86_64'), on('3.9 linux-x86_64'), 'python_version >= "3.12"'],
    [
      'a Python between others',
      on('3.11 linux-x86_64'),
      on('3.10 linux-x86_64', '3.12 linux-x86_64'),
      'python_version >= "3.11" and python_version < "3.12"',
    ],
  ])('%s', (_, inside, outside, marker) => expect(markerFor(inside, outside)).toBe(marker))

  const all = ['3.9', '3.10', '3.12', '3.14'].flatMap(python => platforms.map(platform => ({ python, platform })))

  test('holds inside and nowhere outside, however the targets are parted', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 2 }), fc.nat(), (targets, n) => {
        const cut = 1 + (n % (targets.length - 1))
        const marker = parseMarker(markerFor(targets.slice(0, cut), targets.slice(cut)))
        expect(targets.map(target => evaluateMarker(marker, environmentFor(target)))).toEqual(
          targets.map((_, i) => i < cut),
        )
      }),
    )
  })

  test('a target cannot be told from itself', () => {
    expect(() => markerFor(all.slice(0, 1), all.slice(0, 1))).toThrow()
  })
})
