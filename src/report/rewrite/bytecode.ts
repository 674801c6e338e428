import type { Savings, Totals } from '../../contract/results/rewrite.ts'
import { onDisk } from '../../contract/results/totals.ts'
import { amount } from '../../text/bytes.ts'
import { percent } from '../amounts.ts'
import type { Formatter } from '../formatter.ts'

/**
 * What lies on the disk once pip has compiled what it unpacked; empty where the installer writes no bytecode.
 * `with ~321 MB → ~93 MB of bytecode, which pip writes: ~5.09 GB → ~834 MB on disk (−84 %)`
 */
export function bytecodeLine({ before, after }: Savings, formatter: Formatter): string {
  if (!before.bytecode && !after.bytecode) return ''
  const change = percent(onDisk(before), onDisk(after), formatter.glyphs)
  const parts = both(before, after, ({ bytecode }) => [bytecode?.bytes ?? 0, bytecode?.exact ?? true], formatter)
  const whole = both(
    before,
    after,
    install => [onDisk(install), install.exact && (install.bytecode?.exact ?? true)],
    formatter,
  )
  return `with ${parts} of bytecode, which pip writes: ${whole} on disk${change && change !== '0 %' ? ` (${change})` : ''}`
}

function both(
  before: Totals,
  after: Totals,
  bytes: (install: Totals) => [bytes: number, exact: boolean],
  { glyphs }: Formatter,
): string {
  const [old, now] = [amount(...bytes(before)), amount(...bytes(after))]
  return old === now ? now : `${old} ${glyphs.arrow} ${now}`
}
