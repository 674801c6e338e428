import type { InstallCommand } from '../project-files/commands/install-command.ts'
import type { CommandOption } from '../project-files/commands/options.ts'
import type { Word } from '../project-files/shell/words.ts'
import type { Edit } from '../text/edits.ts'

/** What an edit has to know of an install. */
type Command = Pick<InstallCommand, 'verb' | 'command'>

/** Puts options behind the verb of an install; in the exec form as strings of the list. */
export function addOptions({ verb, command }: Command, ...words: readonly string[]): Edit {
  const at = verb.span.end
  const text =
    command.form === 'exec' ? words.map(word => `, "${word}"`).join('') : words.map(word => ` ${word}`).join('')
  return { start: at, end: at, text }
}

/** Puts other words in the place of an option and its value. */
export function replaceOption({ command }: Command, option: CommandOption, ...words: readonly string[]): Edit {
  const { start } = option.words[0]!.span
  const { end } = option.words.at(-1)!.span
  return { start, end, text: command.form === 'exec' ? words.map(word => `"${word}"`).join(', ') : words.join(' ') }
}

/** Removes words: with their line where they are alone on it, else with the blanks, and in the exec form the comma, before them. */
export function removeWords(source: string, { command }: Command, words: readonly Word[]): Edit {
  let { start } = words[0]!.span
  let { end } = words.at(-1)!.span
  if (command.form === 'exec') {
    const before = /,\s*$/.exec(source.slice(0, start))
    return { start: before ? before.index : start, end, text: '' }
  }
  const lineStart = Math.max(source.lastIndexOf('\n', start - 1), source.lastIndexOf('\r', start - 1)) + 1
  const rest = /^[ \t]*[\\`][ \t]*(?:\r\n|\n|\r)/.exec(source.slice(end))
  if (/^[ \t]*$/.test(source.slice(lineStart, start)) && rest)
    return { start: lineStart, end: end + rest[0].length, text: '' }
  while (start > lineStart && /[ \t]/.test(source[start - 1]!)) start--
  if (start === lineStart) {
    if (/^[ \t]*(?:[\r\n]|$)/.test(source.slice(end)))
      return { start: endOfLineBefore(source, lineStart), end, text: '' }
    start = words[0]!.span.start
    while (/[ \t]/.test(source[end] ?? '')) end++
  }
  return { start, end, text: '' }
}

/** The end of the text that a line continues, before its escape character; comments and empty lines between do not count. */
function endOfLineBefore(source: string, lineStart: number): number {
  let end = lineStart
  for (;;) {
    while (end > 0 && /\s/.test(source[end - 1]!)) end--
    let start = end
    while (start > 0 && !/[\r\n]/.test(source[start - 1]!)) start--
    if (start === 0 || source.slice(start, end).trimStart()[0] !== '#') break
    end = start
  }
  if (/[\\`]/.test(source[end - 1] ?? '')) end--
  while (end > 0 && /[ \t]/.test(source[end - 1]!)) end--
  return end
}

/** Replaces the text of a word; undefined where quotes or variables hide it. */
export function replaceInWord(source: string, { span, value }: Word, text: string): Edit | undefined {
  const at = value === undefined ? -1 : source.slice(span.start, span.end).indexOf(value)
  return at < 0 ? undefined : { start: span.start + at, end: span.start + at + value!.length, text }
}
