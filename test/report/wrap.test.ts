import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { displayWidth } from '../../src/report/width.ts'
import { wrap } from '../../src/report/wrap.ts'

describe('wrap', () => {
  test.each([
    { id: 'short', text: 'torch is there', lines: ['torch is there'] },
    { id: 'empty', text: '', lines: [''] },
    { id: 'at the edge', text: 'torch and numpyx', lines: ['torch and numpyx'] },
    { id: 'one more', text: 'torch and numpyxy', lines: ['torch and', '  numpyxy'] },
    {
      id: 'a word that is too wide',
      text: 'a https://example.org/simple b',
      lines: ['a', '  https://example.org/simple', '  b'],
    },
    { id: 'a margin of its own', text: '  hint: install it', lines: ['  hint: install', '  it'] },
    {
      id: 'colours take no room',
      text: '\u001b[31mtorch\u001b[39m and numpyx',
      lines: ['\u001b[31mtorch\u001b[39m and numpyx'],
    },
    { id: 'wide characters', text: '大きい大きい 大きい', lines: ['大きい大きい', '  大きい'] },
  ])('$id', ({ text, lines }) => {
    expect(wrap(text, 16, '  ')).toEqual(lines)
  })

  test('loses no word, and no line is wider than it may be but for a single word', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 12 }).filter(word => !/\s|\u001b/.test(word)))
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 60 }), (words, width) => {
        const lines = wrap(words.join(' '), width, '  ')
        expect(lines.map((line, i) => (i === 0 ? line : line.slice(2))).join(' ')).toBe(words.join(' '))
        for (const line of lines) expect(displayWidth(line) <= width || !line.trim().includes(' ')).toBe(true)
      }),
    )
  })
})
