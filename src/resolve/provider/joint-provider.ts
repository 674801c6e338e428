import type { Constraint, Dependency, Provider } from '../pubgrub/solver.ts'
import type { VersionSet } from '../pubgrub/version-set.ts'
import type { CommonRelease, CommonReleases } from './common-releases.ts'
import { parseKey } from './package-key.ts'
import type { ProjectProvider } from './project-provider.ts'

/** A package of the solver: what a target takes of a project, or the release that all targets take of it. */
type JointKey = { readonly target: number; readonly key: string } | { readonly common: string }

const targetKey = (target: number, key: string): string => `${target} ${key}`
const commonKey = (project: string): string => `= ${project}`

function parseJointKey(key: string): JointKey {
  const space = key.indexOf(' ')
  const [scope, name] = [key.slice(0, space), key.slice(space + 1)]
  return scope === '=' ? { common: name } : { target: Number(scope), key: name }
}

/** The project that a key of the solver stands for, where it is the release that all targets take. */
export function commonProject(key: string): string | undefined {
  const parsed = parseJointKey(key)
  return 'common' in parsed ? parsed.common : undefined
}

/**
 * Several targets as one world for the solver. Each package is in it once for each target (`0 numpy`, `1 numpy`), with the
 * candidates that this target can have, and asks for what it needs there. The release that the targets have in common is a
 * package of its own (`= numpy`): whatever asks for a project on a target asks for both, and each common release bars the
 * others on every target. So a target restricts a project only where something on that target asks for it.
 */
export class JointProvider implements Provider {
  readonly #providers: readonly ProjectProvider[]
  readonly #releases: CommonReleases
  readonly #free: ReadonlySet<string>

  /**
   * @param providers one for each target
   * @param free the projects whose release may differ from target to target
   */
  constructor(providers: readonly ProjectProvider[], releases: CommonReleases, free: ReadonlySet<string>) {
    this.#providers = providers
    this.#releases = releases
    this.#free = free
  }

  projectOf(key: string): string {
    const parsed = parseJointKey(key)
    return 'common' in parsed ? parsed.common : parseKey(parsed.key).project
  }

  async count(key: string): Promise<number> {
    const parsed = parseJointKey(key)
    if ('common' in parsed) return (await this.#releases.of(parsed.common)).length
    return this.#providers[parsed.target]!.count(parsed.key)
  }

  async dependencies(key: string, position: number): Promise<readonly Dependency[] | { readonly unusable: string }> {
    const parsed = parseJointKey(key)
    if ('common' in parsed) return barringOthers(parsed.common, (await this.#releases.of(parsed.common))[position]!)
    const found = await this.#providers[parsed.target]!.dependencies(parsed.key, position)
    return 'unusable' in found ? found : this.on(parsed.target, found)
  }

  prefer(key: string, allowed: VersionSet, decided: ReadonlyMap<string, number>): number {
    const parsed = parseJointKey(key)
    if ('common' in parsed) {
      const { common } = parsed
      return this.#providers[0]!.preferAmong(common, this.#releases.known(common), allowed)
    }
    const elsewhere = this.#decidedElsewhere(parsed.target, parsed.key, decided)
    if (elsewhere !== undefined && allowed.has(elsewhere)) return elsewhere
    return this.#providers[parsed.target]!.prefer(parsed.key, allowed)
  }

  expect(key: string, allowed: VersionSet): void {
    const parsed = parseJointKey(key)
    if ('target' in parsed) this.#providers[parsed.target]!.expect(parsed.key, allowed)
  }

  async pause(): Promise<void> {
    await this.#providers[0]?.pause()
  }

  /** What a target asks for, and with it the release that all targets have in common. */
  async on(target: number, dependencies: readonly Dependency[]): Promise<Dependency[]> {
    const all = dependencies.map(async (dependency): Promise<Dependency[]> => {
      const here = { ...dependency, key: targetKey(target, dependency.key) }
      const { project, extra } = parseKey(dependency.key)
      // A project that a line takes from a URL has no releases to compare.
      if (extra !== undefined || this.#providers.some(provider => provider.isDirect(project))) return [here]
      const releases = await this.#releases.of(project)
      if (dependency.when === 'present' || this.#free.has(project)) return [here]
      const admits = (position: number) => {
        const place = releases[position]!.places[target]
        return place !== undefined && dependency.admits(place)
      }
      return [{ ...dependency, key: commonKey(project), admits }, here]
    })
    return (await Promise.all(all)).flat()
  }

  /** What a `-c` line bars on a target. */
  constraintOn(target: number, constraint: Constraint): Constraint {
    return { ...constraint, key: targetKey(target, constraint.key) }
  }

  /** A solution of the joint world as one for each target. */
  split(solution: ReadonlyMap<string, number>): ReadonlyMap<string, number>[] {
    const split = this.#providers.map(() => new Map<string, number>())
    for (const [key, position] of solution) {
      const parsed = parseJointKey(key)
      if ('target' in parsed) split[parsed.target]!.set(parsed.key, position)
    }
    return split
  }

  /** The release that another target has already, as this target's position of it. */
  #decidedElsewhere(target: number, key: string, decided: ReadonlyMap<string, number>): number | undefined {
    const releases = this.#releases.known(key)
    for (const other of this.#providers.keys()) {
      const position = decided.get(targetKey(other, key))
      const release = position === undefined ? undefined : releases.find(({ places }) => places[other] === position)
      if (release?.places[target] !== undefined) return release.places[target]
    }
    return undefined
  }
}

function barringOthers(project: string, { version, places }: CommonRelease): Dependency[] {
  return places.map((place, target) => ({
    key: targetKey(target, project),
    admits: position => position === place,
    when: 'present',
    requirement: `${project}==${version.text}`,
  }))
}
