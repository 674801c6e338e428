import { expect, test } from 'vitest'
import { sharedAnswers } from '../../src/run/shared-answers.ts'
import { fileOf } from '../requirements/file-of.ts'

const part = (text: string, path: string) => [fileOf(text, path)]

test('parts share answers where their entries are the same, comments aside', () => {
  const parts = [
    part('torch>=2 # one\n', 'a/requirements.txt'),
    part('# two\ntorch>=2\n', 'b/requirements.txt'),
    part('torch>=2.1\n', 'c/requirements.txt'),
  ]
  const [first, second, other] = parts.map(sharedAnswers(parts))
  expect(second).toBe(first)
  expect(other).not.toBe(first)
})
