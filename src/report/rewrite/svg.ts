import type { RewriteResult, Savings, Totals } from '../../contract/results/rewrite.ts'
import { amount } from '../../text/bytes.ts'
import { percent } from '../amounts.ts'
import { type Formatter, formatterFor, type Style } from '../formatter.ts'
import { closingLine } from './closing.ts'

const WIDTH = 720
const LONGEST = 400
const BAR = 18

/**
 * The savings as a picture for a README or a pull request: what is downloaded and what lies on the disk, each as two bars.
 * It holds no script and no outside reference, and follows the reader's light or dark theme.
 */
export function svgReport(result: RewriteResult, style: Style): string {
  const formatter = formatterFor({ ...style, color: false })
  const title = closingLine(result, formatter)
  const rows = result.savings ? pairs(result.savings) : []
  const height = 56 + rows.length * 66
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 14px ui-sans-serif, system-ui, 'Segoe UI', sans-serif; fill: #1f2328 }
.title { font-weight: 600 } .note { fill: #59636e } .before { fill: #cf222e } .after { fill: #1a7f37 }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .note { fill: #9198a1 } .before { fill: #f85149 } .after { fill: #3fb950 } }
</style>
<text class="title" x="16" y="30">${escaped(title)}</text>
${rows.map(row => pairOf(row, result.savings!, formatter)).join('')}</svg>
`
}

interface Pair {
  readonly what: 'download' | 'installed'
  readonly y: number
}

function pairs({ before }: Savings): Pair[] {
  const known = (['download', 'installed'] as const).filter(what => before[what] > 0)
  return known.map((what, i) => ({ what, y: 56 + i * 66 }))
}

function pairOf({ what, y }: Pair, { before, after }: Savings, { glyphs }: Formatter): string {
  const scale = LONGEST / Math.max(before[what], after[what], 1)
  const bar = (side: 'before' | 'after', { [what]: bytes, exact }: Totals, top: number, change: string) => {
    const length = bytes > 0 ? Math.max(2, bytes * scale) : 0
    const label = `${amount(bytes, exact)}${change && `  ${change}`}`
    return (
      `<text class="note" x="112" y="${top + 14}">${side}</text>` +
      `<rect class="${side}" x="168" y="${top}" width="${length.toFixed(1)}" height="${BAR}" rx="3"/>` +
      `<text x="${(168 + length + 8).toFixed(1)}" y="${top + 14}">${escaped(label)}</text>\n`
    )
  }
  return (
    `<text x="16" y="${y + 26}">${what}</text>` +
    bar('before', before, y, '') +
    bar('after', after, y + BAR + 6, percent(before[what], after[what], glyphs))
  )
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
