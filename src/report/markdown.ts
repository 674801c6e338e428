import type { RewriteResult, Savings } from '../result.ts'
import { difference, percent } from './amounts.ts'
import { counted } from './bytes.ts'
import { closingLine } from './closing.ts'
import { diffView } from './diff-view.ts'
import { code, findingItem, paragraphs, prose } from './markdown-text.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { type SavingRow, savingRows } from './saving-rows.ts'
import { unitRows } from './unit-rows.ts'

/** Packages named before the rest is summed up. */
const ROWS = 15
/** Units named one by one. */
const UNITS = 100
/** Characters of diff shown: a comment on GitHub may have 65,536 characters in all. */
const LONGEST_DIFF = 40_000

/** A report for a pull request or a job summary: the savings, what there is to say, the diff. */
export function markdownReport(result: RewriteResult, style: Style): string {
  const pen: Pen = penFor({ ...style, color: false })
  const diff = diffView(result.files.map(file => file.diff).join(''), pen, true)
  if (style.diffOnly) return `${fenced(diff)}\n`
  const units = unitTable(result, pen)
  const packages = units === '' || style.verbose ? table(result.savings, pen) : ''
  return paragraphs([`**${prose(closingLine(result, pen))}**`, units, packages, list(result), fenced(diff)])
}

function unitTable(result: RewriteResult, pen: Pen): string {
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

function table(savings: Savings | null, pen: Pen): string {
  const rows = savings ? savingRows(savings, ROWS) : []
  if (!savings || rows.length === 0) return ''
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

function list({ files }: RewriteResult): string {
  return files.flatMap(({ path, diagnostics }) => diagnostics.map(found => findingItem({ path, ...found }))).join('\n')
}

/** The diff in a fence that nothing inside can close. */
function fenced(diff: string): string {
  if (diff === '') return ''
  const cut = diff.length > LONGEST_DIFF
  const shown = cut ? diff.slice(0, diff.lastIndexOf('\n', LONGEST_DIFF) + 1) : diff
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const rest = cut ? '\n\nThe diff is longer; `torchpin rewrite --dry-run --diff-only` prints all of it.' : ''
  return `${fence}diff\n${shown}${fence}${rest}`
}
