import { isAlphanumeric, isDigit, isSeparator } from './characters.ts'

const DASH = 0x2d

/** The name that all spellings of a project or an extra share: lower case, runs of `-_.` as one dash (PEP 503, PEP 685). */
export function canonicalizeName(name: string): string {
  return isCanonical(name) ? name : name.toLowerCase().replace(/[-_.]+/g, '-')
}

/** Whether a text can name a project: ASCII letters, digits and `-_.`, the latter not at the ends (core metadata, Name). */
export function isValidName(name: string): boolean {
  const last = name.length - 1
  for (let i = 0; i <= last; i++) {
    const code = name.charCodeAt(i)
    if (!isAlphanumeric(code) && !(isSeparator(code) && i > 0 && i < last)) return false
  }
  return last >= 0
}

/** Nearly every name is written canonically; telling that is cheaper than rewriting it. */
function isCanonical(name: string): boolean {
  let previous = 0
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    const lower = code >= 0x61 && code <= 0x7a
    if (!lower && !isDigit(code) && !(code === DASH && previous !== DASH)) return false
    previous = code
  }
  return true
}
