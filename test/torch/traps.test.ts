import { describe, expect, test } from 'vitest'
import { parseVersion } from '../../src/packaging/version.ts'
import { losesAudioFiles, trapsOf } from '../../src/torch/traps.ts'

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
