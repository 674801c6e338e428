import { createTwoFilesPatch } from 'diff'

/** A unified diff that `git apply` takes; empty where nothing changed. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return ''
  const patch = createTwoFilesPatch(gitPath(`a/${path}`), gitPath(`b/${path}`), before, after, undefined, undefined, {
    context: 3,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  })
  return patch.replace(/^={10,}\n/, '')
}

/** Git quotes a path with control characters, quotes, backslashes or non-ASCII letters, and ends one with blanks by a tab. */
function gitPath(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path) && !/["\\]/.test(path)) return path
  const escaped = [...Buffer.from(path)].map(byte => {
    const char = String.fromCharCode(byte)
    if (char === '"' || char === '\\') return `\\${char}`
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : char
  })
  return `"${escaped.join('')}"`
}
