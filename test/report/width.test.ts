import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tableRows, tableWidth } from '../../src/report/table.ts'
import { cutTo, displayWidth } from '../../src/report/width.ts'

describe('displayWidth', () => {
  test.each([
    ['torch', 5],
    ['', 0],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['大きい', 6],
    ['한국어', 6],
    ['ﾊﾝ', 2],
    ['ＡＢ', 4],
    ['🔥', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['🇯🇵', 2],
    ['a\u200bb', 2],
    ['→ − … █ ▏ ─', 11],
  ])('%j takes %d', (text, columns) => {
    expect(displayWidth(text)).toBe(columns)
  })
})

describe('cutTo', () => {
  test.each([
    ['torch', 5, 'torch'],
    ['torchvision', 6, 'torch…'],
    ['大きい', 5, '大き…'],
    ['大きい', 4, '大…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['torch', 0, ''],
  ])('%j to %d', (text, columns, cut) => {
    expect(cutTo(text, columns, '…')).toBe(cut)
  })

  test('never takes more than it may', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 20 }), (text, columns) => {
        expect(displayWidth(cutTo(text, columns, '…'))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})

describe('tableRows', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '大', 'é', '🔥', '한', '-') })
  const columns = fc.integer({ min: 1, max: 6 }).chain(rows =>
    fc.array(
      fc.record({
        align: fc.constantFrom('left' as const, 'right' as const),
        cells: fc.array(
          texts.map(text => ({ text })),
          { minLength: rows, maxLength: rows },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )

  test('the last column, to the right, ends every row at the same place', () => {
    fc.assert(
      fc.property(columns, drawn => {
        const rows = drawn[0]!.cells.length
        const last = { align: 'right' as const, cells: Array.from({ length: rows }, () => ({ text: '|' })) }
        for (const row of tableRows([...drawn, last])) expect(displayWidth(row)).toBe(tableWidth([...drawn, last]))
      }),
    )
  })

  test('colour does not count', () => {
    const cells = ['a', 'long'].map(text => ({ text, paint: (plain: string) => `\u001b[1m${plain}\u001b[22m` }))
    const end = { align: 'right' as const, cells: [{ text: '|' }, { text: '|' }] }
    expect(tableRows([{ align: 'left', cells }, end])).toEqual([
      '  \u001b[1ma\u001b[22m     |',
      '  \u001b[1mlong\u001b[22m  |',
    ])
  })
})
