/**
 * What a terminal or a reader's eye could be misled by: C0 and C1 controls but the tab, invisible and bidirectional
 * formatting (Trojan Source, CVE-2021-42574), separators that some readers take for a line end, tag characters, halves of
 * a surrogate pair.
 */
const unprintable =
  /[\0-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

/** Makes foreign text safe to print on one line: every character that does not print as itself is written as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  // Most texts are; the expression below takes V8 some time to compile.
  if (/^[\t\x20-\x7e]*$/.test(text)) return text
  return text.replace(unprintable, character => {
    const code = character.codePointAt(0)!
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
  })
}
