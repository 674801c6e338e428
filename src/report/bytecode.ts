import type { Savings, Totals } from '../result.ts'
import { onDisk } from '../totals.ts'
import { amount, percent } from './amounts.ts'
import type { Pen } from './pen.ts'

/**
 * What lies on the disk once pip has compiled what it unpacked; empty where the installer writes no bytecode.
 * `with ~321 MB → ~93 MB of bytecode, which pip writes: ~5.09 GB → ~834 MB on disk (−84 %)`
 */
export function bytecodeLine({ before, after }: Savings, pen: Pen): string {
  if (!before.bytecode && !after.bytecode) return ''
  const change = percent(onDisk(before), onDisk(after), pen.glyphs)
  const parts = both(before, after, ({ bytecode }) => [bytecode?.bytes ?? 0, bytecode?.exact ?? true], pen)
  const whole = both(
    before,
    after,
    install => [onDisk(install), install.exact && (install.bytecode?.exact ?? true)],
    pen,
  )
  return `with ${parts} of bytecode, which pip writes: ${whole} on disk${change && change !== '0 %' ? ` (${change})` : ''}`
}

function both(
  before: Totals,
  after: Totals,
  bytes: (install: Totals) => [bytes: number, exact: boolean],
  { glyphs }: Pen,
): string {
  const [old, now] = [amount(...bytes(before)), amount(...bytes(after))]
  return old === now ? now : `${old} ${glyphs.arrow} ${now}`
}
