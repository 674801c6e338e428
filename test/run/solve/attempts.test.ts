import { expect, test } from 'vitest'
import { firstAnswer } from '../../../src/run/solve/attempts.ts'

test.each([
  { id: 'the first that is an answer counts', found: [0, 2, 3], asked: 2, answer: 2 },
  { id: 'no attempt is made after an answer', found: [1, 0], asked: 1, answer: 1 },
  { id: 'without an answer the last attempt tells why', found: [-1, -2], asked: 2, answer: -2 },
])('$id', async ({ found, asked, answer }) => {
  const attempts: number[] = []
  const ask = async (number: number) => {
    attempts.push(number)
    return number
  }
  expect(await firstAnswer(found, ask, number => number > 0)).toBe(answer)
  expect(attempts).toEqual(found.slice(0, asked))
})
