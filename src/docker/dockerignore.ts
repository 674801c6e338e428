import type { Span } from '../text/edits.ts'

/** A pattern of a .dockerignore. */
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
  const matchers = patterns.map(found => ({ found, endsIn: endsOf(found.pattern) }))
  const leftOutBy = (path: string): IgnorePattern | undefined => {
    let by: IgnorePattern | undefined
    for (const { found, endsIn } of matchers) {
      if (found.exception !== (by !== undefined)) continue
      // A folder that matches takes along what is below it.
      const matches = endsIn(path).some(end => end === path.length || path[end] === '/')
      if (matches) by = found.exception ? undefined : found
    }
    return by
  }
  return { text, patterns, leftOutBy, ignores: path => leftOutBy(path) !== undefined }
}

/** Whether a path matches one pattern; one that Docker would refuse matches nothing. */
export function patternMatcher(pattern: string): (path: string) => boolean {
  const endsIn = endsOf(pattern)
  return path => endsIn(path).at(-1) === path.length
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

/** A part of a pattern, and what it does with the next character of a path. */
interface Part {
  /** It is passed with this character. */
  readonly takes?: (character: string) => boolean
  /** It may take this character and more. */
  readonly stays?: (character: string) => boolean
  /** How many parts on it may be passed without any. */
  readonly skips?: readonly number[]
}

const anything = () => true
const isSlash = (character: string) => character === '/'
const isInName = (character: string) => character !== '/'

const star: Part = { stays: isInName, skips: [1] }
const everything: Part = { stays: anything, skips: [1] }
/** Folders, and the slash behind them; or none. */
const folders: readonly Part[] = [{ skips: [1, 2] }, { stays: anything, takes: isSlash }]

/**
 * Makes a function that finds where in a path a match of a pattern may end: offsets, in their order. It follows all ways through
 * the pattern side by side, in time linear in pattern and path; a regular expression would try them one after the other, and
 * stars make very many.
 */
function endsOf(pattern: string): (path: string) => number[] {
  const parts = partsOf(pattern)
  if (!parts) return () => []
  const reached = (places: Iterable<number>): Set<number> => {
    const all = new Set(places)
    // A set gives what is added to it while it is gone through.
    for (const place of all) for (const skip of parts[place]?.skips ?? []) all.add(place + skip)
    return all
  }
  const start = reached([0])
  return path => {
    const ends: number[] = []
    let places = start
    let at = 0
    for (const character of path) {
      if (places.has(parts.length)) ends.push(at)
      const next = new Set<number>()
      for (const place of places) {
        const { takes, stays } = parts[place] ?? {}
        if (stays?.(character)) next.add(place)
        if (takes?.(character)) next.add(place + 1)
      }
      if (next.size === 0) return ends
      places = reached(next)
      at += character.length
    }
    if (places.has(parts.length)) ends.push(at)
    return ends
  }
}

/** Undefined where Docker would refuse the pattern. */
function partsOf(pattern: string): Part[] | undefined {
  const parts: Part[] = []
  for (let i = 0; i < pattern.length; i++) {
    const character = String.fromCodePoint(pattern.codePointAt(i)!)
    if (character.length > 1) i++
    if (character === '*' && pattern[i + 1] === '*') {
      i++
      if (pattern[i + 1] === '/') i++
      parts.push(...(i + 1 >= pattern.length ? [everything] : folders))
    } else if (character === '*') parts.push(star)
    else if (character === '?') parts.push({ takes: isInName })
    else if (character === '[') {
      const found = /^\[(\^?)((?:\\.|[^\]\\])+)\]/su.exec(pattern.slice(i))
      const isIn = found && inSet(found[1]!, found[2]!)
      if (!isIn) return undefined
      parts.push({ takes: isIn })
      i += found[0].length - 1
    } else {
      const escaped = character === '\\' && i + 1 < pattern.length
      const literal = escaped ? String.fromCodePoint(pattern.codePointAt(i + 1)!) : character
      if (escaped) i += literal.length
      parts.push({ takes: other => other === literal })
    }
  }
  return parts
}

/** Undefined for a range that is none: `[z-a]`. */
function inSet(not: string, characters: string): ((character: string) => boolean) | undefined {
  const written = characters.replace(/\\(.)|\[/gsu, (_, escaped = '[') =>
    String(escaped).replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&'),
  )
  try {
    const set = new RegExp(`^[${not}${written}]$`, 'su')
    return character => set.test(character)
  } catch {
    return undefined
  }
}
