import { intersect, type Term } from './term.ts'

/** Why some terms cannot all be true. */
export type Cause =
  /** What the caller asks for: the files themselves. */
  | { readonly type: 'root' }
  /** `dependant` needs `requirement`; `where` says which line or package says so. */
  | { readonly type: 'dependency'; readonly requirement: string; readonly where?: string }
  /** `dependant` needs `requirement`, and no candidate of `key` meets it. */
  | { readonly type: 'unmet'; readonly key: string; readonly requirement: string; readonly where?: string }
  /** A constraint (`-c` line) bars the rest of the versions. */
  | { readonly type: 'constraint'; readonly requirement: string; readonly where: string }
  /** Nothing to choose from. */
  | { readonly type: 'no-versions' }
  /** This version cannot be used, for a reason of its own (its Requires-Python, unreadable metadata). */
  | { readonly type: 'unusable'; readonly reason: string }
  /** Follows from two others. */
  | { readonly type: 'conflict'; readonly left: Incompatibility; readonly right: Incompatibility }

/** Terms that cannot all be true, at most one for each package. */
export interface Incompatibility {
  readonly terms: readonly Term[]
  readonly cause: Cause
}

/** Makes an incompatibility, merging the terms that speak of one package. */
export function incompatibility(terms: readonly Term[], cause: Cause): Incompatibility {
  const merged = new Map<string, Term>()
  for (const term of terms) {
    const earlier = merged.get(term.key)
    merged.set(term.key, earlier ? intersect(earlier, term) : term)
  }
  return { terms: [...merged.values()], cause }
}

/** True where the incompatibility says that the files themselves cannot be satisfied. */
export function isFailure(of: Incompatibility, root: string): boolean {
  return of.terms.length === 0 || (of.terms.length === 1 && of.terms[0]!.key === root && of.terms[0]!.positive)
}

/** The incompatibilities that a derivation starts from, each once. */
export function leavesOf(failure: Incompatibility): Incompatibility[] {
  const seen = new Set<Incompatibility>()
  const open = [failure]
  const leaves: Incompatibility[] = []
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node.cause.type === 'conflict') open.push(node.cause.left, node.cause.right)
    else leaves.push(node)
  }
  return leaves.toReversed()
}
