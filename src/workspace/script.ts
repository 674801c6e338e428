/** A command of a script: comments are blank, and `\v` stands where it went on to the next line. */
export interface Command {
  readonly text: string
  /** The 1-based line on which a character of `text` stands. */
  lineOf(offset: number): number
}

/**
 * The commands of a shell script, a Dockerfile, a Makefile or a file of a CI system, one for each line that is not the
 * rest of another. A line goes on after `\` or, as in PowerShell and in Dockerfiles that choose it, after a backtick.
 */
export function* commandsOf(script: string): Generator<Command> {
  const blanked = script.replace(/^[ \t]*#[^\n]*\n?|[ \t]#[^\n]*|[\\`][ \t]*\r?\n/gm, part =>
    part.endsWith('\n') ? '\v' : '',
  )
  let line = 1
  for (const text of blanked.split('\n')) {
    const first = line
    yield { text, lineOf: offset => first + goesOn(text.slice(0, offset)) }
    line += goesOn(text) + 1
  }
}

function goesOn(text: string): number {
  return text.split('\v').length - 1
}
