import type { Joined } from './shell/joined.ts'
import type { WrittenScalar } from './yaml-nodes.ts'

/**
 * The text of a scalar, and where each of its characters stands in the document. Undefined for a scalar that is written in a
 * way that this reader does not know: what it makes of it is held against what the parser makes of it.
 */
export function joinedScalar(source: string, scalar: WrittenScalar): Joined | undefined {
  const built = new Built()
  if (scalar.style === 'literal' || scalar.style === 'folded') readBlock(source, scalar, built)
  else readFlow(source, scalar, built)
  const { value } = scalar
  // Line endings at the end are a matter of the header of a block.
  if (!built.text.startsWith(value) || (scalar.style !== 'literal' && built.text.trimEnd() !== value.trimEnd()))
    return undefined
  return { text: value, offsets: [...built.offsets.slice(0, value.length), endOf(built, value.length, scalar.end)] }
}

class Built {
  text = ''
  readonly offsets: number[] = []

  put(text: string, at: number): void {
    this.text += text
    for (let i = 0; i < text.length; i++) this.offsets.push(at)
  }

  putAll(text: string, from: number): void {
    this.text += text
    for (let i = 0; i < text.length; i++) this.offsets.push(from + i)
  }
}

function endOf({ offsets }: Built, length: number, end: number): number {
  return length === 0 ? end : offsets[length - 1]! + 1
}

interface Line {
  readonly start: number
  /** Before its ending. */
  readonly end: number
}

function linesBetween(source: string, start: number, end: number): Line[] {
  const lines: Line[] = []
  for (let at = start; at < end; ) {
    const feed = source.indexOf('\n', at)
    const stop = feed < 0 || feed >= end ? end : feed
    lines.push({ start: at, end: source[stop - 1] === '\r' && stop > at ? stop - 1 : stop })
    at = stop + 1
  }
  return lines
}

/** The indentation of the lines of a block, in characters. */
export function blockIndentation(source: string, { start, end }: Pick<WrittenScalar, 'start' | 'end'>): number {
  const [, ...lines] = linesBetween(source, start, end)
  const first = lines.find(line => source.slice(line.start, line.end).trim() !== '')
  return first ? /^ */.exec(source.slice(first.start, first.end))![0].length : 0
}

/** Where the header states it: what the first line has before the text that the parser makes of it. */
function statedIndentation(source: string, { start, end, value }: WrittenScalar): number {
  const [, ...lines] = linesBetween(source, start, end)
  const at = lines.findIndex(line => source.slice(line.start, line.end).trim() !== '')
  const line = lines[at]
  return line ? Math.max(0, line.end - line.start - (value.split('\n')[at]?.length ?? 0)) : 0
}

function readBlock(source: string, scalar: WrittenScalar, built: Built): void {
  const [header, ...lines] = linesBetween(source, scalar.start, scalar.end)
  if (!header) return
  const [marks] = source.slice(header.start, header.end).split('#')
  const depth = /[1-9]/.test(marks!) ? statedIndentation(source, scalar) : blockIndentation(source, scalar)
  let folds = false
  let blanks: Line[] = []
  for (const line of lines) {
    const content = source.slice(line.start + depth, line.end)
    if (content === '' || line.start + depth > line.end) {
      blanks.push(line)
      if (scalar.style === 'literal') built.put('\n', line.end)
      continue
    }
    if (scalar.style === 'literal') {
      built.putAll(content, line.start + depth)
      built.put('\n', line.end)
      continue
    }
    const isDeeper = /^[ \t]/.test(content)
    if (built.text !== '') {
      const joins = folds && !isDeeper
      if (joins && blanks.length === 0) built.put(' ', line.start)
      else for (let i = joins ? 0 : -1; i < blanks.length; i++) built.put('\n', line.start)
    }
    built.putAll(content, line.start + depth)
    folds = !isDeeper
    blanks = []
  }
  if (scalar.style !== 'folded') return
  const kept = marks!.includes('+') ? blanks.length : 0
  for (let i = 0; i <= kept; i++) built.put('\n', scalar.end)
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
}

/** Plain and quoted scalars: line endings within them are folded. */
function readFlow(source: string, { style, start, end }: WrittenScalar, built: Built): void {
  const stop = style === 'plain' ? end : end - 1
  for (let at = style === 'plain' ? start : start + 1; at < stop; ) {
    const character = source[at]!
    if (style === 'single' && character === "'") {
      built.put("'", at)
      at += 2
    } else if (style === 'double' && character === '\\') at = readEscape(source, at, built)
    else if (/[ \t\r\n]/.test(character)) at = readBlank(source, at, stop, built)
    else {
      built.put(character, at)
      at++
    }
  }
}

function readEscape(source: string, at: number, built: Built): number {
  const next = source[at + 1] ?? ''
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(source.slice(at + 1, at + 6))
  if (hex) {
    built.put(String.fromCharCode(Number.parseInt((hex[1] ?? hex[2])!, 16)), at)
    return at + 1 + hex[0].length
  }
  const continued = /^\r?\n[ \t]*/.exec(source.slice(at + 1, at + 400))
  if (continued) return at + 1 + continued[0].length
  built.put(escapes[next] ?? next, at)
  return at + 2
}

/** Blanks within a line stay; around a line ending they go, one ending is a space and each further one a line ending. */
function readBlank(source: string, at: number, stop: number, built: Built): number {
  let end = at
  let feeds = 0
  while (end < stop && /[ \t\r\n]/.test(source[end]!)) if (source[end++] === '\n') feeds++
  if (feeds === 0) built.putAll(source.slice(at, end), at)
  else built.put(feeds === 1 ? ' ' : '\n'.repeat(feeds - 1), at)
  return end
}
