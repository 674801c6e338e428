import type { CheckResult } from '../check.ts'
import { amount, percent } from './amounts.ts'
import { bars } from './bars.ts'
import { counted, formatBytes } from './bytes.ts'
import { describeFindings, describeSharedHint, explainLine, withSharedHints } from './findings.ts'
import { fromTop } from './from-top.ts'
import { verdictCommands } from './github.ts'
import { jsonReport } from './json.ts'
import { findingItems, paragraphs, prose } from './markdown-text.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { sarif } from './sarif.ts'
import { savingsMarkdown } from './savings-markdown.ts'

/** Names told before the rest is counted. */
const MOST_NAMED = 4

/** How `check` prints, by `--format`. */
export const checkReports = {
  text: checkText,
  json: jsonReport as (result: CheckResult) => string,
  markdown: checkMarkdown,
  github: (result: CheckResult, style: Style) =>
    verdictCommands(
      'torchpin check',
      { ...result, findings: fromTop(result.findings, style) },
      verdict(result, penFor(style)),
    ),
  sarif: ({ findings }: CheckResult, style: Style) => sarif(fromTop(findings, style)),
} satisfies Record<string, (result: CheckResult, style: Style) => string>

function checkText(result: CheckResult, style: Style): string {
  const pen = penFor(style)
  const asked = result.findings.filter(({ level }) => !style.quiet || level === 'error')
  const { findings, shared } = withSharedHints(asked)
  const found =
    describeFindings(findings, pen, style.verbose) + shared.map(hint => describeSharedHint(hint, pen)).join('')
  if (style.quiet) return found
  const drawn = result.savings && result.files.some(({ changed }) => changed) ? bars(result.savings, pen) : ''
  const budgets = budgetLines(result, pen)
    .map(line => `${line}\n`)
    .join('')
  const last = `${pen.paint(result.ok ? 'green' : 'bold', pen.prose(verdict(result, pen)))}\n`
  const more = result.ok ? '' : `${explainLine(pen)}\n`
  return [found, drawn, budgets, last + more].filter(part => part !== '').join('\n')
}

function checkMarkdown(result: CheckResult, style: Style): string {
  const pen = penFor({ ...style, color: false })
  const { findings, shared } = withSharedHints(result.findings)
  return paragraphs([
    `**${prose(verdict(result, pen))}**`,
    budgetLines(result, pen)
      .map(line => `- ${prose(line)}`)
      .join('\n'),
    result.savings && result.files.some(({ changed }) => changed) ? savingsMarkdown(result.savings, pen) : '',
    findingItems(findings, style.verbose),
    shared.map(({ hint, count }) => `Fix for ${counted(count, 'finding')}: ${prose(hint)}`).join('\n'),
  ])
}

function budgetLines({ budgets, install }: CheckResult, { paint }: Pen): string[] {
  return budgets.map(({ name, limit, actual, bytecode, exceeded, unknown, unit }) => {
    const used = `${name}${unit === undefined ? '' : ` for ${unit}`}: ${amount(actual, (install?.exact ?? false) && !bytecode)} of ${formatBytes(limit)}`
    const part = bytecode ? `, ${amount(bytecode, false)} of it bytecode` : ''
    if (exceeded) return paint('red', `${used}, exceeded${part}`)
    return unknown ? paint('red', `${used}, and more may come${part}`) : `${used}, within${part}`
  })
}

/** The run in one line: whether something was found, what an install costs, and what a rewrite would make of it. */
function verdict({ findings, files, install, savings, unknown, ok }: CheckResult, { glyphs }: Pen): string {
  const { bytecode } = install ?? {}
  const compiled = bytecode ? ` and ${amount(bytecode.bytes, bytecode.exact)} of bytecode` : ''
  const cost = install
    ? `: ${counted(install.packages, 'package')}, ${amount(install.download, install.exact)} to download, ${amount(install.installed, install.exact)} on disk${compiled}`
    : ''
  if (ok && unknown.length > 0) {
    const more = unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : ''
    const names = unknown.slice(0, MOST_NAMED).join(', ') + more
    return `No findings, but what ${names} ${unknown.length > 1 ? 'need' : 'needs'} is not known${cost}`
  }
  if (ok) return `Nothing found${cost}`
  const changes = files.some(({ changed }) => changed)
  const after =
    changes && savings && install && savings.unknown.length === 0 && savings.after.download !== install.download
      ? `; torchpin rewrite makes that ${amount(savings.after.download, savings.after.exact)} to download (${percent(install.download, savings.after.download, glyphs)})`
      : ''
  return `${counted(findings.length, 'finding')}${cost}${after}`
}
