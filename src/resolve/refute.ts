import type { Incompatibility } from './pubgrub/incompatibility.ts'
import { intersect, negate, relate, type Term } from './pubgrub/term.ts'

/** What is known of each package; of one that is not in it nothing is. */
type Known = ReadonlyMap<string, Term>

/** Choices tried before giving up. What people's files come to takes a handful. */
const MOST_CHOICES = 200

/**
 * Whether some incompatibilities, by themselves, rule out every choice where `given` is true. It gives up, and says no,
 * where that would take long: a caller who asks whether a premise can be left out then keeps it.
 */
export function refutes(incompatibilities: readonly Incompatibility[], given: Term): boolean {
  let choices = MOST_CHOICES
  const refuted = (before: Known): boolean => {
    const known = propagate(incompatibilities, before)
    if (!known) return true
    const open = openTerm(incompatibilities, known)
    if (!open || choices-- <= 0) return false
    return [negate(open), open].every(choice => refuted(learn(known, choice)))
  }
  return refuted(new Map([[given.key, given]]))
}

/** Everything that follows without a choice; nothing where it follows that there is no solution. */
function propagate(incompatibilities: readonly Incompatibility[], before: Known): Known | undefined {
  let known = before
  for (let complete = false; !complete; ) {
    complete = true
    for (const { terms } of incompatibilities) {
      const relations = terms.map(term => relationOf(known, term))
      if (relations.includes('contradicts')) continue
      const open = terms.filter((_, i) => relations[i] === 'open')
      if (open.length === 0) return undefined
      if (open.length > 1) continue
      known = learn(known, negate(open[0]!))
      complete = false
    }
  }
  return known
}

/** A term to choose on: one of an incompatibility that may still come true. */
function openTerm(incompatibilities: readonly Incompatibility[], known: Known): Term | undefined {
  for (const { terms } of incompatibilities) {
    if (terms.some(term => relationOf(known, term) === 'contradicts')) continue
    const open = terms.find(term => relationOf(known, term) === 'open')
    if (open) return open
  }
  return undefined
}

function relationOf(known: Known, term: Term) {
  const before = known.get(term.key)
  return before ? relate(before, term) : 'open'
}

function learn(known: Known, term: Term): Known {
  const before = known.get(term.key)
  return new Map(known).set(term.key, before ? intersect(before, term) : term)
}
