import { TorchpinError } from '../contract/errors.ts'
import type { Encoding } from '../text/diff.ts'
import { codePageOf } from './code-pages.ts'

export interface Decoded {
  readonly text: string
  readonly encoding: Encoding
}

/** Why bytes cannot be decoded, as words that follow the name of the file. */
export interface DecodeProblem {
  readonly problem: string
  readonly hint: string
}

// A mark of UTF-32 begins like one of UTF-16.
const marks = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const

/**
 * Decodes a requirements file as pip does: by its byte order mark, else by the encoding that a comment among its first two
 * lines declares (PEP 263), else as UTF-8. pip's last resort, the encoding of the locale, is left out: it says nothing about
 * the file. What `encode` would not write back byte for byte is refused.
 */
export function decode(bytes: Uint8Array): Decoded | DecodeProblem {
  const mark = marks.find(([, bom]) => bom.every((byte, i) => bytes[i] === byte))
  if (mark) {
    const [name, bom] = mark
    return decoded({ name, bom: true }, bytes.subarray(bom.length))
  }
  const declared = declaredEncoding(bytes)
  if (declared === undefined) return decoded({ name: 'utf-8', bom: false }, bytes)
  const name = isUtf8(declared) ? 'utf-8' : declared
  if (name === 'utf-8' || codePageOf(name)) return decoded({ name, bom: false }, bytes)
  return {
    problem: `declares the encoding ${declared}, which torchpin does not write`,
    hint: 'save it as UTF-8 and take the declaration out',
  }
}

/**
 * Encodes a text as its file was encoded.
 * @throws TorchpinError FILE_UNWRITABLE when the encoding has no such character
 */
export function encode(text: string, { name, bom }: Encoding): Uint8Array {
  const body = encoded(text, name)
  const mark = bom ? marks.find(([marked]) => marked === name)![1] : []
  return mark.length === 0 ? body : Buffer.concat([Buffer.from(mark), body])
}

function decoded(encoding: Encoding, bytes: Uint8Array): Decoded | DecodeProblem {
  const text = textOf(bytes, encoding.name)
  if (text !== undefined) return { text, encoding }
  return {
    problem: `is not ${encoding.name.toUpperCase()} throughout`,
    hint:
      encoding.name === 'utf-8'
        ? 'save it as UTF-8, or declare its encoding in its first line: # -*- coding: … -*-'
        : 'save it as UTF-8',
  }
}

function textOf(bytes: Uint8Array, name: string): string | undefined {
  switch (name) {
    case 'utf-8':
    case 'utf-16le':
      return strictly(name, bytes)
    case 'utf-16be':
      return bytes.length % 2 === 0 ? strictly('utf-16le', Buffer.from(bytes).swap16()) : undefined
    case 'utf-32le':
    case 'utf-32be':
      return readUtf32(bytes, name === 'utf-32le')
    default:
      return codePageOf(name)?.decode(bytes)
  }
}

function encoded(text: string, name: string): Uint8Array {
  switch (name) {
    case 'utf-8':
      return Buffer.from(text, 'utf8')
    case 'utf-16le':
      return Buffer.from(text, 'utf16le')
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16()
    case 'utf-32le':
    case 'utf-32be':
      return writeUtf32(text, name === 'utf-32le')
    default: {
      const bytes = codePageOf(name)?.encode(text)
      if (bytes) return bytes
      throw new TorchpinError('FILE_UNWRITABLE', `${name} has no way to write a character of the new text`, {
        hint: 'save the file as UTF-8 first',
      })
    }
  }
}

function strictly(name: 'utf-8' | 'utf-16le', bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function readUtf32(bytes: Uint8Array, littleEndian: boolean): string | undefined {
  if (bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const characters: string[] = []
  for (let at = 0; at < bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
    characters.push(String.fromCodePoint(code))
  }
  return characters.join('')
}

function writeUtf32(text: string, littleEndian: boolean): Uint8Array {
  const characters = [...text]
  const view = new DataView(new ArrayBuffer(characters.length * 4))
  characters.forEach((character, i) => void view.setUint32(i * 4, character.codePointAt(0)!, littleEndian))
  return new Uint8Array(view.buffer)
}

/** What a comment among the first two lines declares, as pip looks for it: no blank before `#`, lines end at `\n` alone. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  let start = 0
  for (let line = 0; line < 2 && start < bytes.length; line++) {
    const found = bytes.indexOf(0x0a, start)
    const end = found < 0 ? bytes.length : found
    if (bytes[start] === 0x23) {
      const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
      const declared = /coding[:=][ \t\n\r\f\v]*([-A-Za-z0-9_.]+)/.exec(text)?.[1]
      if (declared !== undefined) return declared
    }
    start = end + 1
  }
  return undefined
}

function isUtf8(declared: string): boolean {
  return /^(utf_?8|u8|utf|utf8_ucs[24]|utf_8_sig|cp65001)$/.test(declared.toLowerCase().replace(/[^a-z0-9.]+/g, '_'))
}
