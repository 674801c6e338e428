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
  /** Called several times a second: lets others have their turn, and fails where the work is no longer wanted. */
  pause?(): Promise<void>
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

/** Milliseconds of work between two pauses. */
const SPELL = 100

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
  return new Solver(requirements, constraints, provider).run()
}

/** Where the terms of a conflict came true last. */
interface Satisfied {
  /** The assignment that made the last of the terms true. */
  readonly satisfier: Assignment
  readonly term: Term
  /** What `term` still leaves open, where the satisfier goes beyond it. */
  readonly rest: Term | undefined
  /** The decisions that were made when all but this assignment was there. */
  readonly previousLevel: number
}

/** One search. */
class Solver {
  readonly #requirements: readonly Dependency[]
  readonly #provider: Provider
  readonly #solution = new PartialSolution()
  readonly #incompatibilities = new Map<string, Incompatibility[]>()
  readonly #constraints = new Map<string, Constraint[]>()
  readonly #sizes = new Map<string, number>([[ROOT, 1]])
  readonly #priorities: Priorities
  /** The candidates whose dependencies are among the incompatibilities. */
  readonly #expanded = new Set<string>()

  constructor(requirements: readonly Dependency[], constraints: readonly Constraint[], provider: Provider) {
    this.#requirements = requirements
    this.#provider = provider
    this.#priorities = new Priorities(key => this.#projectOf(key))
    for (const constraint of constraints) append(this.#constraints, constraint.key, constraint)
  }

  async run(): Promise<ReadonlyMap<string, number>> {
    const root: Term = { key: ROOT, positive: true, set: VersionSet.where(1, () => true) }
    this.#add([negate(root)], { type: 'root' })
    let changed: string = ROOT
    // Not `performance`, which Node loads when it is first named; the clock may be set back meanwhile.
    let rested = Date.now()
    for (;;) {
      if (Math.abs(Date.now() - rested) > SPELL) {
        await this.#provider.pause?.()
        rested = Date.now()
      }
      this.#propagate([changed])
      this.#reconsider()
      const term = this.#next()
      if (!term) return new Map([...this.#solution.decisions].filter(([key]) => key !== ROOT))
      await this.#decide(term)
      changed = term.key
    }
  }

  /** Draws all conclusions from what has changed, and learns from each conflict that they lead to. */
  #propagate(start: readonly string[]): void {
    const changed = new Set(start)
    for (const key of changed) {
      changed.delete(key)
      // Newest first: what was learnt last is most likely to bite.
      for (const candidate of (this.#incompatibilities.get(key) ?? []).toReversed()) {
        const derived = this.#conclude(candidate)
        if (derived === CONFLICT) {
          const next = this.#conclude(this.#resolveConflict(candidate))
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
  #conclude(from: Incompatibility): string | typeof CONFLICT | undefined {
    let open: Term | undefined
    for (const term of from.terms) {
      const relation = this.#solution.relation(term)
      if (relation === 'contradicts') return undefined
      if (relation === 'open') {
        if (open) return undefined
        open = term
      }
    }
    if (!open) return CONFLICT
    this.#solution.derive(negate(open), from)
    return open.key
  }

  /**
   * Goes back to where the cause of a conflict could have been seen, and remembers it.
   * @returns the cause: an incompatibility of which one term is open again
   * @throws NoSolution
   */
  #resolveConflict(start: Incompatibility): Incompatibility {
    let current = start
    while (!isFailure(current, ROOT)) {
      const { satisfier, term, rest, previousLevel } = this.#satisfied(current)
      const { cause } = satisfier
      this.#blame(term.key, current)
      if (previousLevel < satisfier.level || !cause) {
        this.#solution.backtrack(previousLevel)
        if (current !== start) this.#remember(current)
        return current
      }
      const terms = [
        ...current.terms.filter(other => other !== term),
        ...cause.terms.filter(other => other.key !== satisfier.term.key),
        ...(rest ? [negate(rest)] : []),
      ]
      current = incompatibility(terms, { type: 'conflict', left: current, right: cause })
    }
    throw new NoSolution(current)
  }

  #satisfied({ terms }: Incompatibility): Satisfied {
    let last: Omit<Satisfied, 'previousLevel'> | undefined
    let previousLevel = 1
    for (const term of terms) {
      const satisfier = this.#solution.satisfier(term)
      if (last && satisfier.index <= last.satisfier.index) {
        previousLevel = Math.max(previousLevel, satisfier.level)
        continue
      }
      if (last) previousLevel = Math.max(previousLevel, last.satisfier.level)
      const rest = difference(satisfier.term, term)
      if (rest) previousLevel = Math.max(previousLevel, this.#solution.satisfier(negate(rest)).level)
      last = { satisfier, term, rest }
    }
    if (!last) throw new Error('an incompatibility without terms is a failure')
    return { ...last, previousLevel }
  }

  /** Takes decisions back that others should come before. */
  #reconsider(): void {
    const changed = this.#priorities.takeChanged()
    if (changed.size === 0) return
    const levels = [...this.#solution.decisions.keys()].flatMap((key, i) =>
      changed.has(this.#projectOf(key)) ? [i] : [],
    )
    if (levels.length === 0) return
    this.#solution.backtrack(levels[0]!)
    this.#propagate([...this.#incompatibilities.keys()])
  }

  /** The package to decide next. */
  #next(): Term | undefined {
    let best: Term | undefined
    for (const term of this.#solution.undecided) {
      if (term.key !== ROOT) this.#provider.expect?.(term.key, term.set)
      if (!best || this.#priorities.compare(term.key, term.set.count, best.key, best.set.count) < 0) best = term
    }
    return best
  }

  /** Takes the best candidate of a package, unless what it needs rules it out: that is then known. */
  async #decide({ key, set }: Term): Promise<void> {
    if (set.isEmpty) {
      this.#add([{ key, positive: true, set }], { type: 'no-versions' })
      return
    }
    const position = key === ROOT ? 0 : this.#provider.prefer(key, set, this.#solution.decisions)
    const candidate: Term = { key, positive: true, set: VersionSet.where(set.size, i => i === position) }
    if (await this.#expand(candidate, position)) this.#solution.decide(candidate, position)
  }

  /**
   * Makes incompatibilities of what a candidate needs.
   * @returns whether the candidate goes with what is known already
   */
  async #expand(candidate: Term, position: number): Promise<boolean> {
    const { key } = candidate
    const name = `${key}@${position}`
    if (this.#expanded.has(name)) return true
    const found = key === ROOT ? this.#requirements : await this.#provider.dependencies(key, position)
    if ('unusable' in found) {
      this.#add([candidate], { type: 'unusable', reason: found.unusable })
      return false
    }
    this.#expanded.add(name)
    // In the order in which they are asked for, and not in that of the conclusions drawn.
    for (const { key: on, when } of found) if (when !== 'present') this.#priorities.seen(on)
    const sizes = await Promise.all(found.map(dependency => this.#sizeOf(dependency.key)))
    let fits = true
    for (const [i, { key: on, admits, when, requirement, where }] of found.entries()) {
      const asked = { requirement, ...(where ? { where } : {}) }
      const set = VersionSet.where(sizes[i]!, admits)
      if (set.isEmpty && when !== 'present') {
        this.#add([candidate], { type: 'unmet', key: on, ...asked })
        return false
      }
      const term: Term =
        when === 'present'
          ? { key: on, positive: true, set: VersionSet.where(sizes[i]!, i => !admits(i)) }
          : { key: on, positive: false, set }
      const made = this.#add([candidate, term], { type: 'dependency', ...asked })
      if (!made.terms.every(term => term.key === key || this.#solution.relation(term) === 'satisfies')) continue
      fits = false
      this.#blame(key, made)
    }
    return fits
  }

  /** How many candidates a package has; what constraints bar of them is known from then on. */
  async #sizeOf(key: string): Promise<number> {
    const known = this.#sizes.get(key)
    if (known !== undefined) return known
    const size = await this.#provider.count(key)
    this.#sizes.set(key, size)
    for (const { admits, requirement, where } of this.#constraints.get(key) ?? []) {
      const allowed = await admits()
      const barred = VersionSet.where(size, position => !allowed(position))
      if (!barred.isEmpty) this.#add([{ key, positive: true, set: barred }], { type: 'constraint', requirement, where })
    }
    return size
  }

  #add(terms: readonly Term[], cause: Cause): Incompatibility {
    const made = incompatibility(terms, cause)
    this.#remember(made)
    return made
  }

  #remember(made: Incompatibility): void {
    for (const { key } of made.terms) append(this.#incompatibilities, key, made)
  }

  #blame(affected: string, { terms }: Incompatibility): void {
    this.#priorities.conflict(
      affected,
      terms.flatMap(({ key }) => (key === affected || key === ROOT ? [] : [key])),
    )
  }

  #projectOf(key: string): string {
    return this.#provider.projectOf?.(key) ?? key
  }
}

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}
