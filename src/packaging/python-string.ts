const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  // The text goes on in the next line.
  '\n': '',
  '\r': '',
  '\r\n': '',
}

const ESCAPE =
  /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(\r\n|[\s\S]?))/g

/**
 * The value of a Python string literal, given what stands between its quotes; nothing when Python refuses it.
 * packaging reads the strings of markers this way. `\N{…}` would need the names of all characters and is refused.
 */
export function unquote(inner: string): string | undefined {
  if (inner.includes('\0') || /[\n\r]/.test(inner.replace(/\\(?:\r\n|[\s\S])/g, ''))) return undefined
  if (!inner.includes('\\')) return inner
  let refused = false
  const value = inner.replace(ESCAPE, (written: string, ...groups: (string | undefined)[]) => {
    const [octal, byte, short, long, other] = groups
    if (octal) return String.fromCodePoint(Number.parseInt(octal, 8))
    const hex = byte ?? short ?? long
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (!other || 'xuUN'.includes(other)) refused = true
    return escapes[other!] ?? written
  })
  return refused ? undefined : value
}

/** A Python string literal that has this value. */
export function quote(value: string): string {
  const mark = value.includes('"') && !value.includes("'") ? "'" : '"'
  let inner = ''
  for (const character of value) {
    if (character === '\\') inner += '\\\\'
    else if (character < ' ' || character === mark)
      inner += `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
    else inner += character
  }
  return mark + inner + mark
}
