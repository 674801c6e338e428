import { verbatim } from './joined.ts'
import { readScript, type ShellCommand } from './script.ts'

const withEither = /^[ \t]*#[^\n]*\n?|[ \t]#[^\n]*|(?:\\|(?<=[ \t])`)[ \t]*\r?\n/gm
const withBacktick = /^[ \t]*#[^\n]*\n?|[ \t]#[^\n]*|`[ \t]*\r?\n/gm

/** A command of a script: comments are blank, and `\v` stands where it went on to the next line. */
export interface Command {
  readonly text: string
  /** The 1-based line on which a character of `text` stands. */
  lineOf(offset: number): number
}

/**
 * The commands of a shell script, a Dockerfile, a Makefile or a file of a CI system, one for each line that is not the
 * rest of another. A line goes on after `\`, in PowerShell after a backtick behind a space, and in a Dockerfile after what
 * its escape directive says.
 */
export function* commandsOf(script: string): Generator<Command> {
  const blank = /^#[ \t]*escape[ \t]*=[ \t]*`/im.test(script) ? withBacktick : withEither
  const blanked = script.replace(blank, part => (part.endsWith('\n') ? '\v' : ''))
  let line = 1
  for (const text of blanked.split('\n')) {
    const first = line
    yield { text, lineOf: offset => first + goesOn(text.slice(0, offset)) }
    line += goesOn(text) + 1
  }
}

/** More than a line has that a person wrote, in characters; a longer one has no commands. */
const LONGEST = 2 ** 14

/**
 * The simple commands of such a command, as a shell reads them; words stand where they do in its text. What is written around
 * a command is words before it: the key of a line of YAML or JSON, the name of a variable of an INI file. Quotes, commas and
 * brackets stand for blanks, so that the list of an exec form is its words.
 */
export function simpleCommandsOf({ text }: Command): ShellCommand[] {
  if (text.length > LONGEST) return []
  const plain = text.replace(/["',[\]]|(?<=^|\s)@/g, ' ')
  return readScript(verbatim(plain, { start: 0, end: plain.length }), new Map(), undefined)
}

function goesOn(text: string): number {
  return text.split('\v').length - 1
}
