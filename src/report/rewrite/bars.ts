import type { Savings } from '../../contract/results/rewrite.ts'
import { amount } from '../../text/bytes.ts'
import { largest } from '../../text/lists.ts'
import { percent } from '../amounts.ts'
import type { Formatter } from '../formatter.ts'
import { displayWidth } from '../width.ts'

/** Below this the name of a pair of bars gets a line of its own. */
const NARROW = 60
/** Longer bars say no more. */
const LONGEST = 64

/** What is downloaded and what lies on the disk, each as two bars: before and after. */
export function bars(savings: Savings, formatter: Formatter): string {
  return [pair('download', savings, formatter), pair('installed', savings, formatter)].join('\n')
}

function pair(what: 'download' | 'installed', { before, after }: Savings, formatter: Formatter): string {
  const { paint, glyphs, width } = formatter
  const sizes = [amount(before[what], before.exact), amount(after[what], after.exact)]
  const wide = largest(sizes.map(displayWidth))
  const [old, now] = sizes.map(size => size.padStart(wide))
  const change = percent(before[what], after[what], glyphs)
  const narrow = width < NARROW
  const margin = narrow ? '  ' : `  ${what.padEnd(9)}  `
  const room = Math.min(LONGEST, width - margin.length - 'before  '.length - wide - 2)
  // The percentage stands behind the second bar; both must end within the room.
  const second = change === '' ? room : room - change.length - 2
  const scale = Math.min(room / Math.max(before[what], 1), second / Math.max(after[what], 1))
  const lines = [
    `${margin}before  ${old}  ${paint('red', bar(before[what] * scale, glyphs))}`,
    `${narrow ? margin : ' '.repeat(margin.length)}after   ${now}  ${paint('green', bar(after[what] * scale, glyphs))}${change && `  ${paint('bold', change)}`}`,
  ]
  return `${narrow ? `${what}\n` : ''}${lines.map(line => `${line.trimEnd()}\n`).join('')}`
}

/** A bar of a length in columns, to the eighth where the characters are there; what is more than nothing shows. */
export function bar(length: number, { bar: full, eighths }: Formatter['glyphs']): string {
  if (length <= 0) return ''
  if (eighths === '') return full.repeat(Math.max(1, Math.round(length)))
  const steps = Math.max(1, Math.round(length * 8))
  return full.repeat(Math.floor(steps / 8)) + (steps % 8 > 0 ? eighths[steps % 8] : '')
}
