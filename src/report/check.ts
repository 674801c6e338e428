import type { ReportFormat } from '../contract/options.ts'
import type { CheckResult } from '../contract/results/check.ts'
import { amount, counted, formatBytes } from '../text/bytes.ts'
import { firstNames } from '../text/lists.ts'
import { percent } from './amounts.ts'
import { describeFindings, describeSharedHint, explainLine, fromTop, withSharedHints } from './findings.ts'
import { type Formatter, formatterFor, type Style } from './formatter.ts'
import { verdictCommands } from './github.ts'
import { findingItems, paragraphs, prose } from './markdown-text.ts'
import { bars } from './rewrite/bars.ts'
import { jsonReport } from './rewrite/json.ts'
import { savingsMarkdown } from './rewrite/savings.ts'
import { sarif } from './sarif.ts'

/** Names listed before the rest is counted. */
const MOST_NAMED = 4

/** Whether a rewrite would change anything, including a lock that has to be made again and has no new text yet. */
const wouldChange = ({ files }: CheckResult): boolean =>
  files.some(({ changed, changes }) => changed || changes.length > 0)

/** How `check` prints, by `--format`. */
export const checkReports = {
  text: checkText,
  json: jsonReport as (result: CheckResult) => string,
  markdown: checkMarkdown,
  github: (result: CheckResult, style: Style) =>
    verdictCommands(
      'torchpin check',
      { ...result, findings: fromTop(result.findings, style) },
      verdict(result, formatterFor(style)),
    ),
  sarif: ({ findings }: CheckResult, style: Style) => sarif(fromTop(findings, style)),
} satisfies Record<ReportFormat<'check'>, (result: CheckResult, style: Style) => string>

function checkText(result: CheckResult, style: Style): string {
  const formatter = formatterFor(style)
  const asked = result.findings.filter(({ level }) => !style.quiet || level === 'error')
  const { findings, shared } = withSharedHints(asked)
  const found =
    describeFindings(findings, formatter, style.verbose) +
    shared.map(hint => describeSharedHint(hint, formatter)).join('')
  if (style.quiet) return found
  const drawn = result.savings && wouldChange(result) ? bars(result.savings, formatter) : ''
  const budgets = budgetLines(result, formatter)
    .map(line => `${line}\n`)
    .join('')
  const last = `${formatter.paint(result.ok ? 'green' : 'bold', formatter.prose(verdict(result, formatter)))}\n`
  const more = result.ok ? '' : `${explainLine(formatter)}\n`
  return [found, drawn, budgets, last + more].filter(part => part !== '').join('\n')
}

function checkMarkdown(result: CheckResult, style: Style): string {
  const formatter = formatterFor({ ...style, color: false })
  const { findings, shared } = withSharedHints(result.findings)
  return paragraphs([
    `**${prose(verdict(result, formatter))}**`,
    budgetLines(result, formatter)
      .map(line => `- ${prose(line)}`)
      .join('\n'),
    result.savings && wouldChange(result) ? savingsMarkdown(result.savings, formatter) : '',
    findingItems(findings, style.verbose),
    shared.map(({ hint, count }) => `Fix for ${counted(count, 'finding')}: ${prose(hint)}`).join('\n'),
  ])
}

function budgetLines({ budgets, install }: CheckResult, { paint }: Formatter): string[] {
  return budgets.map(({ name, limit, actual, bytecode, exceeded, unknown, unit }) => {
    const used = `${name}${unit === undefined ? '' : ` for ${unit}`}: ${amount(actual, (install?.exact ?? false) && !bytecode)} of ${formatBytes(limit)}`
    const part = bytecode ? `, ${amount(bytecode, false)} of it bytecode` : ''
    if (exceeded) return paint('red', `${used}, exceeded${part}`)
    return unknown ? paint('red', `${used}, and more may come${part}`) : `${used}, within${part}`
  })
}

/** The run in one line: whether something was found, what an install costs, and what a rewrite would make of it. */
function verdict(result: CheckResult, { glyphs }: Formatter): string {
  const { findings, install, savings, unknown, ok } = result
  const { bytecode } = install ?? {}
  const compiled = bytecode ? ` and ${amount(bytecode.bytes, bytecode.exact)} of bytecode` : ''
  const cost = install
    ? `: ${counted(install.packages, 'package')}, ${amount(install.download, install.exact)} to download, ${amount(install.installed, install.exact)} on disk${compiled}`
    : ''
  if (ok && unknown.length > 0) {
    return `No findings, but what ${firstNames(unknown, MOST_NAMED)} ${unknown.length > 1 ? 'need' : 'needs'} is not known${cost}`
  }
  if (ok) return `Nothing found${cost}`
  const after =
    wouldChange(result) &&
    savings &&
    install &&
    savings.unknown.length === 0 &&
    savings.after.download !== install.download
      ? `; torchpin rewrite makes that ${amount(savings.after.download, savings.after.exact)} to download (${percent(install.download, savings.after.download, glyphs)})`
      : ''
  return `${counted(findings.length, 'finding')}${cost}${after}`
}
