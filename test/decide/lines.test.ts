import { describe, expect, test } from 'vitest'
import type { PinMode } from '../../src/contract/options.ts'
import { decisionOn } from '../../src/decide/lines.ts'
import { fileOf } from '../requirements/file-of.ts'
import { chosen, type Given, linesOf, linux, macos, numpyTrap, versionsOf, written } from './given.ts'

const resolution = chosen({
  torch: '2.1.0+cpu',
  torchvision: '0.16.0+cpu',
  numpy: '1.26.0',
  jax: '0.4.20',
  'faiss-cpu': '1.7.4',
})

interface Case {
  readonly pin?: PinMode
  readonly style?: 'direct-url'
  readonly path?: string
  readonly traps?: true
}

function decided(text: string, { pin = 'torch', style, path, traps }: Case = {}) {
  const { requirements, constraints } = linesOf(fileOf(`${text}\n`, path))
  const line = [...requirements, ...constraints][0]!
  const versions = versionsOf(resolution, { pin, avoided: traps ? numpyTrap : [] })
  return decisionOn(line, versions, written(style ?? 'extra-index-url'), new Map())
}

const torch = { version: '2.1.0+cpu' }
const url = 'https://download.pytorch.org/whl/cpu/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl'

describe('what is decided on a line', () => {
  test.each<[id: string, text: string, kind: string, decision: object, given?: Case]>([
    ['torch alone is pinned', 'torch', 'pin', { pins: [torch] }],
    ['a range is pinned', 'torch>=2', 'pin', { pins: [torch], reason: 'CPU build' }],
    ['a pin to another build is switched', 'torch==2.1.0+cu118', 'switch', { pins: [torch] }],
    ['a label behind >= is repaired', 'torch>=2.0+cu118', 'pin', { pins: [torch], reason: /PEP 440/ }],
    ['by its URL', 'torch', 'pin', { pins: [{ ...torch, url }] }, { style: 'direct-url' }],
    [
      'a constraint goes by version',
      'torch==2.0',
      'switch',
      { pins: [{ url: undefined }] },
      { path: 'constraints.txt', style: 'direct-url' },
    ],
    [
      'hashes are those of the new wheels',
      `torch==2.0.0 --hash=sha256:${'f'.repeat(64)}`,
      'switch',
      { pins: [{ hashes: [`sha256:${'2'.repeat(64)}`] }] },
    ],
    ['a GPU package gives way', 'faiss-gpu==1.7.2', 'replace', { project: 'faiss-cpu', pins: [{ version: '1.7.4' }] }],
    [
      'an extra that brings CUDA goes',
      'jax[cuda12]',
      'pin',
      { extras: [], pins: [], reason: 'an extra of it brings CUDA' },
    ],
    [
      'what fails at run time is held back',
      'numpy',
      'pin',
      { pins: [{ version: '1.26.0', reason: /numpy 2/ }] },
      { traps: true },
    ],
    ['a range where ranges are pinned', 'numpy>=1', 'pin', { pins: [{ version: '1.26.0' }] }, { pin: 'ranges' }],
    ['all where all are pinned', 'numpy', 'pin', { pins: [{ version: '1.26.0' }] }, { pin: 'all' }],
    ['a library of CUDA goes', 'nvidia-cublas-cu12==12.1', 'remove', { reason: 'only CUDA builds need it' }],
    ['what has no CPU form goes', 'flash-attn', 'remove', { reason: /\w/ }],
    [
      'an index on the line of a requirement goes',
      'numpy --index-url https://download.pytorch.org/whl/cu118',
      'pin',
      { pins: [], ignoredIndexes: ['https://download.pytorch.org/whl/cu118'] },
    ],
  ])('%s: %s', (_, text, kind, decision, given) => {
    const expected = Object.entries(decision).map(([key, value]) => [
      key,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ])
    const pins = 'pins' in decision ? (decision.pins as object[]) : []
    const asked = {
      kind,
      ...Object.fromEntries(expected),
      ...(pins.length > 0 && { pins: pins.map(matching) }),
    }
    expect(decided(text, given)).toMatchObject(asked)
  })

  const matching = (pin: object) =>
    expect.objectContaining(
      Object.fromEntries(
        Object.entries(pin).map(([key, value]) => [
          key,
          value instanceof RegExp ? expect.stringMatching(value) : value,
        ]),
      ),
    )

  test.each<[id: string, text: string, given?: Case]>([
    ['as it should be', 'torch==2.1.0+cpu'],
    ['kept by its comment', 'torch>=2  # torchpin: keep'],
    ['with a variable', 'torch==2.0 -C a=${B}'],
    ['of another project', 'numpy>=1'],
    ['an exact pin of the user', 'numpy==1.24.0', { pin: 'all' }],
    ['a range of constraints', 'torch>=2', { path: 'constraints.txt' }],
    ['that does not apply', 'torch ; python_version < "3"'],
    ['of which nothing was chosen', 'torchtext'],
  ])('nothing on one %s: %s', (_, text, given) => expect(decided(text, given)).toBeUndefined())
})

describe('a line that applies on Linux and macOS', () => {
  test.each<[id: string, version: Given, pins: readonly (readonly [string, string | undefined])[]]>([
    ['one version', '2.1.0', [['2.1.0', undefined]]],
    [
      'a version for each',
      ['2.1.0+cpu', '2.1.0'],
      [
        ['2.1.0+cpu', 'sys_platform != "darwin"'],
        ['2.1.0', 'sys_platform == "darwin"'],
      ],
    ],
    ['installed on one of them', ['2.1.0+cpu', undefined], [['2.1.0+cpu', 'sys_platform != "darwin"']]],
  ])('%s', (_, version, pins) => {
    const targets = [linux, macos]
    const [line] = linesOf(fileOf('torch\n'), targets).requirements
    const versions = versionsOf(chosen({ torch: version }, { targets }), { targets })
    const decision = decisionOn(line!, versions, written('extra-index-url'), new Map())
    const found = decision?.kind === 'pin' ? decision.pins.map(pin => [pin.version, pin.marker]) : []
    expect(found).toEqual(pins)
  })
})
