import { parseKey } from './provider/package-key.ts'
import { type Incompatibility, incompatibility, leavesOf } from './pubgrub/incompatibility.ts'
import { ROOT } from './pubgrub/solver.ts'
import { negate, type Term } from './pubgrub/term.ts'
import { VersionSet } from './pubgrub/version-set.ts'
import { refutes } from './refute.ts'

/** Premises that are each tried for whether they can be left out: a look at one of them costs a look at all. */
const MOST_TRIED = 60

/** One thing that stands against a solution: what a line or some versions of a package ask for, or what bars them. */
export interface Premise {
  readonly type: 'dependency' | 'unmet' | 'constraint' | 'unusable'
  /** Whose premise it is: the files, or some versions of a package. */
  readonly of: Term
  /** The keys it asks for; more than one where it asks for extras. */
  readonly on: readonly string[]
  /** Which versions of the first of these will do. */
  readonly admits?: VersionSet
  /** As its authors wrote it; several where it stands for versions that ask for different things. */
  readonly requirements: readonly string[]
  /** The line that says so. */
  readonly where?: string
  /** Of versions that cannot be used: why. */
  readonly reason?: string
  readonly incompatibilities: readonly Incompatibility[]
}

/**
 * The premises of a derivation that are really needed, each told of as many versions as it holds for: nothing can be
 * taken away without leaving the derivation open. The lines of the files come first, in their order.
 */
export function premisesOf(failure: Incompatibility): Premise[] {
  const leaves = leavesOf(failure)
  const background = leaves.filter(isBackground)
  const root: Term = { key: ROOT, positive: true, set: VersionSet.where(1, () => true) }
  const enough = (premises: readonly Premise[]) =>
    refutes([...background, ...premises.flatMap(({ incompatibilities }) => incompatibilities)], root)
  const premises = grouped(leaves.filter(leaf => !isBackground(leaf)).map(premiseOf))
  return minimal(merged(premises, enough), enough).toSorted(linesFirst)
}

function linesFirst(a: Premise, b: Premise): number {
  const [first, second] = [a, b].map(({ of }) => (of.key === ROOT ? 0 : 1))
  return first! - second! || (a.where ?? '').localeCompare(b.where ?? '', 'en', { numeric: true })
}

/** Whether there is nothing at all that meets the premise. */
export function isUnmet({ type, admits }: Premise): boolean {
  return type === 'unmet' || (type === 'constraint' && admits!.isEmpty)
}

/** What goes without saying: that the files count, and that `name[extra]` is the same version as `name`. */
function isBackground({ cause, terms }: Incompatibility): boolean {
  if (cause.type === 'root' || cause.type === 'no-versions') return true
  const [first, second] = terms.map(({ key }) => parseKey(key))
  return cause.type === 'dependency' && second !== undefined && first!.extra !== undefined && isPlain(first!, second)
}

function isPlain(one: { project: string }, other: { project: string; extra?: string }): boolean {
  return one.project === other.project && other.extra === undefined
}

function premiseOf(leaf: Incompatibility): Premise {
  const { cause, terms } = leaf
  const of = terms.find(({ key }) => key === ROOT) ?? terms.find(({ positive }) => positive)!
  const common = { of, incompatibilities: [leaf] }
  switch (cause.type) {
    case 'dependency': {
      // A package that asks for another version of itself has one term only.
      const on = terms.find(term => term !== of) ?? negate(of)
      const admits = on.positive ? VersionSet.where(on.set.size, i => !on.set.has(i)) : on.set
      const where = cause.where === undefined ? {} : { where: cause.where }
      return { type: 'dependency', ...common, on: [on.key], admits, requirements: [cause.requirement], ...where }
    }
    case 'unmet': {
      const where = cause.where === undefined ? {} : { where: cause.where }
      return { type: 'unmet', ...common, on: [cause.key], requirements: [cause.requirement], ...where }
    }
    case 'constraint':
      return {
        type: 'constraint',
        ...common,
        on: [of.key],
        admits: VersionSet.where(of.set.size, i => !of.set.has(i)),
        requirements: [cause.requirement],
        where: cause.where,
      }
    case 'unusable':
      return { type: 'unusable', ...common, on: [], requirements: [], reason: cause.reason }
    default:
      throw new Error(`${cause.type} is no premise`)
  }
}

/** Versions that say the same in one premise. */
function grouped(premises: readonly Premise[]): Premise[] {
  const groups = new Map<string, Premise>()
  for (const premise of premises) {
    const { type, of, on, requirements, where, reason } = premise
    // Everything that a version needs and no index has goes into one sentence, whatever versions are wanted.
    const what = type === 'unmet' && where === undefined ? parseKey(on[0]!).project : requirements[0]
    const name = JSON.stringify([type, of.key, what, where, reason])
    const before = groups.get(name)
    groups.set(name, before ? both(before, premise) : premise)
  }
  return [...groups.values()]
}

function both(one: Premise, other: Premise): Premise {
  return {
    ...one,
    of: { ...one.of, set: one.of.set.union(other.of.set) },
    on: [...new Set([...one.on, ...other.on])],
    requirements: [...new Set([...one.requirements, ...other.requirements])],
    incompatibilities: [...one.incompatibilities, ...other.incompatibilities],
  }
}

/**
 * Puts the many needs that the versions of one package have of another into one (`boto3<1.20 needs botocore<1.24`),
 * wherever that weaker premise will do.
 */
function merged(premises: readonly Premise[], enough: (premises: readonly Premise[]) => boolean): Premise[] {
  let current = [...premises]
  const pairs = new Set(premises.filter(isMergeable).map(pairOf))
  for (const pair of pairs) {
    const alike = current.filter(premise => isMergeable(premise) && pairOf(premise) === pair)
    if (alike.length < 2) continue
    const one = weaker(alike)
    const tried = current.flatMap(premise => (premise === alike[0] ? [one] : alike.includes(premise) ? [] : [premise]))
    if (enough(tried)) current = tried
  }
  return current
}

function isMergeable({ type, of, on }: Premise): boolean {
  return type === 'dependency' && of.key !== ROOT && on.length === 1 && on[0] !== of.key
}

function pairOf({ of, on }: Premise): string {
  return JSON.stringify([of.key, on[0]])
}

function weaker(premises: readonly Premise[]): Premise {
  const one = premises.reduce(both)
  const admits = premises.map(({ admits }) => admits!).reduce((a, b) => a.union(b))
  const needed: Term = { key: one.on[0]!, positive: true, set: admits }
  const { cause } = premises[0]!.incompatibilities[0]!
  return { ...one, admits, incompatibilities: [incompatibility([one.of, negate(needed)], cause)] }
}

/** Leaves out what is not needed, the last that the solver came upon first; among very many only lines of the files. */
function minimal(premises: readonly Premise[], enough: (premises: readonly Premise[]) => boolean): Premise[] {
  let needed = [...premises]
  const tried = premises.length > MOST_TRIED ? premises.filter(({ where }) => where !== undefined) : premises
  for (const premise of tried.toReversed()) {
    const without = needed.filter(other => other !== premise)
    if (enough(without)) needed = without
  }
  return needed
}
