import type { VersionSet } from './version-set.ts'

/**
 * A statement about one package: it is one of `set` (positive), or it is none of them (negative, which is also true
 * while the package is not chosen at all). The vocabulary is that of the PubGrub paper and of Dart's pub.
 */
export interface Term {
  readonly key: string
  readonly positive: boolean
  readonly set: VersionSet
}

/** How what is known of a package stands to a term: it makes the term true, false, or leaves it open. */
export type Relation = 'satisfies' | 'contradicts' | 'open'

export function negate(term: Term): Term {
  return { ...term, positive: !term.positive }
}

/** Both at once. Two terms of one package always have a common term. */
export function intersect(a: Term, b: Term): Term {
  if (a.positive && b.positive) return { ...a, set: a.set.intersect(b.set) }
  if (a.positive) return { ...a, set: a.set.without(b.set) }
  if (b.positive) return { ...b, set: b.set.without(a.set) }
  return { ...a, set: a.set.union(b.set) }
}

/** Whether `known` decides `term`. */
export function relate(known: Term, term: Term): Relation {
  if (term.positive) {
    if (!known.positive) return term.set.isSubsetOf(known.set) ? 'contradicts' : 'open'
    if (known.set.isSubsetOf(term.set)) return 'satisfies'
    return known.set.isDisjointFrom(term.set) ? 'contradicts' : 'open'
  }
  if (!known.positive) return term.set.isSubsetOf(known.set) ? 'satisfies' : 'open'
  if (known.set.isDisjointFrom(term.set)) return 'satisfies'
  return known.set.isSubsetOf(term.set) ? 'contradicts' : 'open'
}
