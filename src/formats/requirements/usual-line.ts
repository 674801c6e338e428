import { skipBlanks } from '../../packaging/characters.ts'
import { markerIn } from '../../packaging/marker.ts'
import { endOfBreak } from './lines.ts'
import { HashedRequirement, PlainRequirement } from './short-requirement.ts'
import type { BlankStatement, RequirementStatement, Statement } from './statement.ts'

const LINE_FEED = 0x0a
const HASH = 0x23

// Groups repeat up to a bound: V8 keeps each round on a stack, and foreign lines may have millions.
/** A dot, but that of an archive (.tar, .whl, .zip): what ends in one may be a path. */
const dot = String.raw`\.(?![tTwWzZ])`
const name = String.raw`[A-Za-z0-9][\w-]*(?:${dot}[\w-]+){0,20}(?<!-)`
const extras = String.raw`(?:\[${name}(?:, ?${name}){0,20}\])?`
const release = String.raw`\d+(?:\.\d+){0,20}`
/** What may follow a release, in normal form. */
const suffixes = String.raw`(?:(?:a|b|rc)\d*)?(?:\.post\d+)?(?:\.dev\d+)?`
const local = String.raw`(?:\+[a-z0-9]+(?:${dot}[a-z0-9]+){0,20})?`
const clause = String.raw`(?:[=!]= *${release}(?:\.\*|${suffixes}${local})|(?:[<>]=? *|~= *\d+\.)${release}${suffixes})`

/** A requirement without its marker. */
const requirement = new RegExp(`${name}${extras}(?: *${clause}(?: *, *${clause}){0,20})?`, 'y')
/** The characters of most markers: none that begins an option, a variable, a URL or a path. */
const marker = /[ \t]*;[ \t\w.'"<>=!~(),]*[\w'")]/y
/** A hash as tools write it, behind a blank or on a line of its own. */
const hash = /(?: *\\\r?\n)? +--hash=sha(?:256|384|512):[0-9A-Za-z]+/y
/** Blanks and a comment. A backslash might continue it, and other line breaks than these are rare. */
const rest = /[ \t]*(?:#[\t\x20-\x5b\x5d-\x7e\xa0-\u2027\u202a-\uffff]*)?(?=[\r\n]|$)/y

/**
 * Reads the line at `start` if it has one of the few forms that nearly all lines have.
 * It says what `readStatement` would.
 *
 * @returns undefined where a glance does not tell
 */
export function readUsualLine(source: string, start: number): Statement | undefined {
  const end = endOf(requirement, source, start)
  return end > start ? readRequirement(source, start, end) : readBlank(source, start)
}

function readBlank(source: string, start: number): BlankStatement | undefined {
  const end = endOf(rest, source, start)
  if (end < 0) return undefined
  const comment = skipBlanks(source, start)
  return {
    kind: 'blank',
    span: { start, end: endOfBreak(source, end) },
    comment: comment === end ? undefined : { start: comment, end },
  }
}

function readRequirement(source: string, start: number, end: number): RequirementStatement | undefined {
  // Nothing follows most of them.
  if (source.charCodeAt(end) === LINE_FEED) return new PlainRequirement(source, start, end, end + 1)
  const bodyEnd = endOfMarker(source, end)
  if (bodyEnd < 0) return undefined
  const hashesEnd = endOfHashes(source, bodyEnd)
  const contentEnd = endOf(rest, source, hashesEnd)
  // A comment needs a blank in front of it.
  if (contentEnd < 0 || source.charCodeAt(hashesEnd) === HASH) return undefined
  const Kind = hashesEnd === bodyEnd ? PlainRequirement : HashedRequirement
  return new Kind(source, start, bodyEnd, endOfBreak(source, contentEnd))
}

/** The end of a marker; `at` where there is none, -1 where it is none that can be read. */
function endOfMarker(source: string, at: number): number {
  const end = endOf(marker, source, at)
  if (end < 0) return at
  const start = skipBlanks(source, skipBlanks(source, at) + 1)
  return markerIn(source.slice(start, end)) ? end : -1
}

function endOfHashes(source: string, at: number): number {
  let end = at
  for (let next = at; next >= 0; next = endOf(hash, source, end)) end = next
  return end
}

/** The end of what an expression finds at an offset, or -1. */
function endOf(expression: RegExp, source: string, at: number): number {
  expression.lastIndex = at
  return expression.test(source) ? expression.lastIndex : -1
}
