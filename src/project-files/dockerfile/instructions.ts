import { DockerfileParser, type Instruction as Parsed } from 'dockerfile-ast'
import type { Span } from '../../text/edits.ts'

type Range = ReturnType<Parsed['getRange']>

/** A here-document of an instruction: `<<EOF` and the lines up to `EOF`. */
export interface Heredoc {
  readonly name: string
  /** Its lines, the last line ending left out; empty where there are none. */
  readonly body: Span
}

/** An instruction of a Dockerfile. All spans are in its text. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string
  readonly keywordSpan: Span
  readonly span: Span
  /** What follows the keyword, without here-documents. */
  readonly rest: Span
  readonly heredocs: readonly Heredoc[]
}

export interface Instructions {
  readonly instructions: readonly Instruction[]
  /** The character that lets a line go on, which the escape directive may change. */
  readonly escaper: '\\' | '`'
}

/** Takes a Dockerfile apart, and never throws. The only place that knows dockerfile-ast. */
export function readInstructions(source: string): Instructions {
  const parsed = DockerfileParser.parse(source)
  const lines = lineStarts(source)
  const at = ({ line, character }: Range['start']) =>
    Math.min((lines[line] ?? source.length) + character, source.length)
  const span = ({ start, end }: Range): Span => ({ start: at(start), end: Math.max(at(start), at(end)) })
  const read = (instruction: Parsed): Instruction => {
    const whole = span(instruction.getRange())
    const keywordSpan = span(instruction.getInstructionRange())
    const heredocs = heredocsOf(instruction).map(found => {
      const name = found.getName()
      const content = found.getContentRange()
      const end = found.getDelimiterRange()
      const body = content
        ? span(content)
        : { start: end ? at(end.start) : whole.end, end: end ? at(end.start) : whole.end }
      return { name, body }
    })
    const body = heredocs[0]
    const end = body ? lineBefore(source, body.body.start, keywordSpan.end) : whole.end
    return {
      keyword: instruction.getKeyword(),
      keywordSpan,
      span: whole,
      rest: { start: keywordSpan.end, end: Math.max(keywordSpan.end, end) },
      heredocs,
    }
  }
  return {
    instructions: parsed.getInstructions().map(read),
    escaper: parsed.getEscapeCharacter() === '`' ? '`' : '\\',
  }
}

interface WithHeredocs {
  getHeredocs?(): { getName(): string; getContentRange(): Range | null; getDelimiterRange(): Range | null }[]
}

/**
 * Only some kinds of instruction can have them. An escape character in a comment between the lines of one makes dockerfile-ast
 * look for a here-document that is not there, and fail (rcjsuen/dockerfile-ast#123).
 */
function heredocsOf(instruction: Parsed) {
  try {
    return (instruction as Parsed & WithHeredocs).getHeredocs?.() ?? []
  } catch {
    return []
  }
}

/** The end of the line before the one that an offset is on, its ending left out. */
function lineBefore(source: string, offset: number, least: number): number {
  let at = offset
  while (at > least && !/[\r\n]/.test(source[at - 1]!)) at--
  if (source[at - 1] === '\n') at--
  if (source[at - 1] === '\r') at--
  return Math.max(at, least)
}

/** Lines as the parser counts them. */
function lineStarts(source: string): number[] {
  const starts = [0]
  const ending = /\r\n|\n|\r/g
  while (ending.exec(source)) starts.push(ending.lastIndex)
  return starts
}
