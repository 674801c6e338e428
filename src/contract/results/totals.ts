import type { Bytecode, PackageSaving, PackageSize, Savings, Totals } from './rewrite.ts'

/**
 * What all units save, each an install of its own. A package has one row for each pair of versions, with the bytes of all
 * the units where it is that. Null where nothing is known of any unit; what is not known of some makes the rest inexact.
 */
export function totalSavings(units: readonly (Savings | null)[]): Savings | null {
  const known = units.filter(savings => savings !== null)
  if (units.length === 1 || known.length === 0) return known[0] ?? null
  const before = sumOf(units.map(savings => savings?.before ?? null))!
  const after = sumOf(units.map(savings => savings?.after ?? null))!
  return {
    before,
    after,
    saved: {
      download: before.download - after.download,
      installed: before.installed - after.installed,
      ...(before.bytecode || after.bytecode ? { bytecode: bytecodeIn(before) - bytecodeIn(after) } : {}),
    },
    unknown: [...new Set(known.flatMap(({ unknown }) => unknown))],
    packages: addPackages(known.flatMap(({ packages }) => packages)),
  }
}

/** Installs side by side. Null where nothing is known of any; what is not known of some makes the rest inexact. */
export function sumOf(installs: readonly (Totals | null)[]): Totals | null {
  const known = installs.filter(install => install !== null)
  if (known.length === 0) return null
  const none = { packages: 0, download: 0, installed: 0, exact: known.length === installs.length }
  return known.reduce(addTotals, none)
}

function addTotals(a: Totals, b: Totals): Totals {
  return {
    packages: a.packages + b.packages,
    download: a.download + b.download,
    installed: a.installed + b.installed,
    exact: a.exact && b.exact,
    ...addBytecode(a.bytecode, b.bytecode),
  }
}

/** Of two installs one may be uv's, which has none. */
function addBytecode(a: Bytecode | undefined, b: Bytecode | undefined): Pick<Totals, 'bytecode'> {
  if (!a || !b) return a || b ? { bytecode: (a ?? b)! } : {}
  return { bytecode: { bytes: a.bytes + b.bytes, exact: a.exact && b.exact } }
}

/** Bytes of bytecode in an install, as far as they are known. */
export function bytecodeIn({ bytecode }: Pick<Totals, 'bytecode'>): number {
  return bytecode?.bytes ?? 0
}

/** What lies on the disk once it is installed: all that is unpacked, and the bytecode of it. */
export function onDisk(install: Pick<Totals, 'installed' | 'bytecode'>): number {
  return install.installed + bytecodeIn(install)
}

function addPackages(all: readonly PackageSaving[]): PackageSaving[] {
  const rows = new Map<string, PackageSaving>()
  for (const row of all) {
    const key = `${row.name} ${row.before?.version ?? ''} ${row.after?.version ?? ''}`
    const known = rows.get(key)
    rows.set(
      key,
      known ? { ...row, before: addSides(known.before, row.before), after: addSides(known.after, row.after) } : row,
    )
  }
  return [...rows.values()].sort((a, b) => saving(b) - saving(a) || (a.name < b.name ? -1 : 1))
}

/** Both are of one version, or both are missing. */
function addSides(a: PackageSize | null, b: PackageSize | null): PackageSize | null {
  if (!a || !b) return null
  return {
    version: a.version,
    download: addKnown(a.download, b.download),
    installed: addKnown(a.installed, b.installed),
    exact: a.exact && b.exact,
    ...(a.bytecode === null || b.bytecode === null ? { bytecode: null } : addBytecode(a.bytecode, b.bytecode)),
    ...(a.estimatedFrom === undefined ? {} : { estimatedFrom: a.estimatedFrom }),
  }
}

function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

function saving({ before, after }: PackageSaving): number {
  return (before?.download ?? 0) - (after?.download ?? 0)
}
