import type { ReportFormat } from '../../contract/options.ts'
import type { AuditFinding, AuditResult } from '../../contract/results/audit.ts'
import { formatBytes } from '../../text/bytes.ts'
import { firstTime } from '../../text/lists.ts'
import { describeFinding, describeFindings, explainLine } from '../findings.ts'
import { type Formatter, formatterFor, type Style } from '../formatter.ts'
import { verdictCommands } from '../github.ts'
import { jsonDocument } from '../json-document.ts'
import { findingItems, paragraphs, prose } from '../markdown-text.ts'
import { layersMarkdown, layersText, packagesMarkdown, packagesText } from './tables.ts'
import { budgetLines, rewriteFix, subject, verdict } from './words.ts'

/** How `audit` prints, by `--format`. */
export const auditReports = {
  text: auditText,
  json: jsonDocument as (result: AuditResult) => string,
  markdown: auditMarkdown as (result: AuditResult) => string,
  github: (result: AuditResult) => verdictCommands('torchpin audit', result, verdict(result)),
} satisfies Record<ReportFormat<'audit'>, (result: AuditResult, style: AuditStyle) => string>

/** The report for a pull request or a job summary. */
function auditMarkdown(result: AuditResult): string {
  const fix = rewriteFix(result)
  return paragraphs([
    `**${prose(verdict(result))}**`,
    prose(subject(result)),
    budgetLines(result)
      .map(({ text }) => `- ${prose(text)}`)
      .join('\n'),
    findingItems(result.findings),
    fix === '' ? '' : `Fix: ${prose(fix)}`,
    packagesMarkdown(result),
    layersMarkdown(result),
  ])
}

/** How an audit is printed. */
export interface AuditStyle extends Style {
  /** Name every file of every finding. */
  readonly verbose: boolean
}

/** The report for a terminal: findings, what weighs how much, and last, where the reader looks first, the verdict and what to do. */
function auditText(result: AuditResult, style: AuditStyle): string {
  const formatter = formatterFor(style)
  const { paint, show, prose } = formatter
  if (style.quiet)
    return findingLines(
      result.findings.filter(({ level }) => level === 'error'),
      formatter,
      style.verbose,
    )
  const budgets = budgetLines(result).map(({ text, exceeded }) => (exceeded ? paint('red', prose(text)) : prose(text)))
  const fix = rewriteFix(result)
  const last = [
    paint(result.ok ? 'green' : 'bold', prose(show(verdict(result)))),
    ...(fix === '' ? [] : [prose(`${paint('cyan', 'fix')}: ${fix}`)]),
    ...(result.ok ? [] : [explainLine(formatter)]),
  ]
  return [
    [paint('dim', prose(show(subject(result))))],
    findingLines(result.findings, formatter, style.verbose),
    packagesText(result, formatter),
    layersText(result, formatter),
    budgets,
    last,
  ]
    .map(part => (typeof part === 'string' ? part : part.map(line => `${line}\n`).join('')))
    .filter(part => part !== '')
    .join('\n')
}

/** Each finding; a hint that several share is printed with the first of them only. */
function findingLines(findings: readonly AuditFinding[], formatter: Formatter, verbose: boolean): string {
  const isNew = firstTime()
  return describeFindings(findings, formatter, verbose, ({ hint, ...finding }) => {
    const files = verbose ? (finding.files ?? []) : []
    return (
      describeFinding({ ...finding, ...(hint !== undefined && isNew(hint) && { hint }) }, formatter) +
      files.map(({ path, bytes }) => `  ${formatBytes(bytes).padStart(8)}  ${formatter.show(path)}\n`).join('')
    )
  })
}
