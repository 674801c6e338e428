import type { Span } from '../text/edits.ts'

/** A line of a .dockerignore that says something. */
export interface IgnorePattern {
  /** As written, the blanks around it left out. */
  readonly written: string
  /** Without `!`, cleaned as Docker does. */
  readonly pattern: string
  /** It takes back what a line before it left out. */
  readonly exception: boolean
  /** Of `written`, in the text. */
  readonly span: Span
}

export interface DockerIgnore {
  readonly text: string
  readonly patterns: readonly IgnorePattern[]
  /** Whether a path, from the top of the build context and with `/` in it, is left out. */
  ignores(path: string): boolean
  /** The pattern that leaves it out. */
  leftOutBy(path: string): IgnorePattern | undefined
}

/**
 * Reads a .dockerignore by Docker's rules (moby/patternmatcher), which are not those of git: patterns begin at the top of
 * the context, `*` does not cross a `/`, a folder that matches takes along what is below it, the last match decides, and
 * only a `#` in the first column begins a comment.
 */
export function readDockerignore(text: string): DockerIgnore {
  const patterns: IgnorePattern[] = []
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const unmarked = index === 0 ? line.replace(/^\ufeff/, '') : line
    const written = unmarked.trim()
    if (unmarked[0] === '#' || written === '') continue
    const start = index + line.indexOf(written)
    const exception = written[0] === '!'
    const pattern = cleaned(exception ? written.slice(1).trim() : written)
    if (pattern !== '') patterns.push({ written, pattern, exception, span: { start, end: start + written.length } })
  }
  const matchers = patterns.map(found => ({ found, matches: patternMatcher(found.pattern) }))
  const leftOutBy = (path: string): IgnorePattern | undefined => {
    const parts = path.split('/')
    const prefixes = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
    let by: IgnorePattern | undefined
    for (const { found, matches } of matchers)
      if (found.exception === (by !== undefined) && prefixes.some(matches)) by = found.exception ? undefined : found
    return by
  }
  return { text, patterns, leftOutBy, ignores: path => leftOutBy(path) !== undefined }
}

/** Whether a path matches one pattern; one that Docker would refuse matches nothing. */
export function patternMatcher(pattern: string): (path: string) => boolean {
  try {
    const expression = new RegExp(`^${expressionFor(pattern)}$`, 'su')
    return path => expression.test(path)
  } catch {
    return () => false
  }
}

/** Go's filepath.Clean, without a slash in front. */
function cleaned(pattern: string): string {
  const parts: string[] = []
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/') || (pattern === '' ? '' : '.')
}

function expressionFor(pattern: string): string {
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const character = String.fromCodePoint(pattern.codePointAt(i)!)
    if (character.length > 1) i++
    if (character === '*' && pattern[i + 1] === '*') {
      i++
      if (pattern[i + 1] === '/') i++
      out = together(out, i + 1 >= pattern.length ? '.*' : '(?:.*/)?')
    } else if (character === '*') out = together(out, '[^/]*')
    else if (character === '?') out += '[^/]'
    else if (character === '[') {
      const set = /^\[(\^?)((?:\\.|[^\]\\])+)\]/su.exec(pattern.slice(i))
      if (!set) throw new SyntaxError('a [ without its ]')
      out += `[${set[1]}${set[2]!.replace(/\\(.)|([[&])/gsu, (_, escaped: string | undefined, plain: string) => literal(escaped ?? plain))}]`
      i += set[0].length - 1
    } else if (character === '\\' && i + 1 < pattern.length) out += literal(pattern[++i]!)
    else out += literal(character)
  }
  return out
}

/** Stars side by side say what one says, and as parts of their own they would be tried in every division of a path. */
function together(expression: string, star: string): string {
  return expression.endsWith(star) ? expression : expression + star
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}
