import { type Cause, type Incompatibility, incompatibility, isFailure } from './incompatibility.ts'
import { type Assignment, difference, PartialSolution } from './partial-solution.ts'
import { Priorities } from './priorities.ts'
import { negate, type Term } from './term.ts'
import { VersionSet } from './version-set.ts'

/** What a package's version asks of another package. */
export interface Dependency {
  readonly key: string
  /** Whether the candidate at this position of `key`'s list will do. */
  readonly admits: (position: number) => boolean
  /** `present`: it bars the other versions of `key`, and does not ask for it. */
  readonly when?: 'present'
  /** As its author wrote it: `numpy>=2 ; python_version < "3.12"`. */
  readonly requirement: string
  /** Which line asks for it, where it is a line of the user's: `requirements.txt:3`. */
  readonly where?: string
}

/** Bars versions of a package without asking for it (a `-c` line). */
export interface Constraint {
  readonly key: string
  /** Worked out only when the package turns out to matter. */
  readonly admits: () => Promise<(position: number) => boolean>
  readonly requirement: string
  readonly where: string
}

/** The world the solver chooses in: packages by key, the candidates of each as positions 0…n-1, oldest first. */
export interface Provider {
  /** How many candidates there are. */
  count(key: string): Promise<number>
  /** What the candidate asks for, or the reason why it cannot be used at all. */
  dependencies(key: string, position: number): Promise<readonly Dependency[] | { readonly unusable: string }>
  /** What packages have in common that are about the same project; absent: each is its own. */
  projectOf?(key: string): string
  /** The candidate to try first among those allowed, given what is decided of the other packages. */
  prefer(key: string, allowed: VersionSet, decided: ReadonlyMap<string, number>): number
  /** Called as soon as a package is known to matter, so that what it needs can be fetched ahead. */
  expect?(key: string, allowed: VersionSet): void
}

/** Key of what the caller asks for. No project has an empty name. */
export const ROOT = ''

/** No choice of candidates satisfies everything; `explanation` derives why. */
export class NoSolution extends Error {
  readonly explanation: Incompatibility

  constructor(explanation: Incompatibility) {
    super('no set of versions satisfies the requirements')
    this.name = 'NoSolution'
    this.explanation = explanation
  }
}

const CONFLICT = Symbol('conflict')

/**
 * Chooses one candidate for every package that `requirements` reach, by PubGrub (Weizenbaum, 2018): unit propagation,
 * and a new incompatibility learnt from every conflict.
 *
 * @returns package key → position of the chosen candidate
 * @throws NoSolution with the derivation
 */
export async function solve(
  requirements: readonly Dependency[],
  constraints: readonly Constraint[],
  provider: Provider,
): Promise<ReadonlyMap<string, number>> {
  const solution = new PartialSolution()
  const byPackage = new Map<string, Incompatibility[]>()
  const sizes = new Map<string, number>([[ROOT, 1]])
  const projectOf = (key: string): string => provider.projectOf?.(key) ?? key
  const priorities = new Priorities(projectOf)
  const expanded = new Set<string>()

  const sizeOf = async (key: string): Promise<number> => {
    const known = sizes.get(key)
    if (known !== undefined) return known
    const size = await provider.count(key)
    sizes.set(key, size)
    for (const { key: constrained, admits, requirement, where } of constraints) {
      if (constrained !== key) continue
      const allowed = await admits()
      const barred = VersionSet.where(size, position => !allowed(position))
      if (!barred.isEmpty) add([{ key, positive: true, set: barred }], { type: 'constraint', requirement, where })
    }
    return size
  }

  const add = (terms: readonly Term[], cause: Cause): Incompatibility => {
    const made = incompatibility(terms, cause)
    remember(made)
    return made
  }

  const remember = (made: Incompatibility): void => {
    for (const { key } of made.terms) {
      const list = byPackage.get(key)
      if (list) list.push(made)
      else byPackage.set(key, [made])
    }
  }

  const propagate = (start: readonly string[]): void => {
    const changed = new Set(start)
    for (const key of changed) {
      changed.delete(key)
      // Newest first: what was learnt last is most likely to bite.
      for (const candidate of (byPackage.get(key) ?? []).toReversed()) {
        const derived = propagateOne(candidate)
        if (derived === CONFLICT) {
          const cause = resolveConflict(candidate)
          const next = propagateOne(cause)
          if (next === undefined || next === CONFLICT) throw new Error('a learnt incompatibility must lead on')
          changed.clear()
          changed.add(next)
          break
        }
        if (derived !== undefined) changed.add(derived)
      }
    }
  }

  /** The package about which something new is known, CONFLICT where all terms are true, undefined where nothing follows. */
  const propagateOne = (of: Incompatibility): string | typeof CONFLICT | undefined => {
    let open: Term | undefined
    for (const term of of.terms) {
      const relation = solution.relation(term)
      if (relation === 'contradicts') return undefined
      if (relation === 'open') {
        if (open) return undefined
        open = term
      }
    }
    if (!open) return CONFLICT
    solution.derive(negate(open), of)
    return open.key
  }

  const blame = (affected: string, { terms }: Incompatibility): void =>
    priorities.conflict(
      affected,
      terms.flatMap(({ key }) => (key === affected || key === ROOT ? [] : [key])),
    )

  const resolveConflict = (start: Incompatibility): Incompatibility => {
    let current = start
    let learnt = false
    while (!isFailure(current, ROOT)) {
      let satisfier: Assignment | undefined
      let term: Term | undefined
      let rest: Term | undefined
      let previousLevel = 1
      for (const candidate of current.terms) {
        const found = solution.satisfier(candidate)
        if (!satisfier || found.index > satisfier.index) {
          if (satisfier) previousLevel = Math.max(previousLevel, satisfier.level)
          satisfier = found
          term = candidate
          rest = undefined
        } else previousLevel = Math.max(previousLevel, found.level)
        if (term === candidate) {
          rest = difference(satisfier.term, candidate)
          if (rest) previousLevel = Math.max(previousLevel, solution.satisfier(negate(rest)).level)
        }
      }
      if (!satisfier || !term) throw new Error('an incompatibility without terms is a failure')
      blame(term.key, current)
      if (previousLevel < satisfier.level || !satisfier.cause) {
        solution.backtrack(previousLevel)
        if (learnt) remember(current)
        return current
      }
      const terms = [
        ...current.terms.filter(other => other !== term),
        ...satisfier.cause.terms.filter(other => other.key !== satisfier.term.key),
        ...(rest ? [negate(rest)] : []),
      ]
      current = incompatibility(terms, { type: 'conflict', left: current, right: satisfier.cause })
      learnt = true
    }
    throw new NoSolution(current)
  }

  /** The package to decide next. */
  const next = (): Term | undefined => {
    let best: Term | undefined
    for (const term of solution.undecided()) {
      if (term.key !== ROOT) provider.expect?.(term.key, term.set)
      if (!best || priorities.compare(term.key, term.set.count, best.key, best.set.count) < 0) best = term
    }
    return best
  }

  /** Takes decisions back that others should come before. */
  const reconsider = (): void => {
    const changed = priorities.takeChanged()
    const levels = [...solution.decisions.keys()].flatMap((key, i) => (changed.has(projectOf(key)) ? [i] : []))
    if (levels.length === 0) return
    solution.backtrack(levels[0]!)
    propagate([...byPackage.keys()])
  }

  const decide = async ({ key, set }: Term): Promise<void> => {
    if (set.isEmpty) {
      add([{ key, positive: true, set }], { type: 'no-versions' })
      return
    }
    const position = key === ROOT ? 0 : provider.prefer(key, set, solution.decisions)
    const only = VersionSet.where(set.size, i => i === position)
    const dependant: Term = { key, positive: true, set: only }
    let conflict = false
    const name = `${key}@${position}`
    if (!expanded.has(name)) {
      const found = key === ROOT ? requirements : await provider.dependencies(key, position)
      if ('unusable' in found) {
        add([dependant], { type: 'unusable', reason: found.unusable })
        return
      }
      expanded.add(name)
      // In the order in which they are asked for, and not in that of the conclusions drawn.
      for (const { key: on, when } of found) if (when !== 'present') priorities.seen(on)
      const needed = await Promise.all(
        found.map(async dependency => ({ ...dependency, size: await sizeOf(dependency.key) })),
      )
      for (const { key: on, admits, when, requirement, where, size } of needed) {
        const asked = { requirement, ...(where ? { where } : {}) }
        const set = VersionSet.where(size, admits)
        if (set.isEmpty && when !== 'present') {
          add([dependant], { type: 'unmet', key: on, ...asked })
          return
        }
        const term: Term =
          when === 'present'
            ? { key: on, positive: true, set: VersionSet.where(size, i => !admits(i)) }
            : { key: on, positive: false, set }
        const made = add([dependant, term], { type: 'dependency', ...asked })
        if (!made.terms.every(term => term.key === key || solution.relation(term) === 'satisfies')) continue
        conflict = true
        blame(key, made)
      }
    }
    if (!conflict) solution.decide(dependant, position)
  }

  const root: Term = { key: ROOT, positive: true, set: VersionSet.where(1, () => true) }
  add([negate(root)], { type: 'root' })
  let changed: string = ROOT
  for (;;) {
    propagate([changed])
    reconsider()
    const term = next()
    if (!term) break
    await decide(term)
    changed = term.key
  }
  return new Map([...solution.decisions].filter(([key]) => key !== ROOT))
}
