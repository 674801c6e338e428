import { note } from '../../files/machine/run-notes.ts'
import { clipPieces, type LogicalLine, type Piece, splitLogicalLines, toSource } from './lines.ts'

/** Values of environment variables, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>

/** Variables put into one line, and characters up to which that goes on: each may bring others, and itself, twice. */
const MOST_TIMES = 100
const LONGEST = 2 ** 16

/** pip expands this form alone: braces, capital letters, digits and underscores (POSIX names). */
const reference = /\$\{([A-Z0-9_]+)\}/g

export function namesVariables(text: string): boolean {
  return text.includes('${') && text.search(reference) >= 0
}

/** The names of the variables that the lines of a file name, set or not. */
export function variablesIn(source: string): Set<string> {
  if (!source.includes('$')) return new Set()
  return new Set(
    splitLogicalLines(source).flatMap(({ text }) => [...text.matchAll(reference)].map(([, name]) => name!)),
  )
}

/**
 * Puts the values of variables in the place of `${NAME}`, as pip does: one variable after the other, in the order in which
 * the line names them, each wherever it stands by then. One that is unset or empty stays as written.
 */
export function expandVariables(line: LogicalLine, variables: Variables): LogicalLine {
  let expanded = line
  const there = new Set([...line.text.matchAll(reference)].map(([written]) => written))
  let times = 0
  for (const [written, name] of line.text.matchAll(reference)) {
    const value = Object.hasOwn(variables, name!) ? variables[name!] : undefined
    // A variable that the line names more than once is gone after the first time, unless a value brings it back.
    if (!value || value === written || !there.delete(written)) continue
    if (++times > MOST_TIMES || expanded.text.length > LONGEST) break
    note({ note: 'expanded', value })
    expanded = substitute(expanded, written, value)
    for (const [brought] of value.matchAll(reference)) there.add(brought)
  }
  return expanded
}

function substitute(line: LogicalLine, written: string, value: string): LogicalLine {
  const pieces: Piece[] = []
  const parts: string[] = []
  let at = 0
  let done = 0
  for (let found = line.text.indexOf(written); ; found = line.text.indexOf(written, done)) {
    const end = found < 0 ? line.text.length : found
    if (end > done) for (const piece of clipPieces(line.pieces, done, end, at)) pieces.push(piece)
    parts.push(line.text.slice(done, end))
    at += end - done
    if (found < 0) return { ...line, text: parts.join(''), pieces }
    const source = toSource(line, found, found + written.length)
    pieces.push({ at, source: source.start, length: value.length, sourceEnd: source.end })
    parts.push(value)
    at += value.length
    done = found + written.length
  }
}
