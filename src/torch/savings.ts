import type { Target } from '../packaging/target.ts'
import type { Chosen, Resolution } from '../resolve/resolve.ts'
import type { PackageSaving, Savings, Side, Totals } from '../result.ts'

/**
 * What a wheel grows to when it is unpacked, where its directory cannot be read: the measured ratio of
 * torch 2.13.0+cpu, 699,298,109 to 191,794,682 bytes. Such a figure is marked as an estimate.
 */
const UNPACKED = 3.65

/** Told while the wheels are looked at. */
export type OnMeasured = (done: number, total: number, name: string) => void

/**
 * What two installs cost on one target, package by package and in all, in bytes.
 * The bytes of a package are those of the one file an installer would take; what no index tells counts as 0 and as not exact.
 *
 * @param complete false for a side that holds what could not be measured at all (URLs, repositories, unknown dependencies)
 */
export async function measureSavings(
  before: Resolution,
  after: Resolution,
  target: Target,
  complete: { readonly before: boolean; readonly after: boolean },
  onMeasured: OnMeasured,
): Promise<Savings> {
  const here = ({ builds }: Chosen) => builds.some(build => build.target === target)
  const names = [...new Set([...before.values(), ...after.values()].filter(here).map(({ project }) => project))].sort()
  let done = 0
  const packages = await Promise.all(
    names.map(async (name): Promise<PackageSaving> => {
      const old = before.get(name)
      const kept = after.get(name)
      const [left, right] = await Promise.all([sideOf(old, target), sideOf(kept, target)])
      onMeasured(++done, names.length, name)
      return { name, before: left, after: right }
    }),
  )
  const totals = { before: total(packages, 'before', complete.before), after: total(packages, 'after', complete.after) }
  return {
    ...totals,
    saved: {
      download: totals.before.download - totals.after.download,
      installed: totals.before.installed - totals.after.installed,
    },
    packages: packages.sort((a, b) => saving(b) - saving(a) || (a.name < b.name ? -1 : 1)),
  }
}

async function sideOf(chosen: Chosen | undefined, target: Target): Promise<Side | null> {
  const build = chosen?.builds.find(build => build.target === target)
  if (!build) return null
  const { download, installed, exact } = await build.index.sizes(build.file)
  return {
    version: build.version.text,
    download: download ?? 0,
    installed: installed ?? Math.round((download ?? 0) * UNPACKED),
    exact: exact && download !== undefined && installed !== undefined,
  }
}

function total(packages: readonly PackageSaving[], side: 'before' | 'after', complete: boolean): Totals {
  const sides = packages.flatMap(saved => saved[side] ?? [])
  return {
    packages: sides.length,
    download: sides.reduce((sum, { download }) => sum + download, 0),
    installed: sides.reduce((sum, { installed }) => sum + installed, 0),
    exact: complete && sides.every(({ exact }) => exact),
  }
}

function saving({ before, after }: PackageSaving): number {
  return (before?.download ?? 0) - (after?.download ?? 0)
}
