import type { Savings } from '../result.ts'
import { difference, percent } from './amounts.ts'
import { counted } from './bytes.ts'
import { code } from './markdown-text.ts'
import type { Pen } from './pen.ts'
import { type SavingRow, savingRows } from './saving-rows.ts'

/** Packages named before the rest is summed up. */
const ROWS = 15

/** The savings as a table of markdown, by package; empty where nothing differs. */
export function savingsMarkdown(savings: Savings, pen: Pen): string {
  const rows = savingRows(savings, ROWS)
  if (rows.length === 0) return ''
  const { glyphs } = pen
  const { before, after, saved } = savings
  const exact = before.exact && after.exact
  const total = (what: 'download' | 'installed') => {
    const change = percent(before[what], after[what], glyphs)
    return `**${difference(0 - saved[what], exact, glyphs)}**${change && ` (${change})`}`
  }
  return [
    ['package', 'before', 'after', 'download', 'installed'],
    ['---', '---', '---', '---:', '---:'],
    ...rows.map(row => [
      row.before === undefined ? row.name : code(row.name),
      version(row.before, pen),
      version(row.after, pen),
      difference(row.download, row.exact, glyphs),
      difference(row.installed, row.exact, glyphs),
    ]),
    [
      '**total**',
      counted(before.packages, 'package'),
      counted(after.packages, 'package'),
      total('download'),
      total('installed'),
    ],
  ]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function version(text: SavingRow['before'], { glyphs }: Pen): string {
  return text === undefined ? '' : text === null ? glyphs.none : code(text)
}
