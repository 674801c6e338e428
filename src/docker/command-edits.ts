import type { Edit } from '../text/edits.ts'
import type { CommandOption, Install } from './install.ts'

/** Puts options behind the verb of an install; in the exec form as strings of the list. */
export function addOptions({ verb, command }: Install, ...words: readonly string[]): Edit {
  const at = verb.span.end
  const text =
    command.form === 'exec' ? words.map(word => `, "${word}"`).join('') : words.map(word => ` ${word}`).join('')
  return { start: at, end: at, text }
}

/** Puts other words in the place of an option and its value. */
export function replaceOption({ command }: Install, option: CommandOption, ...words: readonly string[]): Edit {
  const { start } = option.words[0]!.span
  const { end } = option.words.at(-1)!.span
  return { start, end, text: command.form === 'exec' ? words.map(word => `"${word}"`).join(', ') : words.join(' ') }
}

/** Takes an option out, with the line it is alone on, or with the blanks, and in the exec form the comma, before it. */
export function removeOption(source: string, { command }: Install, option: CommandOption): Edit {
  let { start } = option.words[0]!.span
  let { end } = option.words.at(-1)!.span
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
    start = option.words[0]!.span.start
    while (/[ \t]/.test(source[end] ?? '')) end++
  }
  return { start, end, text: '' }
}
