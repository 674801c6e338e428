import { formatBytes, percentChange } from '../text/bytes.ts'
import type { Formatter } from './formatter.ts'

type Glyphs = Formatter['glyphs']

/** `−335 MB`, `+12 kB`, `0 B`; `~` in front where any part of it is an estimate; `unknown` for null. */
export function difference(bytes: number | null, exact: boolean, { minus }: Glyphs): string {
  if (bytes === null) return 'unknown'
  const sign = bytes < 0 ? minus : bytes > 0 ? '+' : ''
  return `${exact ? '' : '~'}${sign}${formatBytes(Math.abs(bytes))}`
}

/** `−93 %`; empty when there was nothing before. */
export function percent(before: number, after: number, { minus }: Glyphs): string {
  const change = percentChange(before, after)
  if (change === undefined) return ''
  return `${change < 0 ? minus : change > 0 ? '+' : ''}${Math.abs(change)} %`
}
