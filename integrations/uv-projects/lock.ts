import { parse } from 'smol-toml'
import { torchFamily } from '../../src/torch/family.ts'

type Table = Readonly<Record<string, unknown>>
interface Locked extends Table {
  readonly name: string
  readonly version?: string
  /** uv says `virtual` or `editable` of the projects themselves. */
  readonly source?: Table
}

/** The packages of a uv.lock or poetry.lock. */
const packagesOf = (lock: string): readonly Locked[] => (parse(lock)['package'] ?? []) as unknown as readonly Locked[]

const isOwn = ({ source }: Locked) => ['virtual', 'editable', 'directory'].some(kind => source && kind in source)

/** Public releases of the torch family in a lock, by project: one of each where all is well. */
export function releasesIn(lock: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { name, version = '' } of packagesOf(lock)) {
    if (!torchFamily.has(name)) continue
    const releases = (found[name] ??= [])
    const release = version.split('+')[0]!
    if (!releases.includes(release)) releases.push(release)
  }
  return found
}

export interface LockDifference {
  /** Names that are locked no longer, and those that are new. */
  readonly leaves: readonly string[]
  readonly comes: readonly string[]
  /** Names whose packages are others than before, but for what they say about the family and about what leaves or comes. */
  readonly changed: readonly string[]
}

/** What the second lock has otherwise than the first. The projects themselves are left out. */
export function differenceOf(before: string, after: string): LockDifference {
  const [old, young] = [packagesOf(before), packagesOf(after)].map(all => all.filter(each => !isOwn(each)))
  const names = (packages: readonly Locked[]) => [...new Set(packages.map(({ name }) => name))].sort()
  const [oldNames, youngNames] = [names(old!), names(young!)]
  const leaves = oldNames.filter(name => !youngNames.includes(name))
  const comes = youngNames.filter(name => !oldNames.includes(name))
  const moved = new Set([...torchFamily, ...leaves, ...comes])
  const statedOf = (packages: readonly Locked[], name: string) =>
    JSON.stringify(packages.filter(each => each.name === name).map(each => withoutNeeds(each, moved)))
  const changed = oldNames.filter(name => youngNames.includes(name) && statedOf(old!, name) !== statedOf(young!, name))
  return { leaves, comes, changed }
}

/** A package without its edges to some names, and without the environments it is for, which edges decide. */
function withoutNeeds(locked: Locked, names: ReadonlySet<string>): Table {
  const { dependencies, 'resolution-markers': _, markers: __, groups: ___, ...rest } = locked
  const kept = Array.isArray(dependencies)
    ? (dependencies as readonly { name: string }[]).filter(({ name }) => !names.has(name))
    : Object.fromEntries(Object.entries((dependencies ?? {}) as Table).filter(([name]) => !names.has(name)))
  return Object.keys(kept).length === 0 ? rest : { ...rest, dependencies: kept }
}
