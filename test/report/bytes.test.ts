import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBytes, percentChange } from '../../src/text/bytes.ts'

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [2_514, '2.51 kB'],
    [9_994, '9.99 kB'],
    [9_995, '10.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [202_222_611, '202 MB'],
    [740_793_797, '741 MB'],
    [999_500_000, '1.00 GB'],
    [2_740_713_029, '2.74 GB'],
    [4_764_298_104, '4.76 GB'],
    [5e15, '5000 TB'],
    [-335_000_000, '-335 MB'],
  ])('%d', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test('is within half a percent, in four characters and a unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e14 }), bytes => {
        const [, digits, unit] = /^([\d.]{1,4}) (B|kB|MB|GB|TB)$/.exec(formatBytes(bytes))!
        const told = Number(digits) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB'].indexOf(unit!)
        expect(Math.abs(told - bytes)).toBeLessThanOrEqual(bytes * 0.00501)
      }),
    )
  })
})

describe('percentChange', () => {
  test.each([
    { id: 'torch 2.13.0, download', before: 2_740_713_029, after: 202_222_611, percent: -93 },
    { id: 'all gone', before: 5, after: 0, percent: -100 },
    { id: 'nearly all gone', before: 1000, after: 2, percent: -99.8 },
    { id: 'all but a trace gone', before: 1e9, after: 1, percent: -99.9 },
    { id: 'nothing changed', before: 5, after: 5, percent: 0 },
    { id: 'hardly changed', before: 1000, after: 999, percent: -0.1 },
    { id: 'less than can be told', before: 1e9, after: 1e9 - 1, percent: 0 },
    { id: 'grown', before: 100, after: 250, percent: 150 },
    { id: 'nothing there before', before: 0, after: 5, percent: undefined },
  ])('$id', ({ before, after, percent }) => {
    expect(percentChange(before, after)).toBe(percent)
  })
})
