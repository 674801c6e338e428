import { expect, test } from 'vitest'
import { growthOf } from './growth/row.ts'
import { rows } from './growth/rows.ts'

/** Between 2, of what is linear, and 4, of what is quadratic. */
const LIMIT = 3

test('each row has an id of its own', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
})

test.each(rows)('$id, $size and more: twice the size takes less than three times the time', async row => {
  expect(await growthOf(row, LIMIT)).toBeLessThan(LIMIT)
})

test('what is quadratic is found', async () => {
  const quadratic = {
    id: 'quadratic',
    size: 2_000,
    prepare: (size: number) => () => {
      let sum = 0
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += i ^ j
      return sum
    },
  }
  expect(await growthOf(quadratic, LIMIT)).toBeGreaterThan(LIMIT)
})
