/**
 * A text without the characters of some kind at its end. An expression such as `/\/+$/` looks from every place where one stands,
 * which takes time with the square of their number.
 */
export function withoutEnd(text: string, isEnd: (character: string) => boolean): string {
  return text.slice(0, endBefore(text, text.length, isEnd))
}

/** Where characters of some kind before an offset begin. */
export function endBefore(text: string, offset: number, isEnd: (character: string) => boolean): number {
  let end = offset
  while (end > 0 && isEnd(text[end - 1]!)) end--
  return end
}

export const isSlash = (character: string): boolean => character === '/'

/** What TOML and INI call whitespace. */
export const isBlank = (character: string): boolean => character === ' ' || character === '\t'
