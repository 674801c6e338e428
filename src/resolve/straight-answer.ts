import type { Requirement } from '../packaging/requirement.ts'
import type { AtHand, Loaded } from './provider/at-hand.ts'
import { keysOf, packageKey, parseKey } from './provider/package-key.ts'
import type { Line, Problem } from './provider/problem.ts'
import { VersionSet } from './pubgrub/version-set.ts'

/**
 * The answer of the solver where it never has to take anything back: as long as nothing conflicts, all that it does is to decide on one
 * package after the other, those with one candidate left first and else in the order in which they came up, and to leave of every package
 * what the candidates that are taken admit. None of its bookkeeping for conflicts is needed for that.
 *
 * Nobody is asked anything, so that what is fetched does not depend on this: it answers of what other solutions of the run have read.
 *
 * @param problem with the lines that apply, in the order of `resolve`
 * @returns package key → position of the chosen candidate; undefined where there is a conflict, or something has to be asked
 */
export function straightAnswer({ provider, lines, constraints }: Problem): ReadonlyMap<string, number> | undefined {
  const way = new Way(provider.atHand, constraints)
  if (!lines.every(({ requirement }) => way.take(requirement))) return undefined
  for (let key = way.next(); key !== undefined; key = way.next()) if (!way.decide(key)) return undefined
  provider.adopt(way.projects)
  return way.decided
}

/** How far the decisions have come. */
class Way {
  readonly projects = new Map<string, Loaded>()
  readonly decided = new Map<string, number>()
  readonly #atHand: AtHand
  /** By package. */
  readonly #constraints = new Map<string, Requirement[]>()
  /** What is left of the packages that are not decided, in the order in which they came up. */
  readonly #open = new Map<string, VersionSet>()

  constructor(atHand: AtHand, constraints: readonly Line[]) {
    this.#atHand = atHand
    for (const { requirement } of constraints) {
      const key = packageKey(requirement.key)
      const others = this.#constraints.get(key)
      if (others) others.push(requirement)
      else this.#constraints.set(key, [requirement])
    }
  }

  /** The package to decide next. */
  next(): string | undefined {
    let first: string | undefined
    for (const [key, left] of this.#open) {
      if (left.count === 1) return key
      first ??= key
    }
    return first
  }

  /** Takes the best candidate that is left of a package. @returns false where that cannot be, or is not known */
  decide(key: string): boolean {
    const asking = parseKey(key)
    const { project, extra } = asking
    const { candidates } = this.projects.get(project)!
    const position = this.#atHand.prefer(project, candidates, this.#open.get(key)!)
    const needs = this.#atHand.needs(asking, candidates, position)
    if (!needs || this.#atHand.hasTraps(project, candidates.candidates[position]!.version)) return false
    const itself = VersionSet.where(candidates.candidates.length, other => other === position)
    if ('unusable' in needs) return this.#leave(key, this.#open.get(key)!.without(itself))
    this.#open.delete(key)
    this.decided.set(key, position)
    if (extra && !this.#narrow(project, itself)) return false
    return needs.every(requirement => this.take(requirement))
  }

  /** Goes by a requirement from now on. @returns false where that cannot be, or is not known */
  take(requirement: Requirement): boolean {
    const { key: project } = requirement
    const known = this.projects.get(project)
    const found = known ?? this.#atHand.project(project)
    if (!found) return false
    if (!known) this.projects.set(project, found)
    const admitted = this.#atHand.admitted(requirement, found.candidates)
    return keysOf(requirement).every(key => this.#narrow(key, admitted))
  }

  #narrow(key: string, admitted: VersionSet): boolean {
    const position = this.decided.get(key)
    if (position !== undefined) return admitted.has(position)
    const before = this.#open.get(key)
    return this.#leave(key, before ? both(before, admitted) : this.#unbarred(key, admitted))
  }

  #leave(key: string, left: VersionSet): boolean {
    this.#open.set(key, left)
    return !left.isEmpty
  }

  /** What constraints leave of the candidates of a package. */
  #unbarred(key: string, admitted: VersionSet): VersionSet {
    let left = admitted
    for (const requirement of this.#constraints.get(key) ?? [])
      left = both(left, this.#atHand.admitted(requirement, this.projects.get(requirement.key)!.candidates))
    return left
  }
}

/** Mostly a requirement bars nothing that others have left. */
function both(a: VersionSet, b: VersionSet): VersionSet {
  return a === b || a.isSubsetOf(b) ? a : a.intersect(b)
}
