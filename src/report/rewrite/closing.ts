import type { RewriteResult } from '../../contract/results/rewrite.ts'
import { amount, counted } from '../../text/bytes.ts'
import { percent } from '../amounts.ts'
import type { Formatter } from '../formatter.ts'

/**
 * The run in one line, without a line end: what it saves, or where that is not known what it changed.
 * `2.74 GB → 202 MB to download (−93 %), 4.76 GB → 741 MB on disk (−84 %)`
 */
export function closingLine({ files, savings }: RewriteResult, formatter: Formatter): string {
  const changed = files.filter(file => file.changed)
  const stale = files.filter(({ diagnostics }) => diagnostics.some(({ code }) => code === 'lock-stale'))
  if ((changed.length > 0 || stale.length > 0) && savings) {
    const condition = stale.length > 0 ? `, once ${namedFiles(stale)} ${stale.length > 1 ? 'are' : 'is'} updated` : ''
    return `${sizes('download', 'to download')}, ${sizes('installed', 'on disk')}${condition}`
  }
  if (changed.length > 0) {
    const changes = changed.reduce((sum, file) => sum + file.changes.length, 0)
    return `${counted(changes, 'change')} in ${namedFiles(changed)}`
  }
  if (stale.length > 0)
    return `Nothing to change, but ${namedFiles(stale)} ${stale.length > 1 ? 'are' : 'is'} not updated yet`
  const cost = savings
    ? `: ${amount(savings.after.download, savings.after.exact)} to download, ${amount(savings.after.installed, savings.after.exact)} on disk`
    : ''
  return `Nothing to change in ${namedFiles(files)}${cost}`

  function sizes(what: 'download' | 'installed', where: string): string {
    const { before, after } = savings!
    const [old, now] = [amount(before[what], before.exact), amount(after[what], after.exact)]
    if (old === now) return `${now} ${where} as before`
    const change = percent(before[what], after[what], formatter.glyphs)
    return `${old} ${formatter.glyphs.arrow} ${now} ${where}${change && ` (${change})`}`
  }

  function namedFiles(some: readonly { readonly path: string }[]): string {
    return some.length === 1 ? formatter.show(some[0]!.path) : counted(some.length, 'file')
  }
}
