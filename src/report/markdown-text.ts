import type { Finding } from '../contract/results/rewrite.ts'
import { largest } from '../text/lists.ts'
import { firstOfEach, moreLikeIt } from '../text/of-a-kind.ts'
import { printable } from '../text/terminal.ts'
import type { ColumnOf } from './table.ts'

/** A name or a version as code: in backticks, or where those or a table would break it, as HTML with everything escaped. */
export function code(text: string): string {
  const shown = printable(text)
  if (/^[^`|\\\s]+$/.test(shown)) return `\`${shown}\``
  return `<code>${shown.replace(/[^\w .:/=+-]/gu, character => `&#${character.codePointAt(0)};`)}</code>`
}

/** Text that shows as written: no markup, no links, no table cells, no mentions by `@name`. */
export function prose(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]<>~#&|]/g, character =>
      character === '|' ? '&#124;' : character === '&' ? '&amp;' : `\\${character}`,
    )
    .replaceAll('@', '@<!-- -->')
}

/** Lines in a fence that nothing inside can close. @param language of the lines, for colours; may be empty */
export function fenced(lines: string, language: string): string {
  const longest = Math.max(2, largest((lines.match(/`+/g) ?? []).map(run => run.length)))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${lines}${fence}`
}

/** The parts that are not empty, with blank lines between them. */
export function paragraphs(parts: readonly string[]): string {
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

/** A table; empty without rows. */
export function markdownTable<Row>(columns: readonly ColumnOf<Row>[], rows: readonly Row[]): string {
  if (rows.length === 0) return ''
  return [
    columns.map(({ title }) => title),
    columns.map(({ align }) => (align === 'right' ? '---:' : '---')),
    ...rows.map(row => columns.map(({ text, markdown = String }) => markdown(text(row), row))),
  ]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** Findings as the items of a list: the first ten of each code and how many more there are, or all with `verbose`. */
export function findingItems(findings: readonly Finding[], verbose = false): string {
  if (verbose) return findings.map(findingItem).join('\n')
  const { shown, more } = firstOfEach(findings, found => found.code)
  return [
    ...shown.map(findingItem),
    ...more.map(({ like, count }) => `- … ${like.level} ${code(like.code)}: ${moreLikeIt(count)}`),
  ].join('\n')
}

/** A finding as an item of a list. */
function findingItem({ path, line, level, code: word, message, hint }: Finding): string {
  const place = line === undefined ? path : `${path}:${line}`
  return `- ${code(place)} ${level} ${code(word)}: ${prose(message)}${hint === undefined ? '' : `. Hint: ${prose(hint)}`}`
}
