import { evaluateMarker, markerIn } from '../packaging/marker.ts'
import type { Comparison, Marker } from '../packaging/marker-syntax.ts'
import { environmentFor, type Target } from '../packaging/target.ts'

/** The names that markers of a lock file ask for. */
export interface Chosen {
  /**
   * What `extra == "…"` is true of, each of them at once: extras, and in a uv.lock names such as `extra-3-app-cpu`,
   * `group-3-app-dev` and `project-3-app`.
   */
  readonly extras: Names
  /** What `"…" in dependency_groups` is true of. */
  readonly groups: Names
}

/** Some names, or all that there are. */
export type Names = Pick<ReadonlySet<string>, 'has'>

export const allNames: Names = { has: () => true }

/**
 * Whether a marker of a lock file holds on a target. Unlike in a requirement, all extras count together: a lock file writes
 * `extra == "a" and extra == "b"`, and `extra != "a"` where `a` is not chosen. A marker that cannot be read holds.
 */
export function holdsFor(marker: string | undefined, chosen: Chosen, target: Target): boolean {
  if (marker === undefined || marker === '') return true
  const read = markerIn(marker)
  return !read || evaluateMarker(withChosen(read, chosen), environmentFor(target))
}

/** The marker, with the answer in place of each comparison that asks what is chosen. */
export function withChosen(marker: Marker, chosen: Chosen): Marker {
  if (marker.type === 'comparison') return answerOf(marker, chosen) ?? marker
  return { type: marker.type, terms: marker.terms.map(term => withChosen(term, chosen)) }
}

/** True of nothing is `or` of no terms; true of all is `and` of none. */
const truth = (holds: boolean): Marker => ({ type: holds ? 'and' : 'or', terms: [] })

function answerOf({ left, operator, right }: Comparison, { extras, groups }: Chosen): Marker | undefined {
  const variable = left.type === 'variable' ? left.name : right.type === 'variable' ? right.name : undefined
  const value = left.type === 'string' ? left.value : right.type === 'string' ? right.value : undefined
  if (value === undefined) return undefined
  const all =
    variable === 'extra' || variable === 'extras' ? extras : variable === 'dependency_groups' ? groups : undefined
  if (!all) return undefined
  return truth(all.has(value) === (operator === '==' || operator === 'in'))
}
