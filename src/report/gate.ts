import type { ReportFormat } from '../contract/options.ts'
import type { GateResult, Growth, LockChange } from '../contract/results/gate.ts'
import { counted, formatBytes } from '../text/bytes.ts'
import { difference } from './amounts.ts'
import { describeFindings, explainLine, fromTop } from './findings.ts'
import { type Formatter, formatterFor, type Style } from './formatter.ts'
import { verdictCommands } from './github.ts'
import { jsonDocument } from './json-document.ts'
import { findingItems, paragraphs, prose } from './markdown-text.ts'
import { savingsMarkdown, savingsText } from './rewrite/savings.ts'
import { sarif } from './sarif.ts'

/** How `check --against` prints, by `--format`. */
export const gateReports = {
  text: gateText,
  json: (result: GateResult) => jsonDocument(result),
  markdown: gateMarkdown,
  github: (result: GateResult, style: Style) =>
    verdictCommands(
      'torchpin check --against',
      { ...result, findings: fromTop(result.findings, style) },
      verdict(result, formatterFor(style)),
    ),
  sarif: ({ findings }: GateResult, style: Style) => sarif(fromTop(findings, style)),
} satisfies Record<ReportFormat<'check'>, (result: GateResult, style: Style) => string>

function gateText(result: GateResult, style: Style): string {
  const formatter = formatterFor(style)
  const asked = result.findings.filter(({ level }) => !style.quiet || level === 'error')
  const found = describeFindings(asked, formatter, style.verbose)
  if (style.quiet) return found
  const locks = result.locks.map(lock => {
    const table = savingsText(lock.savings, formatter, 'most added first')
    return `${formatter.paint('bold', formatter.prose(headline(lock, formatter)))}\n${table}`
  })
  const budgets = budgetLines(result, formatter)
    .map(line => `${line}\n`)
    .join('')
  const last = `${formatter.paint(result.ok ? 'green' : 'bold', formatter.prose(verdict(result, formatter)))}\n`
  const more = result.ok ? '' : `${explainLine(formatter)}\n`
  return [...locks, found, budgets, last + more].filter(part => part !== '').join('\n')
}

function gateMarkdown(result: GateResult, style: Style): string {
  const formatter = formatterFor({ ...style, color: false })
  return paragraphs([
    `**${prose(verdict(result, formatter))}**`,
    budgetLines(result, formatter)
      .map(line => `- ${prose(line)}`)
      .join('\n'),
    ...result.locks.flatMap(lock => {
      const table = savingsMarkdown(lock.savings, formatter, 'most added first')
      return table === '' ? [] : [prose(headline(lock, formatter)), table]
    }),
    findingItems(result.findings, style.verbose),
  ])
}

/** `uv.lock, Python 3.12 on linux-x86_64:` */
function headline({ path, isNew, target }: LockChange, { show }: Formatter): string {
  return `${show(path)}${isNew ? ', which is new' : ''}, Python ${target.python[0]} on ${target.platforms[0]}:`
}

function budgetLines({ budgets, growth }: GateResult, { paint, glyphs }: Formatter): string[] {
  return budgets.map(({ name, limit, actual, exceeded }) => {
    const used = `${name}: ${difference(actual, growth.exact, glyphs)} of ${formatBytes(limit)}`
    return exceeded ? paint('red', `${used}, exceeded`) : `${used}, within`
  })
}

/** The change in one line. */
function verdict({ against, findings, growth }: GateResult, { glyphs, show }: Formatter): string {
  const what = findings.length > 0 ? counted(findings.length, 'finding') : 'Nothing found'
  return `${what} against ${show(against)}: ${grown(growth, glyphs)}`
}

function grown({ download, installed, exact }: Growth, glyphs: Formatter['glyphs']): string {
  if (download === 0 && installed === 0) return 'nothing more to download'
  return `${difference(download, exact, glyphs)} to download, ${difference(installed, exact, glyphs)} on disk`
}
