import type { Savings, Totals } from '../../src/contract/results/rewrite.ts'
import { cudaOnly } from '../../src/torch/family.ts'

/** fixtures/oracle/closures.json: what was measured without torchpin. */
export interface Measured {
  readonly measured: string
  /** What was uploaded later was not to be seen yet. */
  readonly uploadedBefore: string
  readonly cpu: {
    readonly torch: string
    readonly packages: number
    readonly download: number
    readonly installed: number
  }
  readonly releases: readonly MeasuredRelease[]
}

interface MeasuredRelease {
  readonly torch: string
  readonly packages: number
  readonly download: number
  readonly installed: number
  readonly pins: readonly string[]
  /** CUDA packages that no `==` holds. */
  readonly floating: readonly string[]
}

/** test/comparison/closures.json: what torchpin works out. */
export interface Closures {
  readonly date: string
  readonly rows: readonly ClosureRow[]
  /** Before and after, with the real wheel of the CPU build; null without it. */
  readonly cpu: Pick<Savings, 'before' | 'after'> | null
}

export interface ClosureRow {
  readonly torch: string
  readonly measured: Omit<Totals, 'exact'>
  readonly found: Totals
  /** Percent by which torchpin's figure differs. */
  readonly download: number
  readonly installed: number
  /** CUDA packages that have another version than when it was measured. */
  readonly moved: readonly Move[]
  /** Other packages of which the same is true. */
  readonly alsoMoved: readonly Move[]
}

interface Move {
  readonly project: string
  readonly from: string | null
  readonly to: string | null
  /** Nothing holds it with `==`, so that it moves with time. */
  readonly floating: boolean
}

/** Sets what torchpin works out for a release beside what was measured. */
export function rowOf(release: MeasuredRelease, { before: found, packages }: Savings): ClosureRow {
  const then = new Map(release.pins.map(pin => pin.split('==') as [string, string]))
  const now = new Map(packages.flatMap(({ name, before }) => (before ? [[name, before.version] as const] : [])))
  const moves = [...new Set([...then.keys(), ...now.keys()])].sort().flatMap((project): Move[] => {
    const [from = null, to = null] = [then.get(project), now.get(project)]
    return from === to ? [] : [{ project, from, to, floating: release.floating.includes(project) }]
  })
  const { packages: count, download, installed } = release
  return {
    torch: release.torch,
    measured: { packages: count, download, installed },
    found,
    download: percent(download, found.download),
    installed: percent(installed, found.installed),
    moved: moves.filter(({ project }) => cudaOnly.has(project)),
    alsoMoved: moves.filter(({ project }) => !cudaOnly.has(project)),
  }
}

/** A Markdown table, its heading first. */
export function closureTable(rows: readonly ClosureRow[]): string[] {
  return [
    '| torch | packages | download | measured | % | installed | measured | % | moved since |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows.map(({ torch, measured, found, download, installed, moved, alsoMoved }) => {
      const count =
        found.packages === measured.packages ? `${found.packages}` : `${found.packages} (${measured.packages})`
      const cells = [
        ...[torch, count, grouped(found.download), grouped(measured.download), download.toFixed(2)],
        ...[grouped(found.installed), grouped(measured.installed), installed.toFixed(2)],
        [...moved, ...alsoMoved].map(inWords).join(', ') || '–',
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}

const inWords = ({ project, from, to }: Move): string => `${project} ${from ?? 'absent'} → ${to ?? 'absent'}`
const percent = (from: number, to: number): number => Math.round(((to - from) / from) * 10_000) / 100

/** `2,740,713,029` */
export const grouped = (bytes: number): string => bytes.toLocaleString('en-US')
