import type { RewriteResult, Savings } from '../result.ts'
import { printable } from '../text/terminal.ts'
import { formatBytes } from './bytes.ts'
import { type Paint, painter } from './colors.ts'
import type { Style } from './reports.ts'

/** How many packages the table names before it sums up the rest. */
const ROWS = 12

/** The report for a terminal: the diff, what there is to say, and what is saved. */
export function textReport(result: RewriteResult, style: Style): string {
  const paint = painter(style.color)
  const diff = result.files.map(file => colouredDiff(file.diff, paint)).join('')
  if (style.diffOnly) return diff
  const parts = [diff, diagnostics(result, paint), summary(result, paint)]
  if (result.savings) parts.push(savingsTable(result.savings, style, paint))
  return parts.filter(part => part !== '').join('\n')
}

function colouredDiff(diff: string, paint: Paint): string {
  return diff
    .split(/(?<=\n)/)
    .map(line => {
      // Without colour the diff goes to git as it is.
      const body = line.replace(/\r?\n$/, '')
      const end = line.slice(body.length)
      if (line.startsWith('+++') || line.startsWith('---')) return paint('bold', body) + end
      if (line.startsWith('@@')) return paint('cyan', body) + end
      if (line.startsWith('+')) return paint('green', body) + end
      return line.startsWith('-') ? paint('red', body) + end : line
    })
    .join('')
}

function diagnostics({ files }: RewriteResult, paint: Paint): string {
  const styles = { error: 'red', warning: 'yellow', info: 'cyan' } as const
  return files
    .flatMap(({ path, diagnostics }) =>
      diagnostics.map(({ code, level, line, message, hint }) => {
        const head = `${printable(path)}:${line}: ${paint(styles[level], level)}[${code}]: ${printable(message)}\n`
        return hint ? `${head}  hint: ${printable(hint)}\n` : head
      }),
    )
    .join('')
}

function summary({ files, index, target }: RewriteResult, paint: Paint): string {
  const changes = files.flatMap(file => file.changes)
  const changed = files.filter(file => file.changed).length
  const where = `Python ${target.python.join(', ')} on ${target.platforms.join(', ')} (${target.source})`
  const from =
    index.origin === 'snapshot'
      ? `the snapshot of ${index.snapshotDate}`
      : index.origin === 'cache'
        ? 'the cache'
        : 'the live index'
  const did =
    changes.length === 0
      ? 'Nothing to change'
      : `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} in ${changed} ${changed === 1 ? 'file' : 'files'}`
  return `${paint('bold', did)} for ${printable(where)}; CPU wheels from ${from}\n`
}

function savingsTable({ before, after, saved, packages }: Savings, { width, ascii }: Style, paint: Paint): string {
  const rows = packages.filter(
    ({ before: old, after: now }) => old?.version !== now?.version || old?.download !== now?.download,
  )
  const shown = rows.slice(0, ROWS)
  const mark = (exact: boolean) => (exact ? '' : '~')
  const cells = shown.map(({ name, before: old, after: now }) => [
    printable(name),
    printable(
      old && now && old.version !== now.version
        ? `${old.version} ${ascii ? '->' : '→'} ${now.version}`
        : (now?.version ?? old?.version ?? ''),
    ),
    old ? mark(old.exact) + formatBytes(old.download) : '-',
    now ? mark(now.exact) + formatBytes(now.download) : '-',
    mark((old?.exact ?? true) && (now?.exact ?? true)) + signed((now?.download ?? 0) - (old?.download ?? 0)),
  ])
  const rest = rows.slice(ROWS)
  if (rest.length > 0) {
    const sum = (side: 'before' | 'after') => rest.reduce((total, row) => total + (row[side]?.download ?? 0), 0)
    cells.push([
      `${rest.length} more`,
      '',
      formatBytes(sum('before')),
      formatBytes(sum('after')),
      signed(sum('after') - sum('before')),
    ])
  }
  const table =
    shown.length > 0 ? aligned([['package', 'version', 'before', 'after', 'download'], ...cells], width, paint) : ''
  const exact = before.exact && after.exact
  const share = (old: number, less: number) =>
    old > 0 ? ` (${less >= 0 ? (ascii ? '-' : '−') : '+'}${Math.abs((100 * less) / old).toFixed(1)} %)` : ''
  const largest = Math.max(before.download, before.installed, after.download, after.installed, 1)
  const bars = (['download', 'installed'] as const).flatMap(what => [
    bar(`${what} before`, before[what], largest, mark(before.exact), width, ascii, text => paint('red', text)),
    bar(`${what} after`, after[what], largest, mark(after.exact), width, ascii, text => paint('green', text)),
  ])
  const arrow = ascii ? '->' : '→'
  const closing = `${before.packages} ${arrow} ${after.packages} packages, ${mark(exact)}${formatBytes(before.download)} ${arrow} ${formatBytes(after.download)} to download${share(before.download, saved.download)}, ${mark(exact)}${formatBytes(before.installed)} ${arrow} ${formatBytes(after.installed)} installed${share(before.installed, saved.installed)}\n`
  return [table, bars.join(''), paint('bold', closing)].filter(Boolean).join('\n')
}

const signed = (bytes: number): string => (bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes))

function bar(
  label: string,
  bytes: number,
  largest: number,
  mark: string,
  width: number,
  ascii: boolean,
  paint: (text: string) => string,
): string {
  const room = Math.max(8, Math.min(50, width - 32))
  const length = bytes > 0 ? Math.max(1, Math.round((room * bytes) / largest)) : 0
  return `  ${label.padEnd(17)} ${paint((ascii ? '#' : '█').repeat(length))} ${mark}${formatBytes(bytes)}\n`
}

/** Columns side by side: names to the left, numbers to the right; on a narrow terminal the versions go first. */
function aligned(rows: readonly (readonly string[])[], width: number, paint: Paint): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const total = widths.reduce((sum, column) => sum + column + 2, 0)
  const columns = total > width ? [0, 2, 3, 4] : [0, 1, 2, 3, 4]
  return rows
    .map((row, i) => {
      const text =
        `  ${columns.map(column => (column < 2 ? row[column]!.padEnd(widths[column]!) : row[column]!.padStart(widths[column]!))).join('  ')}`.trimEnd()
      return `${i === 0 ? paint('dim', text) : text}\n`
    })
    .join('')
}
