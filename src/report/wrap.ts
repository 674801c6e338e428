import { displayWidth } from './width.ts'

const styling = /\u001b\[\d+m/g

/**
 * Lines of whole words, as wide as they may be; a word that is wider has a line of its own.
 *
 * @param text one line; colour codes in it take no columns
 * @param width columns
 * @param margin what lines behind the first begin with
 */
export function wrap(text: string, width: number, margin = ''): string[] {
  const lines: string[] = []
  let taken = 0
  for (const word of text.split(' ')) {
    const columns = displayWidth(word.replace(styling, ''))
    if (lines.length === 0) {
      lines.push(word)
      taken = columns
    } else if (taken + 1 + columns <= width) {
      lines[lines.length - 1] += ` ${word}`
      taken += 1 + columns
    } else {
      lines.push(margin + word)
      taken = margin.length + columns
    }
  }
  return lines
}
