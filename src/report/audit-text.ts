import type { AuditFinding, AuditResult } from '../audit/result.ts'
import { largest } from '../text/largest.ts'
import { budgetLines, cure, madeBy, subject, verdict } from './audit-words.ts'
import { bar } from './bars.ts'
import { counted, formatBytes } from './bytes.ts'
import { describeFinding, describeFindings, explainLine } from './findings.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { type Cell, type Column, tableRows, tableWidth } from './table.ts'
import { cutTo, displayWidth } from './width.ts'

/** How an audit is printed. */
export interface AuditStyle extends Style {
  /** Name every file of every finding. */
  readonly verbose: boolean
}

/** Rows of a table before the rest is summed up. */
const ROWS = 15
/** Columns of the longest bar, and of the longest name or command. */
const BAR = 24
const LONGEST = 44

/** The report for a terminal: findings, what weighs how much, and at the end, where the eye is, the verdict and what to do. */
export function auditText(result: AuditResult, style: AuditStyle): string {
  const pen = penFor(style)
  const { paint, show, prose } = pen
  const told = findingLines(result.findings, pen, style.verbose)
  if (style.quiet)
    return findingLines(
      result.findings.filter(({ level }) => level === 'error'),
      pen,
      style.verbose,
    )
  const budgets = budgetLines(result).map(({ text, exceeded }) => (exceeded ? paint('red', prose(text)) : prose(text)))
  const fix = cure(result)
  const last = [
    paint(result.ok ? 'green' : 'bold', prose(show(verdict(result)))),
    ...(fix === '' ? [] : [prose(`${paint('cyan', 'fix')}: ${fix}`)]),
    ...(result.ok ? [] : [explainLine(pen)]),
  ]
  return [[paint('dim', prose(show(subject(result))))], told, packages(result, pen), layers(result, pen), budgets, last]
    .map(part => (typeof part === 'string' ? part : part.map(line => `${line}\n`).join('')))
    .filter(part => part !== '')
    .join('\n')
}

/** Each finding; a hint that many share is told with the first of them. */
function findingLines(findings: readonly AuditFinding[], pen: Pen, verbose: boolean): string {
  const hints = new Set<string>()
  return describeFindings(findings, pen, verbose, ({ hint, ...finding }) => {
    const first = hint !== undefined && !hints.has(hint)
    if (first) hints.add(hint)
    const files = verbose ? (finding.files ?? []) : []
    return (
      describeFinding({ ...finding, ...(first && { hint }) }, pen) +
      files.map(({ path, bytes }) => `  ${formatBytes(bytes).padStart(8)}  ${pen.show(path)}\n`).join('')
    )
  })
}

/** A line of a table: its name, further texts, its bytes and how many of them are for GPUs alone. */
interface Row {
  readonly name: string
  readonly texts: readonly string[]
  readonly bytes: number
  readonly more?: string
  readonly accelerator: number
}

function packages({ distributions, effective, accelerator }: AuditResult, pen: Pen): string[] {
  if (distributions.length === 0) return []
  const shown = distributions.slice(0, ROWS)
  const rest = distributions.slice(ROWS)
  const sum = (key: 'bytes' | 'accelerator', of: AuditResult['distributions']) =>
    of.reduce((all, one) => all + one[key], 0)
  const rows: Row[] = shown.map(({ name, version, bytes, accelerator }) => ({
    name,
    texts: [version],
    bytes,
    accelerator,
  }))
  if (rest.length > 0)
    rows.push({
      name: `${counted(rest.length, 'more package')}`,
      texts: [''],
      bytes: sum('bytes', rest),
      accelerator: sum('accelerator', rest),
    })
  rows.push({
    name: 'files of no package',
    texts: [''],
    bytes: effective.bytes - sum('bytes', distributions),
    accelerator: accelerator.effective - sum('accelerator', distributions),
  })
  return table(['package', 'version'], rows, pen)
}

function layers({ layers }: AuditResult, pen: Pen): string[] {
  if (layers.length === 0) return []
  const rows = layers.map((layer, i) => ({
    name: `${`${i + 1}`.padStart(`${layers.length}`.length)}  ${madeBy(layer)}`,
    texts: [],
    bytes: layer.bytes,
    more: formatBytes(layer.compressed),
    accelerator: layer.accelerator,
  }))
  return table(['layer'], rows, pen, 'stored')
}

function table(titles: readonly string[], rows: readonly Row[], pen: Pen, more?: string): string[] {
  const { show, paint, glyphs, width } = pen
  const title = (text: string): Cell => ({ text, paint: plain => paint('dim', plain) })
  const gpu = (row: Row) => row.accelerator > 0
  const red = (row: Row) => (gpu(row) ? { paint: (plain: string) => paint('red', plain) } : {})
  const numbers: Column[] = [
    { align: 'right', cells: [title('unpacked'), ...rows.map(row => ({ text: formatBytes(row.bytes) }))] },
    ...(more === undefined
      ? []
      : [{ align: 'right' as const, cells: [title(more), ...rows.map(row => ({ text: row.more ?? '' }))] }]),
    ...(rows.some(gpu)
      ? [
          {
            align: 'right' as const,
            cells: [
              title('for GPUs'),
              ...rows.map(row => ({ text: gpu(row) ? formatBytes(row.accelerator) : glyphs.none, ...red(row) })),
            ],
          },
        ]
      : []),
  ]
  const scale = BAR / Math.max(1, largest(rows.map(({ bytes }) => bytes)))
  const bars: Column = {
    align: 'left',
    cells: [title(''), ...rows.map(row => ({ text: bar(row.bytes * scale, glyphs), ...red(row) }))],
  }
  const texts: Column[] = titles.slice(1).map((name, i) => ({
    align: 'left',
    cells: [title(name), ...rows.map(row => ({ text: cutTo(show(row.texts[i]!), LONGEST, glyphs.more) }))],
  }))
  const names = rows.map(({ name }) => show(name))
  const asked = Math.min(LONGEST, largest(names.map(displayWidth)))
  const choices = [[...texts, ...numbers, bars], [...texts, ...numbers], numbers]
  const others = choices.find(columns => tableWidth(columns) + 2 + asked <= width) ?? numbers
  const room = Math.max(12, width - 2 - tableWidth(others))
  const name: Column = {
    align: 'left',
    cells: [
      title(titles[0]!),
      ...names.map(text => ({ text: cutTo(text, Math.min(room, Math.max(LONGEST, asked)), glyphs.more) })),
    ],
  }
  return tableRows([name, ...others])
}
