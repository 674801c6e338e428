import { describe, expect, test } from 'vitest'
import { parseVersion } from '../../src/packaging/version.ts'
import { distinctTraps, losesAudioFiles, trapsOf, unavoidedTraps } from '../../src/torch/traps.ts'
import { chosen, linux, macos } from '../decide/given.ts'

describe('what metadata does not say', () => {
  test.each([
    ['torch', '2.2.2+cpu', 'linux-x86_64', 'numpy<2'],
    ['torch', '2.2.2', 'linux-aarch64', 'numpy<2'],
    ['torch', '1.13.1', 'macos-arm64', 'numpy<2'],
    ['torch', '2.3.0+cpu', 'linux-x86_64', ''],
    ['torch', '2.3.0', 'macos-arm64', ''],
    ['torch', '2.4.0+cpu', 'windows-x86_64', 'numpy<2'],
    ['torch', '2.4.1+cpu', 'windows-x86_64', ''],
    ['torch', '2.15.0+cpu', 'linux-x86_64', ''],
    ['torchtext', '0.18.0+cpu', 'linux-x86_64', 'torch<2.4'],
    ['torchtext', '0.17.2', 'linux-x86_64', ''],
    ['torchvision', '0.17.2', 'linux-x86_64', ''],
  ] as const)('%s %s on %s works with %s', (project, version, platform, bound) => {
    const traps = trapsOf(project, parseVersion(version)!, [{ python: '3.11', platform }])
    expect(traps.map(({ requirement }) => requirement.key + requirement.specifier.text).join()).toBe(bound)
  })
})

test.each([
  ['2.8.0', '2.9.0', true],
  ['0.13.1', '2.11.0+cpu', true],
  ['2.8.0+cu128', '2.8.0+cpu', false],
  ['2.9.0', '2.11.0', false],
  ['2.11.0', '2.8.0', false],
])('torchaudio from %s to %s leaves its audio files to torchcodec: %s', (before, after, loses) =>
  expect(losesAudioFiles(parseVersion(before)!, parseVersion(after)!)).toBe(loses),
)

describe('traps into which a choice walks', () => {
  const both = { targets: [linux, macos] }
  const named = (resolution: ReturnType<typeof chosen>) =>
    unavoidedTraps(resolution).map(({ project, version, requirement }) => [project, version.text, requirement.key])

  test.each([
    {
      id: 'numpy 2 beside an old torch',
      versions: { torch: '2.1.0+cpu', numpy: '2.0.0' },
      traps: [['torch', '2.1.0+cpu', 'numpy']],
    },
    { id: 'numpy 1 beside it is none', versions: { torch: '2.1.0+cpu', numpy: '1.26.4' }, traps: [] },
    { id: 'no numpy is none', versions: { torch: '2.1.0+cpu' }, traps: [] },
    {
      id: 'numpy 2 on another target is none',
      versions: { torch: ['2.1.0+cpu', '2.4.0'], numpy: ['1.26.4', '2.0.0'] },
      traps: [],
    },
    {
      id: 'on the second target',
      versions: { torch: ['2.4.0+cpu', '2.1.0'], numpy: '2.0.0' },
      traps: [['torch', '2.1.0', 'numpy']],
    },
    {
      id: 'once, on however many targets',
      versions: { torch: ['2.1.0+cpu', '2.1.0'], numpy: '2.0.0' },
      traps: [['torch', '2.1.0+cpu', 'numpy']],
    },
    {
      id: 'each release',
      versions: { torch: ['2.1.0+cpu', '2.2.0'], numpy: '2.0.0' },
      traps: [
        ['torch', '2.1.0+cpu', 'numpy'],
        ['torch', '2.2.0', 'numpy'],
      ],
    },
    {
      id: 'each project',
      versions: { torchtext: '0.18.0', torch: '2.4.0', numpy: '2.0.0' },
      traps: [['torchtext', '0.18.0', 'torch']],
    },
  ])('$id', ({ versions, traps }) => {
    expect(named(chosen(versions, both))).toEqual(traps)
  })

  test('one of several targets is enough for a trap, and equal traps are one: that of the first version', () => {
    const windows = { python: '3.11', platform: 'windows-x86_64' } as const
    const version = parseVersion('2.4.0')!
    expect(trapsOf('torch', version, [linux])).toEqual([])
    const [trap] = trapsOf('torch', version, [linux, windows])
    const [other] = trapsOf('torchtext', parseVersion('0.18.0')!, [linux])
    const labelled = { ...trap!, version: parseVersion('2.4.0+cpu')! }
    expect(distinctTraps([other!, trap!, labelled])).toEqual([other, trap])
  })
})
