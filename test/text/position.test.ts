import { describe, expect, test } from 'vitest'
import { frame, positionAt } from '../../src/text/position.ts'

test.each([
  ['the start', 'ab\ncd', 0, [1, 1]],
  ['inside a line', 'ab\ncd', 4, [2, 2]],
  ['the line feed itself', 'ab\ncd', 2, [1, 3]],
  ['behind crlf', 'ab\r\ncd', 4, [2, 1]],
  ['between cr and lf', 'ab\r\ncd', 3, [1, 4]],
  ['behind a lone cr', 'ab\rcd', 3, [2, 1]],
  ['the end', 'ab\ncd', 5, [2, 3]],
  ['behind a last line ending', 'ab\n', 3, [2, 1]],
  ['beyond the end', 'ab', 9, [1, 3]],
  ['an empty text', '', 0, [1, 1]],
  ['vt and nel end no line of an editor', 'a\x0bb\x85c', 4, [1, 5]],
] as const)('position of %s', (_, source, offset, [line, column]) => {
  expect(positionAt(source, offset)).toEqual({ line, column })
})

test('positions of two sources in turn', () => {
  expect([positionAt('a\nb', 2), positionAt('ab\n', 2), positionAt('a\nb', 2)].map(({ line }) => line)).toEqual([
    2, 1, 2,
  ])
})

describe('frame', () => {
  const framed = (source: string, marked: string) => {
    const start = source.indexOf(marked)
    return frame(source, { start, end: start + marked.length })
  }

  test('carets below the span', () => {
    expect(framed('numpy\ntorch=2.0\n', '=2.0')).toBe('torch=2.0\n     ^^^^')
  })

  test('an empty span has one caret', () => {
    expect(frame('torch', { start: 5, end: 5 })).toBe('torch\n     ^')
  })

  test('tabs stay in both lines', () => {
    expect(framed('a\tb\tc', 'c')).toBe('a\tb\tc\n \t \t^')
  })

  test('controls are written out, and the carets know it', () => {
    expect(framed('a\x1b[0m b\x07', 'b\x07')).toBe('a\\x1b[0m b\\x07\n         ^^^^^')
  })

  test('a span over several lines is marked on the first', () => {
    expect(framed('a b\\\r\nc', 'b\\\r\nc')).toBe('a b\\\n  ^^')
  })

  test('a long line is cut around the span', () => {
    const [line, carets] = framed(`${'x'.repeat(500)}HERE${'y'.repeat(500)}`, 'HERE').split('\n')
    expect(line).toBe(`…${'x'.repeat(30)}HERE${'y'.repeat(66)}…`)
    expect(carets).toBe(`${' '.repeat(31)}^^^^`)
  })

  test('a long span is cut with its line', () => {
    const [line, carets] = framed(`a${'b'.repeat(300)}`, 'b'.repeat(300)).split('\n')
    expect(line).toBe(`a${'b'.repeat(99)}…`)
    expect(carets).toBe(` ${'^'.repeat(99)}`)
  })
})
