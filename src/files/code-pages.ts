/** An encoding of one byte per character. */
export interface CodePage {
  readonly name: string
  /** Nothing when a byte stands for no character. */
  decode(bytes: Uint8Array): string | undefined
  /** Nothing when a character has no byte. */
  encode(text: string): Uint8Array | undefined
}

/** Python's names for code pages (its normal form of them), and what a decoder of the web calls the same. */
const webNames: readonly (readonly [python: RegExp, web: string])[] = [
  [/^(?:cp|windows_)?(125[0-8])$/, 'windows-$1'],
  [/^(?:iso_?)?8859_([2-8]|1[03-6])$/, 'iso-8859-$1'],
  [/^(?:latin_?|l)2$/, 'iso-8859-2'],
  [/^(?:latin_?|l)9$/, 'iso-8859-15'],
  [/^(?:cs)?koi8_?r$/, 'koi8-r'],
  [/^koi8_?u$/, 'koi8-u'],
  [/^(?:cp|ibm)?866$/, 'ibm866'],
]

/**
 * The code page that a name means to Python. Both tables of a code page may differ in bytes that no standard assigns;
 * those are refused when a file has one.
 */
export function codePageOf(declared: string): CodePage | undefined {
  const name = declared
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '_')
    .replace(/^_|_$/g, '')
  if (/^(latin|latin_?1|l1|(iso_?)?8859(_1)?|cp819|ibm819)$/.test(name)) return direct(declared, 0xff)
  if (/^(us_)?ascii$|^646$|^us$/.test(name)) return direct(declared, 0x7f)
  const known = webNames.find(([python]) => python.test(name))
  return known && tabled(declared, name.replace(...known))
}

/** Bytes are code points, up to the highest. */
function direct(name: string, highest: number): CodePage {
  return {
    name,
    decode: bytes => (bytes.every(byte => byte <= highest) ? Buffer.from(bytes).toString('latin1') : undefined),
    encode: text => {
      for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > highest) return undefined
      return Buffer.from(text, 'latin1')
    },
  }
}

function tabled(name: string, web: string): CodePage {
  const characters = Array.from({ length: 256 }, (_, byte) => characterOf(byte, web))
  // The decoders of the web fill gaps of a table with controls (C1) and private characters, Python's do not.
  const bytesOf = new Map(
    characters.flatMap((character, byte) =>
      byte < 0x80 || !/[\u0080-\u009f\ufffd\ue000-\uf8ff]/.test(character) ? [[character, byte]] : [],
    ),
  )
  return {
    name,
    decode: bytes => {
      const text = Array.from(bytes, byte => characters[byte]!)
      return text.every(character => bytesOf.has(character)) ? text.join('') : undefined
    },
    encode: text => {
      const bytes = Array.from(text, character => bytesOf.get(character))
      return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes as number[])
    },
  }
}

// Node's own windows-1252 is Latin-1 in some versions (nodejs/node#56542).
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

function characterOf(byte: number, web: string): string {
  if (web !== 'windows-1252') return new TextDecoder(web).decode(Uint8Array.of(byte))
  return byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80]! : String.fromCharCode(byte)
}
