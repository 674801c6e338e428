import type { AuditResult } from '../../contract/results/audit.ts'
import { counted, formatBytes } from '../../text/bytes.ts'
import { largest } from '../../text/lists.ts'
import type { Formatter } from '../formatter.ts'
import { code, markdownTable } from '../markdown-text.ts'
import { bar } from '../rewrite/bars.ts'
import { type ColumnOf, drawn, fitted, tableRows } from '../table.ts'
import { cutTo } from '../width.ts'
import { madeBy } from './words.ts'

/** Packages named before the rest is summed up (text) or left out (markdown). */
const ROWS = { text: 15, markdown: 20 } as const
/** Columns of the longest bar. */
const BAR = 24
/** Columns of a name or command in text; characters of a command in markdown. */
const LONGEST = { text: 44, markdown: 80 } as const

/** A package, several packages, a layer, or the files of no package. */
interface Weighed {
  readonly name: string
  /** Of a package. */
  readonly version?: string
  readonly bytes: number
  /** Bytes of a layer as stored. */
  readonly compressed?: number
  /** Of the bytes, how many are for GPUs alone. */
  readonly accelerator: number
}

/** Packages by weight, as lines for the terminal; what belongs to none comes last. */
export function packagesText(result: AuditResult, formatter: Formatter): string[] {
  const { distributions, effective, accelerator } = result
  if (distributions.length === 0) return []
  const rest = distributions.slice(ROWS.text)
  const sum = (of: AuditResult['distributions']) => ({
    bytes: of.reduce((all, { bytes }) => all + bytes, 0),
    accelerator: of.reduce((all, { accelerator }) => all + accelerator, 0),
  })
  const all = sum(distributions)
  const rows: Weighed[] = [
    ...distributions.slice(0, ROWS.text),
    ...(rest.length > 0 ? [{ name: counted(rest.length, 'more package'), ...sum(rest) }] : []),
    {
      name: 'files of no package',
      bytes: effective.bytes - all.bytes,
      accelerator: accelerator.effective - all.accelerator,
    },
  ]
  const text = (row: Weighed) => cutTo(formatter.show(versions.text(row)), LONGEST.text, formatter.glyphs.more)
  return weightTable([nameOf('package'), { ...versions, text }, unpacked], rows, formatter)
}

/** Layers from the lowest up, as lines for the terminal. */
export function layersText({ layers }: AuditResult, formatter: Formatter): string[] {
  if (layers.length === 0) return []
  const wide = `${layers.length}`.length
  const rows = layers.map((layer, i) => ({ ...layer, name: `${`${i + 1}`.padStart(wide)}  ${madeBy(layer)}` }))
  return weightTable([nameOf('layer'), unpacked, stored], rows, formatter)
}

/** Packages by weight as a table of markdown. */
export function packagesMarkdown({ distributions }: AuditResult): string {
  return markdownTable([nameOf('package'), versions, unpacked, forGpus('')], distributions.slice(0, ROWS.markdown))
}

/** Layers from the lowest up as a table of markdown. */
export function layersMarkdown({ layers }: AuditResult): string {
  const rows = layers.map(layer => ({ ...layer, name: madeBy(layer).slice(0, LONGEST.markdown) }))
  return markdownTable([nameOf('layer'), { ...unpacked, align: 'left' }, stored, forGpus('')], rows)
}

const nameOf = (title: string): ColumnOf<Weighed> => ({ title, text: ({ name }) => name, markdown: code })

const versions: ColumnOf<Weighed> = { title: 'version', text: ({ version = '' }) => version, markdown: code }

const unpacked: ColumnOf<Weighed> = { title: 'unpacked', align: 'right', text: ({ bytes }) => formatBytes(bytes) }

const stored: ColumnOf<Weighed> = {
  title: 'stored',
  align: 'right',
  text: ({ compressed = 0 }) => formatBytes(compressed),
}

const color = ({ accelerator }: Weighed) => (accelerator > 0 ? 'red' : undefined)

const forGpus = (none: string): ColumnOf<Weighed> => ({
  title: 'for GPUs',
  align: 'right',
  text: ({ accelerator }) => (accelerator === 0 ? none : formatBytes(accelerator)),
  color,
})

/** A table with a bar for each row, as far as the terminal has room for it. */
function weightTable(columns: readonly ColumnOf<Weighed>[], rows: readonly Weighed[], formatter: Formatter): string[] {
  const { glyphs } = formatter
  const scale = BAR / Math.max(1, largest(rows.map(({ bytes }) => bytes)))
  const bars: ColumnOf<Weighed> = { title: '', text: ({ bytes }) => bar(bytes * scale, glyphs), color }
  const gpus = rows.some(color) ? [forGpus(glyphs.none)] : []
  const [names, ...others] = [...columns, ...gpus].map(column => drawn(column, rows, formatter))
  const numbers = others.filter(({ align }) => align === 'right')
  const choices = [[...others, drawn(bars, rows, formatter)], others, numbers]
  return tableRows(fitted(names!, choices, { least: 12, longest: LONGEST.text }, formatter))
}
