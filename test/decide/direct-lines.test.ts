import { describe, expect, test } from 'vitest'
import { decisionOnDirect, isDirectHashed } from '../../src/decide/direct-lines.ts'
import type { DirectLine } from '../../src/torch/lines.ts'
import { fileOf } from '../requirements/file-of.ts'
import { chosen, linesOf } from './given.ts'

const gpu = 'https://download.pytorch.org/whl/cu118/torch-2.1.0%2Bcu118-cp311-cp311-linux_x86_64.whl'
const [{ file, index }] = chosen({ torch: '2.1.0+cpu' }).get('torch')!.builds
const lineOf = (text: string, known = true): DirectLine => ({
  ...linesOf(fileOf(`${text}\n`)).direct[0]!,
  cpuWheel: { file: known ? file : { ...file, hashes: {} }, index, linked: undefined },
})

describe('the CPU wheel takes the place of a wheel for GPUs', () => {
  test.each([
    ['by its name', `torch @ ${gpu}`],
    ['bare', gpu],
    ['with a hash', `torch @ ${gpu} --hash=sha256:${'f'.repeat(64)}`],
  ])('%s', (_, text) =>
    expect(decisionOnDirect(lineOf(text), new Map())).toMatchObject({
      kind: 'switch-wheel',
      name: 'torch',
      url: file.url,
      sha256: '2'.repeat(64),
    }),
  )

  test('without a hash where none is known, unless the line has one', () => {
    expect(decisionOnDirect(lineOf(`torch @ ${gpu}`, false), new Map())?.sha256).toBeUndefined()
    const hashed = lineOf(`torch @ ${gpu}#sha256=${'f'.repeat(64)}`, false)
    expect(() => decisionOnDirect(hashed, new Map())).toThrow('requirements.txt:1 has a hash')
    expect(decisionOnDirect(hashed, new Map([[file.url, 'c']]))?.sha256).toBe('c')
  })

  test.each(['missing', 'unknown'] as const)('not where it is %s', cpuWheel =>
    expect(decisionOnDirect({ ...lineOf(`torch @ ${gpu}`), cpuWheel }, new Map())).toBeUndefined(),
  )
})

test.each([
  [`torch @ ${gpu}`, false],
  [`torch @ ${gpu}#egg=torch`, false],
  [`torch @ ${gpu}#sha256=${'f'.repeat(64)}`, true],
  [`torch @ ${gpu} --hash=sha256:${'f'.repeat(64)}`, true],
])('whether %s says its hash', (text, hashed) => expect(isDirectHashed(lineOf(text))).toBe(hashed))
