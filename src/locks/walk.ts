import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { parseVersion } from '../packaging/version.ts'
import { allNames, type Chosen, holdsFor } from './chosen-marker.ts'
import type { Lock, LockedNeed, LockedPackage, LockedSource, LockRoot, Selection } from './lock.ts'

/** Walks through a lock before it is taken as it is: one made to hurt could ask for any number. */
const PASSES = 8

/** A package that a lock installs on a target. */
export interface InstalledPackage {
  readonly locked: LockedPackage
  /** The projects that it needs there, by canonical name. */
  readonly needs: readonly string[]
  /** The shortest way to it from a project that the lock is for, both ends included: `app`, `sentence-transformers`, `torch`. */
  readonly chain: readonly string[]
}

/** What a lock installs on one target, by canonical name. Folders of the repository itself are not in it. */
export type Walked = ReadonlyMap<string, InstalledPackage>

/**
 * What a lock installs on a target: what the chosen projects, extras and groups reach there, with the markers of the lock.
 * As uv does, extras that are reached count for the markers of extras that exclude each other, wherever they are reached.
 */
export function walk(lock: Lock, selection: Selection, target: Target): Walked {
  return lock.packages.some(({ when }) => when)
    ? walkListed(lock, selection, target)
    : walkNeeds(lock, selection, target)
}

function walkNeeds(lock: Lock, selection: Selection, target: Target): Walked {
  const roots = chosenRoots(lock, selection)
  const byName = packagesByName(lock.packages)
  const groups = new Set(roots.flatMap(root => namesOf(selection.groups, root.groups)))
  let extras = new Set(roots.flatMap(root => conflictNames(root, selection)))
  // Reached extras change what is reached. uv goes twice; a lock that it wrote needs no more.
  for (let more = PASSES; ; more--) {
    const reach = new Reach(byName, { extras, groups }, target)
    for (const root of roots) reach.follow(needsOfRoot(root, selection), root.name)
    const walked = reach.run()
    const all = new Set([...extras, ...reach.extras])
    if (all.size === extras.size || more === 0) return walked
    extras = all
  }
}

/** By a lock that says of each package when it is installed; what asks for what only shows the way. */
function walkListed(lock: Lock, selection: Selection, target: Target): Walked {
  const groups = selection.groups === 'all' ? allNames : new Set(selection.groups)
  const extras = selection.extras === 'all' ? allNames : new Set(selection.extras)
  const isChosen = (group: string | undefined) =>
    group === undefined || (group === 'main' ? !selection.onlyGroups : groups.has(group))
  const installed = lock.packages.filter(({ when = [] }) =>
    when.some(({ group, marker }) => isChosen(group) && holdsFor(marker, { extras, groups }, target)),
  )
  const reach = new Reach(packagesByName(installed), { extras, groups }, target)
  for (const root of lock.roots) reach.follow(needsOfRoot(root, selection), root.name)
  reach.run()
  const needed = new Set(installed.flatMap(({ needs }) => needs.map(({ name }) => name)))
  reach.follow(installed.filter(({ name }) => !needed.has(name)).map(needFor), undefined)
  reach.run()
  // What is left is asked for by what is not known, or in a circle.
  reach.follow(installed.map(needFor), undefined)
  return reach.run()
}

function needFor({ name }: LockedPackage): LockedNeed {
  return { name, version: undefined, source: undefined, extras: [], marker: undefined }
}

/** Packages by name, and by name and version as needs mean them. */
function packagesByName(packages: readonly LockedPackage[]): ReadonlyMap<string, readonly LockedPackage[]> {
  const found = new Map<string, LockedPackage[]>()
  const add = (key: string, entry: LockedPackage) => {
    const known = found.get(key)
    if (known) known.push(entry)
    else found.set(key, [entry])
  }
  for (const entry of packages) {
    add(entry.name, entry)
    add(keyOf(entry.name, (entry.insteadOf ?? entry).version), entry)
  }
  return found
}

function keyOf(name: string, version: string | undefined): string {
  return version === undefined ? name : `${name}\n${version}`
}

/** The projects that are installed: those that are named, else the one beside the lock file, else all. */
export function chosenRoots({ roots }: Lock, { members }: Selection): readonly LockRoot[] {
  if (members === 'all') return roots
  if (members) return roots.filter(({ name }) => name !== undefined && members.includes(name))
  const own = roots.filter(({ folder }) => folder === '.')
  return own.length > 0 ? own : roots
}

function namesOf(chosen: readonly string[] | 'all', lists: ReadonlyMap<string, unknown>): string[] {
  return [...lists.keys()].filter(name => chosen === 'all' || chosen.includes(name))
}

/** How the markers of a uv.lock write the extras and groups of a project that exclude each other. */
function conflictNames(root: LockRoot, { extras, groups, onlyGroups }: Selection): string[] {
  const { name } = root
  if (name === undefined) return []
  return [
    ...(onlyGroups
      ? []
      : [`project-${name.length}-${name}`, ...namesOf(extras, root.extras).map(conflictName('extra', name))]),
    ...namesOf(groups, root.groups).map(conflictName('group', name)),
  ]
}

const conflictName = (kind: 'extra' | 'group', project: string) => (name: string) =>
  `${kind}-${project.length}-${project}-${name}`

/** A need, with the way to what has it. */
interface Edge {
  readonly need: LockedNeed
  readonly from: Way | undefined
}

/** A project or a package, and the way to it. */
interface Way {
  readonly name: string
  readonly before: Way | undefined
}

function chainOf(way: Way): string[] {
  const names: string[] = []
  for (let at: Way | undefined = way; at; at = at.before) names.push(at.name)
  return names.reverse()
}

/** One walk from what is chosen, the nearest first, so that the first way to a package is the shortest. */
class Reach {
  readonly #byName: ReadonlyMap<string, readonly LockedPackage[]>
  readonly #chosen: Chosen
  readonly #target: Target
  readonly #seen = new Set<string>()
  readonly #needs = new Map<string, Set<string>>()
  readonly #found = new Map<string, { readonly locked: LockedPackage; readonly way: Way }>()
  #queue: Edge[] = []
  /** The extras that were reached, as markers of a uv.lock write them. */
  readonly extras = new Set<string>()

  constructor(byName: ReadonlyMap<string, readonly LockedPackage[]>, chosen: Chosen, target: Target) {
    this.#byName = byName
    this.#chosen = chosen
    this.#target = target
  }

  /** Takes note of what a project asks for. */
  follow(needs: readonly LockedNeed[], project: string | undefined): void {
    for (const need of needs) this.#push(need, project === undefined ? undefined : { name: project, before: undefined })
  }

  /** Goes all the ways that are noted. @returns what is reached so far */
  run(): Walked {
    for (let i = 0; i < this.#queue.length; i++) this.#take(this.#queue[i]!)
    this.#queue = []
    return new Map(
      [...this.#found]
        .filter(([, { locked }]) => locked.source.kind !== 'project')
        .map(([name, { locked, way }]) => {
          const needs = [...(this.#needs.get(name) ?? [])]
          return [
            name,
            {
              locked,
              needs,
              get chain() {
                return chainOf(way)
              },
            },
          ]
        }),
    )
  }

  #push(need: LockedNeed, from: Way | undefined): void {
    if (!holdsFor(need.marker, withOwnExtras(this.#chosen, need), this.#target)) return
    const last = from?.name
    if (last !== undefined && last !== need.name) {
      const needs = this.#needs.get(last)
      if (needs) needs.add(need.name)
      else this.#needs.set(last, new Set([need.name]))
    }
    this.#queue.push({ need, from })
  }

  #take({ need, from }: Edge): void {
    const locked = this.#meant(need)
    if (!locked) return
    // One environment has one package of a name: a lock that reaches two on a target cannot be installed there.
    if (!this.#found.has(need.name)) this.#found.set(need.name, { locked, way: { name: need.name, before: from } })
    this.#open(need.name, '', locked.needs)
    for (const extra of need.extras) {
      this.extras.add(conflictName('extra', need.name)(extra))
      this.#open(need.name, extra, locked.extras.get(extra) ?? [])
    }
  }

  #open(name: string, extra: string, needs: readonly LockedNeed[]): void {
    const key = `${name} ${extra}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const { way } = this.#found.get(name)!
    for (const need of needs) this.#push(need, way)
  }

  /** The package that a need means: by version and source, else by the fork of the resolution that holds on the target, else by the range. */
  #meant({ name, version, source, specifier }: LockedNeed): LockedPackage | undefined {
    const all = this.#byName.get(keyOf(name, version)) ?? []
    const meant = source ? all.filter(entry => isFrom(source, (entry.insteadOf ?? entry).source)) : all
    if (meant.length < 2) return meant[0]
    const isHere = ({ forks }: LockedPackage) => forks.some(marker => holdsFor(marker, this.#chosen, this.#target))
    return meant.find(isHere) ?? meant.find(entry => satisfiesRange(entry.version, specifier)) ?? meant[0]
  }
}

/** As uv has it, the extras that a need asks for count for its own marker. */
function withOwnExtras(chosen: Chosen, { name, extras }: LockedNeed): Chosen {
  if (extras.length === 0) return chosen
  const own = new Set(extras.map(conflictName('extra', name)))
  return { ...chosen, extras: { has: extra => own.has(extra) || chosen.extras.has(extra) } }
}

/** A range that cannot be read says nothing. */
function satisfiesRange(version: string, specifier: string | undefined): boolean {
  const read = parseVersion(version)
  if (!read || specifier === undefined) return false
  try {
    return satisfies(parseSpecifierSet(specifier), read)
  } catch {
    return false
  }
}

function isFrom(source: LockedSource, actual: LockedSource): boolean {
  return source.kind === actual.kind && source.at === actual.at
}

function needsOfRoot(root: LockRoot, { extras, groups, onlyGroups }: Selection): readonly LockedNeed[] {
  const of = (lists: LockRoot['extras'], chosen: readonly string[] | 'all') =>
    namesOf(chosen, lists).flatMap(name => lists.get(name)!)
  return [...(onlyGroups ? [] : [...root.needs, ...of(root.extras, extras)]), ...of(root.groups, groups)]
}
