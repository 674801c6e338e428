/**
 * One JSON document with a line end. Characters that could mislead a terminal are escaped, which a JSON reader undoes: control
 * characters beyond ASCII, and the invisible characters that change the direction of a text.
 */
export function jsonDocument(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(misleading, escaped)}\n`
}

const misleading = /[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu

function escaped(character: string): string {
  return character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
