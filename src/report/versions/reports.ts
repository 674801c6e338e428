import type { ReportFormat } from '../../contract/options.ts'
import type { ReleaseResult, VersionsResult } from '../../contract/results/versions.ts'
import { formatBytes } from '../../text/bytes.ts'
import { printable } from '../../text/terminal.ts'
import { type Formatter, formatterFor, type Style } from '../formatter.ts'
import { jsonDocument } from '../json-document.ts'
import { markdownTable, paragraphs, prose } from '../markdown-text.ts'
import { type Column, type ColumnOf, cell, drawn, tableRows, tableWidth } from '../table.ts'
import { columnsOf, linesToPin, remarks, shortPlatforms, subject } from './cells.ts'

/** The formats of `torchpin versions --format`. */
export const versionsReports = {
  text: versionsText,
  json: jsonDocument,
  markdown: versionsMarkdown,
} satisfies Record<ReportFormat<'versions'>, (result: VersionsResult, style: Style) => string>

/** The list for a page or a pull request: a table, remarks on what it does not show, and the lines to pin. */
function versionsMarkdown(result: VersionsResult, style: Style): string {
  const { version, pythons, platforms, pairs, uploaded } = columnsOf(result, formatterFor({ ...style, color: false }))
  const lines = linesToPin(result).map(line => printable(line).replaceAll('`', ''))
  return paragraphs([
    `**${prose(subject(result).join(', '))}**`,
    markdownTable([version, pythons, platforms, ...pairs, ...uploaded], result.releases),
    ...remarks(result)
      .map(remark => `- ${prose(remark)}`)
      .join('\n')
      .split(/(?=^$)/),
    `To pin the newest:\n\n\`\`\`\n${lines.join('\n')}\n\`\`\``,
  ])
}

/** The report for a terminal: a table that a narrow terminal gets fewer columns of, and at the end the lines to pin. */
function versionsText(result: VersionsResult, style: Style): string {
  const formatter = formatterFor(style)
  const { paint, show } = formatter
  const head = show(subject(result).join(', '))
  const notes = remarks(result).map(remark => `  ${paint('dim', show(remark))}\n`)
  const lines = linesToPin(result).map(line => `  ${paint('bold', show(line))}\n`)
  return [
    `${head.length > formatter.width ? subject(result).map(show).join(',\n') : head}\n`,
    table(result, formatter),
    ...(notes.length > 0 ? [notes.join('')] : []),
    `To pin the newest:\n${lines.join('')}`,
  ].join('\n')
}

function table(result: VersionsResult, formatter: Formatter): string {
  const choices = layouts(result, formatter)
  const columns = choices.find(columns => tableWidth(columns) <= formatter.width) ?? choices.at(-1)!
  return tableRows(columns)
    .map(row => `${row}\n`)
    .join('')
}

/** The columns there could be, from the most to the fewest. A title of two lines is broken as in `torch-`, `vision`. */
function layouts(result: VersionsResult, formatter: Formatter): Column[][] {
  const { version, pythons, platforms, pairs, uploaded } = columnsOf(result, formatter)
  const short = { ...platforms, text: (release: ReleaseResult) => shortPlatforms(release.platforms) }
  const more = [...sizes(result), ...uploaded]
  const choices: readonly (readonly [titleLines: 1 | 2, ColumnOf<ReleaseResult>[]])[] = [
    [1, [version, pythons, platforms, ...pairs, ...more]],
    [1, [version, pythons, short, ...pairs, ...more]],
    [1, [version, pythons, short, ...pairs]],
    [2, [version, pythons, short, ...pairs]],
    [2, [version, pythons, short, ...pairs.slice(0, 2)]],
    [2, [version, pythons, ...pairs.slice(0, 2)]],
    [1, [version, pythons]],
    [1, [version]],
  ]
  return choices.map(([titleLines, columns]) =>
    columns.map(column => {
      const { align, cells } = drawn(column, result.releases, formatter)
      if (titleLines === 1) return { align, cells }
      const lines = column.title.replace(/^torch(?=.)/, 'torch-\n').split('\n')
      return {
        align,
        cells: [...['', ...lines].slice(-2).map(text => cell(text, 'dim', formatter)), ...cells.slice(1)],
      }
    }),
  )
}

/** The bytes of the largest wheel, where one platform is asked for and the index gives sizes. */
function sizes({ releases, filter }: VersionsResult): ColumnOf<ReleaseResult>[] {
  const largest = ({ wheels }: ReleaseResult) => wheels.reduce((most, { size }) => Math.max(most, size ?? -1), -1)
  if (filter.platforms.length !== 1 || releases.every(release => largest(release) < 0)) return []
  const text = (release: ReleaseResult) => (largest(release) < 0 ? '' : formatBytes(largest(release)))
  return [{ title: 'download', align: 'right', text }]
}
