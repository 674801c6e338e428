import type { RewriteResult } from '../result.ts'
import { bytecodeLine } from './bytecode.ts'
import { closingLine } from './closing.ts'
import { diffView } from './diff-view.ts'
import { fenced, findingItems, paragraphs, prose } from './markdown-text.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { savingsMarkdown } from './savings-markdown.ts'
import { unitsMarkdown } from './units-markdown.ts'

/** Characters of diff shown: a comment on GitHub may have 65,536 characters in all. */
const LONGEST_DIFF = 40_000

/** A report for a pull request or a job summary: the savings, what there is to say, the diff. */
export function markdownReport(result: RewriteResult, style: Style): string {
  const pen: Pen = penFor({ ...style, color: false })
  const diff = diffView(result.files.map(file => file.diff).join(''), pen, true)
  if (style.diffOnly) return `${diffBlock(diff)}\n`
  const units = unitsMarkdown(result, pen)
  const packages = result.savings && (units === '' || style.verbose) ? savingsMarkdown(result.savings, pen) : ''
  const bytecode = result.savings ? prose(bytecodeLine(result.savings, pen)) : ''
  return paragraphs([
    `**${prose(closingLine(result, pen))}**`,
    units,
    packages,
    bytecode,
    list(result, style),
    diffBlock(diff),
  ])
}

function list({ files }: RewriteResult, { verbose }: Style): string {
  return findingItems(
    files.flatMap(({ path, diagnostics }) => diagnostics.map(found => ({ path, ...found }))),
    verbose,
  )
}

/** The diff, or as much of it as a comment takes. */
function diffBlock(diff: string): string {
  if (diff === '') return ''
  const cut = diff.length > LONGEST_DIFF
  const shown = cut ? diff.slice(0, diff.lastIndexOf('\n', LONGEST_DIFF) + 1) : diff
  const rest = cut ? '\n\nThe diff is longer; `torchpin rewrite --dry-run --diff-only` prints all of it.' : ''
  return fenced(shown, 'diff') + rest
}
