import type { Incompatibility } from './incompatibility.ts'
import { intersect, negate, type Relation, relate, type Term } from './term.ts'

/** One step of the solution: a decision (no cause) or what followed from an incompatibility. */
export interface Assignment {
  readonly term: Term
  readonly level: number
  readonly index: number
  readonly cause?: Incompatibility
}

/** What is assumed so far, in order, with the conjunction per package kept beside it. */
export class PartialSolution {
  readonly #assignments: Assignment[] = []
  readonly #known = new Map<string, Term>()
  readonly #decided = new Map<string, number>()

  get level(): number {
    return this.#decided.size
  }

  /** Package → position of the candidate decided on. */
  get decisions(): ReadonlyMap<string, number> {
    return this.#decided
  }

  /** Packages that must be chosen and are not yet, each with what it may be; in the order in which they came up. */
  *undecided(): Generator<Term> {
    for (const term of this.#known.values()) if (term.positive && !this.#decided.has(term.key)) yield term
  }

  decide(term: Term, position: number): void {
    this.#decided.set(term.key, position)
    this.#push({ term, level: this.level, index: this.#assignments.length })
  }

  derive(term: Term, cause: Incompatibility): void {
    this.#push({ term, level: this.level, index: this.#assignments.length, cause })
  }

  relation(term: Term): Relation {
    const known = this.#known.get(term.key)
    return known ? relate(known, term) : 'open'
  }

  /** The first assignment after which `term` is true. */
  satisfier(term: Term): Assignment {
    let known: Term | undefined
    for (const assignment of this.#assignments) {
      if (assignment.term.key !== term.key) continue
      known = known ? intersect(known, assignment.term) : assignment.term
      if (relate(known, term) === 'satisfies') return assignment
    }
    throw new Error(`${term.key} is not settled: the solver lost its way`)
  }

  /** Takes back every assignment made after `level` decisions. */
  backtrack(level: number): void {
    const touched = new Set<string>()
    while (this.#assignments.length > 0 && this.#assignments.at(-1)!.level > level) {
      const { term, cause } = this.#assignments.pop()!
      touched.add(term.key)
      if (!cause) this.#decided.delete(term.key)
    }
    for (const key of touched) this.#known.delete(key)
    for (const { term } of this.#assignments) if (touched.has(term.key)) this.#learn(term)
  }

  #push(assignment: Assignment): void {
    this.#assignments.push(assignment)
    this.#learn(assignment.term)
  }

  #learn(term: Term): void {
    const known = this.#known.get(term.key)
    this.#known.set(term.key, known ? intersect(known, term) : term)
  }
}

/** What a satisfied term still leaves open when its satisfier goes beyond it (PubGrub, "conflict resolution"). */
export function difference(assignment: Term, term: Term): Term | undefined {
  const left = intersect(assignment, negate(term))
  return left.positive && left.set.isEmpty ? undefined : left
}
