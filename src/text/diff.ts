import { posix } from 'node:path'
import { diffArrays } from 'diff'
import { type Block, changedBlocks, type Run } from './line-blocks.ts'

/** Lines shown around a change, as git does. */
const CONTEXT = 3

/** Edits after which a stretch without a single unmistakable line in it is shown as replaced: the search takes time with the square. */
const MAX_EDITS = 200

/** How a file writes its characters: enough to write it again byte for byte. */
export interface Encoding {
  /** `utf-8`, `utf-16le`, `utf-16be`, `utf-32le`, `utf-32be`, or a code page as the file declares it. */
  readonly name: string
  /** The file begins with a byte order mark, which is no part of the text. */
  readonly bom: boolean
}

/**
 * A unified diff that `git apply` takes byte for byte; empty where nothing changed.
 *
 * A diff is UTF-8. If the bytes of the file are not the UTF-8 of its text (UTF-16, or a code page with more than ASCII in
 * it), no text diff could apply, so it says that they differ and no more, as git does of a binary file.
 *
 * There is no `diff --git` line: git would then read the path from the top of the repository, and without it reads it from
 * the current folder, which is how paths are given to torchpin.
 *
 * @param path with `/` between its parts; git refuses to apply to one outside the current folder (`../requirements.txt`)
 * @param encoding of the file on disk; UTF-8 without a mark if left out
 */
export function unifiedDiff(
  path: string,
  before: string,
  after: string,
  { name, bom }: Encoding = { name: 'utf-8', bom: false },
): string {
  if (before === after) return ''
  const plain = posix.normalize(path).replace(/^\/+/, '')
  const [from, to] = [gitPath(`a/${plain}`), gitPath(`b/${plain}`)]
  if (name !== 'utf-8' && (/^utf-/.test(name) || /[^\0-\x7f]/.test(before + after)))
    return `Binary files ${from} and ${to} differ\n`

  const mark = bom ? '\ufeff' : ''
  const [old, now] = [linesOf(mark + before), linesOf(mark + after)]
  // The tab ends a path with blanks in it, as git and patch write it.
  const end = plain.includes(' ') ? '\t\n' : '\n'
  const hunks = grouped(changedBlocks(old, now, compare)).map(blocks => hunk(old, now, blocks))
  return `--- ${from}${end}+++ ${to}${end}${hunks.join('')}`
}

/** Git writes a path with control characters, quotes, backslashes or non-ASCII letters in quotes, its bytes escaped as in C. */
function gitPath(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path) && !/["\\]/.test(path)) return path
  const escaped = [...Buffer.from(path)].map(byte => {
    const character = String.fromCharCode(byte)
    if (character === '"' || character === '\\') return `\\${character}`
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : character
  })
  return `"${escaped.join('')}"`
}

/** To git a line ends with a line feed and with nothing else. */
function linesOf(text: string): string[] {
  const lines: string[] = []
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start)
    const end = feed < 0 ? text.length : feed + 1
    lines.push(text.slice(start, end))
    start = end
  }
  return lines
}

function compare(before: string[], after: string[]): Run[] | undefined {
  return diffArrays(before, after, { maxEditLength: MAX_EDITS })?.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'kept',
    lines: value.length,
  }))
}

/** Blocks whose surroundings touch share a hunk. */
function grouped(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = []
  for (const block of blocks) {
    const group = groups.at(-1)
    if (group && block.before.start - group.at(-1)!.before.end <= 2 * CONTEXT) group.push(block)
    else groups.push([block])
  }
  return groups
}

function hunk(before: readonly string[], after: readonly string[], blocks: readonly Block[]): string {
  const [first, last] = [blocks[0]!, blocks.at(-1)!]
  const lead = Math.min(CONTEXT, first.before.start)
  const trail = Math.min(CONTEXT, before.length - last.before.end)
  const old = { start: first.before.start - lead, end: last.before.end + trail }
  const now = { start: first.after.start - lead, end: last.after.end + trail }
  let at = old.start
  let body = ''
  for (const block of blocks) {
    body += marked(' ', before, { start: at, end: block.before.start })
    body += marked('-', before, block.before) + marked('+', after, block.after)
    at = block.before.end
  }
  body += marked(' ', before, { start: at, end: old.end })
  return `@@ -${range(old)} +${range(now)} @@\n${body}`
}

function marked(sign: string, lines: readonly string[], { start, end }: Block['before']): string {
  return lines
    .slice(start, end)
    .map(line => (line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`))
    .join('')
}

/** `3,7`; a single line has no count, and no line at all is given by the one before it. */
function range({ start, end }: Block['before']): string {
  const count = end - start
  if (count === 1) return `${start + 1}`
  return count === 0 ? `${start},0` : `${start + 1},${count}`
}
