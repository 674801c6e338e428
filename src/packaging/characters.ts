const SPACE = 0x20
const TAB = 0x09

/** The offset of the first character at or after `at` that is neither a space nor a tab: what PEP 508 calls `wsp`. */
export function skipBlanks(text: string, at: number): number {
  let i = at
  for (;;) {
    const code = text.charCodeAt(i)
    if (code !== SPACE && code !== TAB) return i
    i++
  }
}

/** The offset of the first character at or after `at` that Python does not call white space. */
export function skipSpace(text: string, at: number): number {
  let i = at
  while (isPythonSpace(text.charCodeAt(i))) i++
  return i
}

/** `text` without the white space around it, where white space is what `str.strip` takes. */
export function strip(text: string): string {
  const start = skipSpace(text, 0)
  let end = text.length
  while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** Python's `str.isspace`, which takes the four separators 1C–1F and NEL, and leaves out the byte order mark. */
export function isPythonSpace(code: number): boolean {
  if (code <= 0x20) return code === SPACE || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
  if (code < 0x85) return false
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** An ASCII letter or digit. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code)
}

export function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** `.`, `-` or `_`: what may stand between the parts of a name or of a version. */
export function isSeparator(code: number): boolean {
  return code === 0x2e || code === 0x2d || code === 0x5f
}
