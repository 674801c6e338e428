import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { budget, readSize } from '../src/contract/results/budget.ts'

describe('sizes', () => {
  test.each([
    { text: '0', bytes: 0 },
    { text: '12', bytes: 12 },
    { text: '12B', bytes: 12 },
    { text: '800MB', bytes: 800_000_000 },
    { text: '800mb', bytes: 800_000_000 },
    { text: '2.5GB', bytes: 2_500_000_000 },
    { text: ' 2.5 GB ', bytes: 2_500_000_000 },
    { text: '.5kB', bytes: 500 },
    { text: '1.0005kB', bytes: 1000 },
    { text: '1TB', bytes: 1e12 },
    { text: '1KiB', bytes: 1024 },
    { text: '800MiB', bytes: 838_860_800 },
    { text: '2GiB', bytes: 2_147_483_648 },
    { text: '1TiB', bytes: 2 ** 40 },
  ])('$text', ({ text, bytes }) => {
    expect(readSize(text, 'max-size')).toBe(bytes)
  })

  test.each(['', 'GB', '3 G', '3GBs', '-3GB', '3,5GB', '1e3', '0x10', '3GB 4MB', 'NaN', '99999999TB'])(
    '%j is none',
    text => {
      expect(() => readSize(text, 'max-size')).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION', message: `--max-size ${text} is not a size` }),
      )
    },
  )
})

test('a budget is exceeded by one byte and not by none', () => {
  fc.assert(
    fc.property(fc.nat(), limit => {
      expect(budget('max-size', limit, limit).exceeded).toBe(false)
      expect(budget('max-size', limit, limit + 1).exceeded).toBe(true)
    }),
  )
})
