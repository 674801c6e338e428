/** A pattern of a .dockerignore. */
export interface IgnorePattern {
  /** As written. */
  readonly text: string
  /** 1-based. */
  readonly line: number
  /** `!`: what it matches is in the context after all. */
  readonly includes: boolean
  readonly matches: RegExp
}

/**
 * Reads a .dockerignore (moby/patternmatcher). Unlike .gitignore its patterns count from the top of the context, `*` stays
 * within a folder, and `#` begins a comment in the first column alone.
 */
export function readIgnorePatterns(text: string): IgnorePattern[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((written, i) => {
      if (written.startsWith('#')) return []
      const trimmed = written.trim()
      const includes = trimmed.startsWith('!')
      const pattern = cleaned(includes ? trimmed.slice(1).trim() : trimmed)
      if (pattern === '') return []
      return [{ text: trimmed, line: i + 1, includes, matches: new RegExp(`^${expression(pattern)}$`, 's') }]
    })
}

/** The pattern that keeps a path out of the build context; undefined: it is in. The last pattern that matches it, or a folder above it, decides. */
export function ignoredBy(patterns: readonly IgnorePattern[], path: string): IgnorePattern | undefined {
  const parts = path.split('/')
  const paths = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  let decides: IgnorePattern | undefined
  for (const pattern of patterns)
    if (pattern.includes === (decides !== undefined) && paths.some(one => pattern.matches.test(one)))
      decides = pattern.includes ? undefined : pattern
  return decides
}

/** As Go's filepath.Clean leaves it, without a slash at either end. */
function cleaned(pattern: string): string {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function expression(pattern: string): string {
  let result = ''
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!
    if (pattern.startsWith('**', i)) {
      i++
      if (pattern[i + 1] === '/') {
        i++
        result += '(?:.*/)?'
      } else result += '.*'
    } else if (character === '*') result += '[^/]*'
    else if (character === '?') result += '[^/]'
    else if (character === '\\' && i + 1 < pattern.length) result += literal(pattern[++i]!)
    else if (character === '[' && pattern.includes(']', i + 1)) {
      const end = pattern.indexOf(']', i + 1)
      result += `[${pattern.slice(i + 1, end).replace(/\\/g, '\\\\')}]`
      i = end
    } else result += literal(character)
  }
  return result
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
}
