import { parseRequirement } from '../packaging/requirement.ts'
import { satisfies } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { publicVersion, type Version } from '../packaging/version.ts'
import type { Vocabulary } from './explain.ts'
import type { Premise } from './premises.ts'
import { parseKey } from './provider/package-key.ts'
import type { ProjectProvider } from './provider/project-provider.ts'
import type { VersionSet } from './pubgrub/version-set.ts'
import { listOf, reasonsFor } from './rejections.ts'

/** Runs of versions that are listed one by one. */
const MOST_RUNS = 3

/** What is known of the premises besides. */
export interface Told {
  /** Why nothing meets a premise, as sentences. */
  missing(premise: Premise): readonly string[]
  /** The requirements of lines as they stand in their files, by `requirements.txt:3`. */
  readonly written: ReadonlyMap<string, string>
}

/** The solver's keys and positions in words. */
export function vocabulary(provider: ProjectProvider, target: Target, { missing, written }: Told): Vocabulary {
  const candidatesOf = (project: string) => provider.known(project)?.candidates.map(({ version }) => version) ?? []
  return {
    missing,
    written: where => written.get(where),
    name(key) {
      const { project, extra } = parseKey(key)
      return extra ? `${project}[${extra}]` : project
    },
    range: (key, set) => rangesOf(set, candidatesOf(parseKey(key).project)),
    all(key) {
      const { project } = parseKey(key)
      const found = provider.known(project)
      if (!found || found.candidates.length < 2) return undefined
      return `all ${found.rejections.length > 0 ? 'usable ' : ''}versions of ${this.name(key)}`
    },
    existing: project => provider.known(project) && listOf(candidatesOf(project)),
    barred(project, requirements) {
      const specifiers = requirements.map(requirement => parseRequirement(requirement).specifier)
      const fitting = (provider.known(project)?.rejections ?? []).filter(({ version }) =>
        specifiers.every(set => satisfies(set, version)),
      )
      return reasonsFor(fitting, target).map(
        ({ versions, reason }) => `${project} ${versions} would fit, but ${reason}`,
      )
    },
  }
}

/** `>=1,<=2` over the versions that exist; empty for all of them. A pre-release beside the set is no gap in it. */
function rangesOf(set: VersionSet, versions: readonly Version[]): string {
  const noFinal = versions.every(version => version.isPrerelease)
  const positions = versions.flatMap(({ isPrerelease }, i) => (set.has(i) || noFinal || !isPrerelease ? [i] : []))
  const inside = positions.map(position => set.has(position))
  if (!inside.includes(false) || !inside.includes(true)) return ''
  const name = namesOf(versions)
  const at = (i: number) => name(versions[positions[i]!]!)
  const runs: [number, number][] = []
  for (const [i, has] of inside.entries()) {
    const run = runs.at(-1)
    if (has && run?.[1] === i - 1) run[1] = i
    else if (has) runs.push([i, i])
  }
  // All but one version: name that version.
  if (inside.filter(has => !has).length === 1 && runs.length === 2) return `!=${at(inside.indexOf(false))}`
  const shown = runs.map(([from, to]) => {
    if (at(from) === at(to)) return `==${at(from)}`
    if (to === inside.length - 1) return `>=${at(from)}`
    return from === 0 ? `<=${at(to)}` : `>=${at(from)},<=${at(to)}`
  })
  return shown.length > MOST_RUNS ? `${shown[0]} … ${shown.at(-1)}` : shown.join(' or ')
}

/** A version without its local label, unless two of them differ in nothing else. */
function namesOf(versions: readonly Version[]): (version: Version) => string {
  const labelled = new Map<string, number>()
  for (const { publicKey } of versions) labelled.set(publicKey, (labelled.get(publicKey) ?? 0) + 1)
  return version => ((labelled.get(version.publicKey) ?? 0) > 1 ? version.text : publicVersion(version).text)
}
