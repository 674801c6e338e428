import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import { decode, encode } from '../../src/files/encoding.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('what a file is encoded in', () => {
  test.each([
    ['nothing said', latin1('torch'), 'utf-8', false, 'torch'],
    ['an empty file', latin1(''), 'utf-8', false, ''],
    ['UTF-8 mark', latin1('\xef\xbb\xbftorch'), 'utf-8', true, 'torch'],
    ['UTF-16LE mark', latin1('\xff\xfet\0'), 'utf-16le', true, 't'],
    ['UTF-16BE mark', latin1('\xfe\xff\0t'), 'utf-16be', true, 't'],
    ['UTF-32LE mark', latin1('\xff\xfe\0\0t\0\0\0'), 'utf-32le', true, 't'],
    ['UTF-32BE mark', latin1('\0\0\xfe\xff\0\0\0t'), 'utf-32be', true, 't'],
    [
      'a mark beats a declaration',
      latin1('\xef\xbb\xbf# coding: latin-1\n\xc3\xa9'),
      'utf-8',
      true,
      '# coding: latin-1\né',
    ],
    ['latin-1', latin1('# coding: latin-1\n\xe9'), 'latin-1', false, '# coding: latin-1\né'],
    ['on the second line', latin1('#!x\n#coding=l1\n\xe9'), 'l1', false, '#!x\n#coding=l1\né'],
    ['cp1252', latin1('# coding: cp1252\n\x80\x99'), 'cp1252', false, '# coding: cp1252\n€™'],
    ['cyrillic', latin1('# coding: windows-1251\n\xef'), 'windows-1251', false, '# coding: windows-1251\nп'],
    ['UTF-8 under another name', latin1('# coding: UTF8\n\xc3\xa9'), 'utf-8', false, '# coding: UTF8\né'],
    ['declared behind a blank', latin1(' # coding: latin-1\n'), 'utf-8', false, ' # coding: latin-1\n'],
  ])('%s', (_, bytes, name, bom, text) => {
    const decoded = decode(bytes)
    expect(decoded).toEqual({ text, encoding: { name, bom } })
    if ('text' in decoded) expect(Buffer.compare(encode(decoded.text, decoded.encoding), bytes)).toBe(0)
  })
})

describe('refused, by name', () => {
  test.each([
    ['no UTF-8', latin1('caf\xe9'), 'is not UTF-8 throughout'],
    ['UTF-16 cut short', latin1('\xff\xfet\0o'), 'is not UTF-16LE throughout'],
    ['UTF-16BE cut short', latin1('\xfe\xff\0t\0'), 'is not UTF-16BE throughout'],
    ['UTF-32 beyond Unicode', latin1('\xff\xfe\0\0\0\0\x11\0'), 'is not UTF-32LE throughout'],
    ['UTF-32 with half a pair', latin1('\0\0\xfe\xff\0\0\xd8\0'), 'is not UTF-32BE throughout'],
    ['ASCII that is none', latin1('# coding: ascii\n\xe9'), 'is not ASCII throughout'],
    ['a gap of cp1252', latin1('# coding: cp1252\n\x81'), 'is not CP1252 throughout'],
    [
      'several bytes per character',
      latin1('# coding: shift_jis\n'),
      'declares the encoding shift_jis, which torchpin does not write',
    ],
    [
      'no encoding at all',
      latin1('# coding: klingon\n'),
      'declares the encoding klingon, which torchpin does not write',
    ],
  ])('%s', (_, bytes, problem) => {
    expect(decode(bytes)).toMatchObject({ problem, hint: expect.stringContaining('UTF-8') })
  })
})

test('new text that the encoding cannot hold', () => {
  const writing = () => encode('torch # €', { name: 'latin-1', bom: false })
  expect(writing).toThrow(TorchpinError)
  expect(writing).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }))
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
