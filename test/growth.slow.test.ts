import { expect, test } from 'vitest'
import { growthOf } from './growth/row.ts'
import { rows } from './growth/rows.ts'

/** Between 2, of what is linear, and 4, of what is quadratic. */
const LIMIT = 3

test.each(rows)('$id, $size and more: twice the size takes less than three times the time', async row => {
  expect(await growthOf(row, LIMIT)).toBeLessThan(LIMIT)
})

/** No growth is below it, so that every try is made: a passing load on the small size alone would hide the growth. */
const NO_LIMIT = 0

test('what is quadratic is found', { retry: 2 }, async () => {
  const quadratic = {
    id: 'quadratic',
    size: 1_000,
    prepare: (size: number) => () => {
      let sum = 0
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += i ^ j
      return sum
    },
  }
  expect(await growthOf(quadratic, NO_LIMIT)).toBeGreaterThan(LIMIT)
})
