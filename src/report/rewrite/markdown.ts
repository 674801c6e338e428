import type { RewriteResult } from '../../contract/results/rewrite.ts'
import { diffView } from '../diff-view.ts'
import { type Formatter, formatterFor, type Style } from '../formatter.ts'
import { fenced, findingItems, paragraphs, prose } from '../markdown-text.ts'
import { bytecodeLine } from './bytecode.ts'
import { closingLine } from './closing.ts'
import { lockDiffLines, ownDiffs } from './lock-diffs.ts'
import { savingsMarkdown } from './savings.ts'
import { unitsMarkdown } from './units.ts'

/** Characters of diff shown: a comment on GitHub may have 65,536 characters in all. */
const LONGEST_DIFF = 40_000

/** A report for a pull request or a job summary: the savings, what there is to say, the diff. */
export function markdownReport(result: RewriteResult, style: Style): string {
  const formatter: Formatter = formatterFor({ ...style, color: false })
  const isWhole = style.diffOnly || style.verbose
  const diff = diffView(isWhole ? result.files.map(file => file.diff).join('') : ownDiffs(result), formatter, true)
  if (style.diffOnly) return `${diffBlock(diff)}\n`
  const locks = isWhole ? [] : lockDiffLines(result, formatter)
  const units = unitsMarkdown(result, formatter)
  const packages = result.savings && (units === '' || style.verbose) ? savingsMarkdown(result.savings, formatter) : ''
  const bytecode = result.savings ? prose(bytecodeLine(result.savings, formatter)) : ''
  return paragraphs([
    `**${prose(closingLine(result, formatter))}**`,
    units,
    packages,
    bytecode,
    list(result, style),
    diffBlock(diff),
    locks.map(line => `- ${prose(line)}`).join('\n'),
    locks.length === 0 ? '' : '`torchpin rewrite --dry-run --diff-only` prints these lines too.',
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
