import type { RewriteResult } from '../result.ts'
import { amount, percent } from './amounts.ts'
import { counted } from './bytes.ts'
import type { Pen } from './pen.ts'

/**
 * The run in one line, without a line end: what it saves, or where that is not known what it changed.
 * `2.74 GB → 202 MB to download (−93 %), 4.76 GB → 741 MB on disk (−84 %)`
 */
export function closingLine({ files, savings }: RewriteResult, pen: Pen): string {
  const changed = files.filter(file => file.changed)
  if (changed.length > 0 && savings) return `${sizes('download', 'to download')}, ${sizes('installed', 'on disk')}`
  if (changed.length > 0) {
    const changes = changed.reduce((sum, file) => sum + file.changes.length, 0)
    return `${counted(changes, 'change')} in ${namedFiles(changed)}`
  }
  const cost = savings
    ? `: ${amount(savings.after.download, savings.after.exact)} to download, ${amount(savings.after.installed, savings.after.exact)} on disk`
    : ''
  return `Nothing to change in ${namedFiles(files)}${cost}`

  function sizes(what: 'download' | 'installed', where: string): string {
    const { before, after } = savings!
    const [old, now] = [amount(before[what], before.exact), amount(after[what], after.exact)]
    if (old === now) return `${now} ${where} as before`
    const change = percent(before[what], after[what], pen.glyphs)
    return `${old} ${pen.glyphs.arrow} ${now} ${where}${change && ` (${change})`}`
  }

  function namedFiles(some: readonly { readonly path: string }[]): string {
    return some.length === 1 ? pen.show(some[0]!.path) : counted(some.length, 'file')
  }
}
