import type { ReleaseResult, VersionsResult } from '../versions-result.ts'
import { formatBytes } from './bytes.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { type Cell, type Column, tableRows, tableWidth } from './table.ts'
import {
  companionsShown,
  linesToPin,
  newestPair,
  pythonRuns,
  remarks,
  shortPlatforms,
  subject,
  torchNeed,
} from './versions-cells.ts'

/** A column before its place is known: its name may be told in two lines, where there is no room for it in one. */
interface Described {
  readonly name: string
  /** How the name is broken: `torch-`, `vision`. */
  readonly broken?: readonly [string, string]
  /** Left unless given. */
  readonly align?: Column['align']
  readonly cells: readonly Cell[]
}

/** The report for a terminal: a table that a narrow terminal gets fewer columns of, and at the end the lines to pin. */
export function versionsText(result: VersionsResult, style: Style): string {
  const pen = penFor(style)
  const { paint, show } = pen
  const head = show(subject(result).join(', '))
  const notes = remarks(result).map(remark => `  ${paint('dim', show(remark))}\n`)
  const lines = linesToPin(result).map(line => `  ${paint('bold', show(line))}\n`)
  return [
    `${head.length > pen.width ? subject(result).map(show).join(',\n') : head}\n`,
    table(result, pen),
    ...(notes.length > 0 ? [notes.join('')] : []),
    `To pin the newest:\n${lines.join('')}`,
  ].join('\n')
}

function table(result: VersionsResult, pen: Pen): string {
  const columns = layouts(result, pen).find(columns => tableWidth(columns) <= pen.width) ?? [
    inLines(versions(result, pen), 1, pen),
  ]
  return tableRows(columns)
    .map(row => `${row}\n`)
    .join('')
}

/** The columns there could be, from the most to the fewest. */
function layouts(result: VersionsResult, pen: Pen): Column[][] {
  const { releases } = result
  const { glyphs } = pen
  const version = versions(result, pen)
  const column = (name: string, text: (release: ReleaseResult) => string): Described => ({
    name,
    cells: releases.map(release => ({ text: pen.show(text(release)) })),
  })
  const pythons = column('Pythons', release => pythonRuns(release.pythons, glyphs))
  const long = column('platforms', ({ platforms }) => platforms.join(' '))
  const short = column('platforms', ({ platforms }) => shortPlatforms(platforms))
  const pairs: Described[] =
    result.package === 'torch'
      ? companionsShown(result).map(name => ({
          ...column(name, release => newestPair(release, name, glyphs)),
          broken: ['torch-', name.slice('torch'.length)],
        }))
      : [column('torch', release => torchNeed(release, glyphs))]
  const more = [...sizes(result), ...uploads(result)]
  const choices: readonly (readonly [lines: 1 | 2, Described[]])[] = [
    [1, [version, pythons, long, ...pairs, ...more]],
    [1, [version, pythons, short, ...pairs, ...more]],
    [1, [version, pythons, short, ...pairs]],
    [2, [version, pythons, short, ...pairs]],
    [2, [version, pythons, short, ...pairs.slice(0, 2)]],
    [2, [version, pythons, ...pairs.slice(0, 2)]],
    [1, [version, pythons]],
  ]
  return choices.map(([lines, described]) => described.map(one => inLines(one, lines, pen)))
}

function inLines({ name, broken = ['', name], align = 'left', cells }: Described, lines: 1 | 2, pen: Pen): Column {
  const head = (lines === 1 ? [name] : broken).map(text => ({
    text,
    paint: (plain: string) => pen.paint('dim', plain),
  }))
  return { align, cells: [...head, ...cells] }
}

function versions({ releases }: VersionsResult, { paint, show }: Pen): Described {
  return {
    name: 'version',
    cells: releases.map(({ version, yanked }) =>
      yanked
        ? { text: `${show(version)} yanked`, paint: (text: string) => paint('yellow', text) }
        : { text: show(version) },
    ),
  }
}

/** What the largest wheel costs, where one platform is asked for and the index tells. */
function sizes({ releases, filter }: VersionsResult): Described[] {
  const largest = releases.map(({ wheels }) => wheels.reduce((most, { size }) => Math.max(most, size ?? -1), -1))
  if (filter.platforms.length !== 1 || largest.every(size => size < 0)) return []
  return [
    { name: 'download', align: 'right', cells: largest.map(size => ({ text: size < 0 ? '' : formatBytes(size) })) },
  ]
}

function uploads({ releases }: VersionsResult): Described[] {
  if (releases.every(({ uploaded }) => uploaded === null)) return []
  return [{ name: 'uploaded', cells: releases.map(({ uploaded }) => ({ text: uploaded?.slice(0, 10) ?? '' })) }]
}
