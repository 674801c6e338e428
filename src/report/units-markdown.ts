import type { RewriteResult } from '../result.ts'
import { code } from './markdown-text.ts'
import type { Pen } from './pen.ts'
import { unitRows } from './unit-rows.ts'

/** Units named one by one. */
const UNITS = 100

/** What each unit costs before and after as a table of markdown, and all together; empty where there is but one. */
export function unitsMarkdown(result: RewriteResult, pen: Pen): string {
  const rows = unitRows(result, pen)
  const total = rows.at(-1)
  if (!total) return ''
  const rest = rows.length - 1 - UNITS
  return [
    ['files', 'Python', 'changes', 'download', 'installed'],
    ['---', '---', '---:', '---:', '---:'],
    ...rows
      .slice(0, -1)
      .slice(0, UNITS)
      .map(row => [code(row.file) + row.more, row.python, row.changes, row.download, row.installed]),
    ...(rest > 0 ? [[`${rest} more`, '', '', '', '']] : []),
    [`**total**, ${total.file}`, total.python, total.changes, `**${total.download}**`, `**${total.installed}**`],
  ]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}
