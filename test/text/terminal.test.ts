import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable } from '../../src/text/terminal.ts'

test.each([
  ['plain text', 'torch==2.0 — größer 火炬 🔥', 'torch==2.0 — größer 火炬 🔥'],
  ['a tab', 'a\tb', 'a\tb'],
  ['an escape sequence', '\x1b[31mred\x1b]0;title\x07', '\\x1b[31mred\\x1b]0;title\\x07'],
  ['line endings', 'a\r\nb', 'a\\x0d\\x0ab'],
  ['C1 controls', '\x9b31m\x85', '\\x9b31m\\x85'],
  ['bidirectional overrides', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['what is not seen', 'to\u200brch\ufeff\u00ad', 'to\\u200brch\\ufeff\\xad'],
  ['separators of Unicode', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['tag characters', 'a\u{e0041}', 'a\\u{e0041}'],
  ['half of a surrogate pair', 'a\ud83d', 'a\\ud83d'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('what is printable stays so', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => printable(printable(text)) === printable(text)))
})
