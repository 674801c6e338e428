import type { Incompatibility } from './incompatibility.ts'
import { intersect, negate, type Relation, relate, type Term } from './term.ts'

/** One step of the solution: a decision (no cause) or what followed from an incompatibility. */
export interface Assignment {
  readonly term: Term
  readonly level: number
  readonly index: number
  readonly cause?: Incompatibility
}

/** An assignment, and what is known of its package with it. */
interface Step {
  readonly assignment: Assignment
  readonly known: Term
}

/** What is assumed so far, in order, with the conjunctions per package kept beside it. */
export class PartialSolution {
  readonly #assignments: Assignment[] = []
  /** The assignments of each package, none of them empty. */
  readonly #steps = new Map<string, Step[]>()
  readonly #decided = new Map<string, number>()
  readonly #undecided = new Map<string, Term>()

  get level(): number {
    return this.#decided.size
  }

  /** Package → position of the candidate decided on. */
  get decisions(): ReadonlyMap<string, number> {
    return this.#decided
  }

  /** Packages that must be chosen and are not yet, each with what it may be. */
  get undecided(): Iterable<Term> {
    return this.#undecided.values()
  }

  decide(term: Term, position: number): void {
    this.#decided.set(term.key, position)
    this.#push({ term, level: this.level, index: this.#assignments.length })
  }

  derive(term: Term, cause: Incompatibility): void {
    this.#push({ term, level: this.level, index: this.#assignments.length, cause })
  }

  relation(term: Term): Relation {
    const known = this.#steps.get(term.key)?.at(-1)?.known
    return known ? relate(known, term) : 'open'
  }

  /** The first assignment after which `term` is true. */
  satisfier(term: Term): Assignment {
    const steps = this.#steps.get(term.key) ?? []
    // What is known only grows, so that halving finds the step after which it suffices.
    let [from, to] = [0, steps.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (relate(steps[middle]!.known, term) === 'satisfies') to = middle
      else from = middle + 1
    }
    const step = steps[from]
    if (!step) throw new Error(`${term.key} is not decided: the solver lost its way`)
    return step.assignment
  }

  /** Takes back every assignment made after `level` decisions. */
  backtrack(level: number): void {
    while (this.#assignments.length > 0 && this.#assignments.at(-1)!.level > level) {
      const { term, cause } = this.#assignments.pop()!
      const steps = this.#steps.get(term.key)!
      steps.pop()
      if (steps.length === 0) this.#steps.delete(term.key)
      if (!cause) this.#decided.delete(term.key)
      this.#note(term.key)
    }
  }

  #push(assignment: Assignment): void {
    this.#assignments.push(assignment)
    const { term } = assignment
    const steps = this.#steps.get(term.key)
    const before = steps?.at(-1)?.known
    const step = { assignment, known: before ? intersect(before, term) : term }
    if (steps) steps.push(step)
    else this.#steps.set(term.key, [step])
    this.#note(term.key)
  }

  /** Keeps in view which packages are undecided: the solver looks at them all before every decision. */
  #note(key: string): void {
    const known = this.#steps.get(key)?.at(-1)?.known
    if (known?.positive && !this.#decided.has(key)) this.#undecided.set(key, known)
    else this.#undecided.delete(key)
  }
}

/** What a satisfied term still leaves open when its satisfier goes beyond it (PubGrub, "conflict resolution"). */
export function difference(assignment: Term, term: Term): Term | undefined {
  const left = intersect(assignment, negate(term))
  return left.positive && left.set.isEmpty ? undefined : left
}
