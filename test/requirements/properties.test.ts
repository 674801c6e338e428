// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pip writes a variable

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../src/requirements/encoding.ts'
import { splitLogicalLines, toSource } from '../../src/requirements/lines.ts'
import { parseRequirements, type Statement } from '../../src/requirements/parse.ts'
import type { Span } from '../../src/text/edits.ts'

const fragment = fc.constantFrom(
  ...[
    'torch',
    'numpy',
    '==',
    '>=',
    '2.0',
    '2.0+cpu',
    '[a]',
    ' ; python_version > "3"',
    ' @ https://h/x.zip',
    '-r ',
    '-e ',
    ' --hash=sha256:aa',
  ],
  ...[
    '--index-url=',
    ' -i https://i',
    '"',
    "'",
    '\\',
    '\\\n',
    '\n',
    '\r\n',
    '\r',
    '\u2028',
    '\x0c',
    '#',
    ' # c',
    '${A}',
    '${B}',
    ' ',
    '\t',
    '\u00a0',
    '\ufeff',
    '😀',
    '\ud800',
    './x',
    'git+https://h/r#egg=e',
    '=',
    '/',
    '-',
  ],
)
const source = fc.oneof(
  fc.array(fragment, { maxLength: 30 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const environment = { A: 'torch', B: '${A} --pre' }

test('statements tile the source, in order', () => {
  fc.assert(
    fc.property(source, text => {
      let at = 0
      for (const { span } of parseRequirements(text, environment).statements) {
        expect(span.start).toBe(at)
        expect(span.end).toBeGreaterThan(at)
        at = span.end
      }
      expect(at).toBe(text.length)
    }),
    { numRuns: 3000 },
  )
})

test('every other span lies inside its statement', () => {
  fc.assert(
    fc.property(source, text => {
      for (const statement of parseRequirements(text, environment).statements)
        for (const { start, end } of spansOf(statement)) {
          expect(start).toBeGreaterThanOrEqual(statement.span.start)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(statement.span.end)
        }
    }),
    { numRuns: 3000 },
  )
})

test('without variables, the text of a logical line is what its pieces lead to', () => {
  fc.assert(
    fc.property(source, text => {
      for (const line of splitLogicalLines(text)) {
        expect(line.pieces.map(piece => text.slice(piece.source, piece.source + piece.length)).join('')).toBe(line.text)
        for (let i = 0; i < line.text.length; i++) expect(text[toSource(line, i, i + 1).start]).toBe(line.text[i])
      }
    }),
  )
})

test('bytes come back as they were, or are refused', () => {
  const start = fc.constantFrom(
    [],
    [0xef, 0xbb, 0xbf],
    [0xff, 0xfe],
    [0xfe, 0xff],
    [0xff, 0xfe, 0, 0],
    [0, 0, 0xfe, 0xff],
    [...Buffer.from('# coding: cp1252\n')],
    [...Buffer.from('# coding: iso-8859-7\n')],
  )
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 80 }), (first, rest) => {
      const bytes = Uint8Array.from([...first, ...rest])
      const decoded = decode(bytes)
      if ('problem' in decoded) expect(decoded.problem).not.toBe('')
      else {
        expect(Buffer.compare(encode(decoded.text, decoded.encoding), bytes)).toBe(0)
        parseRequirements(decoded.text)
      }
    }),
    { numRuns: 3000 },
  )
})

test('text in each encoding of Unicode comes back as it was', () => {
  const encodings = fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be')
  fc.assert(
    fc.property(encodings, fc.string({ unit: 'grapheme' }), (name, text) => {
      const encoding = { name, bom: true }
      expect(decode(encode(text, encoding))).toEqual({ text, encoding })
    }),
  )
})

function spansOf(statement: Statement): Span[] {
  const own = statement.comment ? [statement.comment] : []
  if (statement.kind === 'blank') return own
  if (statement.kind === 'unreadable') {
    const { repairable } = statement
    return [...own, statement.at, ...(repairable ? [repairable.nameSpan, repairable.specifierSpan] : [])]
  }
  const options = statement.options.flatMap(({ span, valueSpan }) => (valueSpan ? [span, valueSpan] : [span]))
  if (statement.kind === 'option') return [...own, ...options, ...statement.leftovers]
  const hashes = statement.hashes.map(({ span }) => span)
  if (statement.kind === 'reference') return [...own, ...options, ...hashes, ...statement.leftovers, statement.at]
  const { clauses = [], ...at } = statement.at
  return [
    ...own,
    ...options,
    ...hashes,
    statement.body,
    ...Object.values(at),
    ...clauses.flatMap(({ operator, version }) => [operator, version]),
  ]
}
