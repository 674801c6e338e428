import { expect, test } from 'vitest'
import { isExact, isHashed, isLeftAlone } from '../../src/decide/entry.ts'
import { fileOf } from '../requirements/file-of.ts'
import { linesOf } from './given.ts'

const hash = `--hash=sha256:${'1'.repeat(64)}`

test.each([
  ['torch', { exact: false, hashed: false, alone: false }],
  ['torch==2.1.0', { exact: true, hashed: false, alone: false }],
  ['torch===2.1.0', { exact: true, hashed: false, alone: false }],
  ['torch==2.*', { exact: false, hashed: false, alone: false }],
  ['torch>=2,==2.1', { exact: true, hashed: false, alone: false }],
  [`torch==2.1.0 ${hash}`, { exact: true, hashed: true, alone: false }],
  ['torch==2.1.0  # torchpin: keep', { exact: true, hashed: false, alone: true }],
  ['torch==2.0 -C a=${B}', { exact: true, hashed: false, alone: true }],
])('%s', (text, expected) => {
  const line = linesOf(fileOf(`${text}\n`)).requirements[0]!
  expect({ exact: isExact(line), hashed: isHashed(line), alone: isLeftAlone(line) }).toEqual(expected)
})
