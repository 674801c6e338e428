import type { Bytecode, PackageSaving, PackageSize, Savings, Totals } from '../contract/results/rewrite.ts'
import { bytecodeOf } from '../packaging/bytecode.ts'
import type { Target } from '../packaging/target.ts'
import type { Chosen, Installed, Resolution } from '../resolve/resolve.ts'
import { onceForEachObject } from '../text/memo.ts'

/**
 * What a wheel grows to when it is unpacked, where its directory cannot be read: the measured ratio of
 * torch 2.13.0+cpu, 699,298,109 to 191,794,682 bytes. Such a figure is marked as an estimate.
 */
const UNPACKED = 3.65

/** What an install is measured for. */
export interface Measured {
  readonly target: Target
  /** False for a side that holds what could not be measured at all (URLs, repositories, unknown dependencies). */
  readonly complete: { readonly before: boolean; readonly after: boolean }
  /** Whether the installer writes bytecode. */
  readonly compiles: boolean
}

/** Told while the wheels are looked at. */
export type OnMeasured = (done: number, total: number, name: string) => void

/**
 * What two installs cost on one target, package by package and in all, in bytes.
 * The bytes of a package are those of the one file an installer would take. One of which they are not known on a side where
 * it is installed counts on neither: it would seem to be saved, or to be free.
 * The same holds for its bytecode, which counts apart.
 */
export async function measureSavings(
  before: Resolution,
  after: Resolution,
  measured: Measured,
  onMeasured: OnMeasured,
): Promise<Savings> {
  const { target, complete } = measured
  const here = ({ builds }: Chosen) => builds.some(build => build.target === target)
  const names = [...new Set([...before.values(), ...after.values()].filter(here).map(({ project }) => project))].sort()
  let done = 0
  const packages = await Promise.all(
    names.map(async (name): Promise<PackageSaving> => {
      const old = before.get(name)
      const kept = after.get(name)
      const [left, right] = await Promise.all([sideOf(old, measured), sideOf(kept, measured)])
      onMeasured(++done, names.length, name)
      return { name, before: left, after: right }
    }),
  )
  const unknown = packages.filter(row => hasUnknown(row, 'before') || hasUnknown(row, 'after'))
  const totalOf = (side: 'before' | 'after'): Totals => ({
    ...totals(
      packages.filter(row => !unknown.includes(row)).map(withComparableBytecode),
      side,
      complete[side] && unknown.length === 0,
    ),
    packages: packages.filter(row => row[side]).length,
  })
  const both = { before: totalOf('before'), after: totalOf('after') }
  return {
    ...both,
    saved: {
      download: both.before.download - both.after.download,
      installed: both.before.installed - both.after.installed,
      ...(measured.compiles
        ? { bytecode: (both.before.bytecode?.bytes ?? 0) - (both.after.bytecode?.bytes ?? 0) }
        : {}),
    },
    unknown: unknown.map(({ name }) => name),
    packages: packages.sort((a, b) => saving(b) - saving(a) || (a.name < b.name ? -1 : 1)),
  }
}

/** Once for all units that install it. */
const compiledSize = onceForEachObject((build: Installed) => sizeOf(build, true))
const plainSize = onceForEachObject((build: Installed) => sizeOf(build, false))

function sideOf(chosen: Chosen | undefined, { target, compiles }: Measured): Promise<PackageSize> | null {
  const build = chosen?.builds.find(build => build.target === target)
  return build ? (compiles ? compiledSize : plainSize)(build) : null
}

async function sizeOf(build: Installed, compiles: boolean): Promise<PackageSize> {
  const { download = null, installed, source, exact, estimatedFrom } = await build.index.sizes(build.file)
  return {
    version: build.version.text,
    download,
    installed: installed ?? (download === null ? null : Math.round(download * UNPACKED)),
    exact: exact && download !== null && installed !== undefined,
    ...(compiles ? { bytecode: source ? compiled(bytecodeOf(source, build.target.python)) : null } : {}),
    ...(estimatedFrom === undefined ? {} : { estimatedFrom }),
  }
}

const compiled = (bytes: number): Bytecode => ({ bytes, exact: bytes === 0 })

/** Bytecode that is not known before or after counts on neither side. */
function withComparableBytecode(row: PackageSaving): PackageSaving {
  const { name, before, after } = row
  if (before?.bytecode !== null && after?.bytecode !== null) return row
  return { name, before: before && { ...before, bytecode: null }, after: after && { ...after, bytecode: null } }
}

/** Whether a package is installed on a side, and its bytes there are not known. */
export function hasUnknown(row: PackageSaving, side: 'before' | 'after'): boolean {
  return row[side] !== null && (row[side].download === null || row[side].installed === null)
}

/** One side of the packages that are given, as far as their bytes are known. @param complete false where more belongs to it */
export function totals(packages: readonly PackageSaving[], side: 'before' | 'after', complete: boolean): Totals {
  const sides = packages.flatMap(saved => saved[side] ?? [])
  return {
    packages: sides.length,
    download: sides.reduce((sum, { download }) => sum + (download ?? 0), 0),
    installed: sides.reduce((sum, { installed }) => sum + (installed ?? 0), 0),
    exact: complete && sides.every(({ exact }) => exact),
    ...bytecodeOfAll(sides),
  }
}

function bytecodeOfAll(sides: readonly PackageSize[]): Pick<Totals, 'bytecode'> {
  const parts = sides.flatMap(({ bytecode }) => (bytecode === undefined ? [] : [bytecode]))
  if (parts.length === 0) return {}
  return {
    bytecode: {
      bytes: parts.reduce((sum, part) => sum + (part?.bytes ?? 0), 0),
      exact: parts.every(part => part?.exact ?? false),
    },
  }
}

function saving({ before, after }: PackageSaving): number {
  return (before?.download ?? 0) - (after?.download ?? 0)
}
