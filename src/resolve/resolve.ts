import { evaluateMarker } from '../packaging/marker.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { environmentFor, type Target } from '../packaging/target.ts'
import { onceForEachObject } from '../text/memo.ts'
import { solveForAll } from './fewest-differences.ts'
import type { Build } from './provider/candidates.ts'
import { keysOf, packageKey, parseKey } from './provider/package-key.ts'
import type { Line, Problem } from './provider/problem.ts'

/** A build of a project, on a target that installs it. */
export interface Installed extends Build {
  readonly target: Target
  /** The projects it asks for there. */
  readonly needs: readonly string[]
}

/** A project that is installed on at least one target. */
export interface Chosen {
  readonly project: string
  /** One for each target that installs the project, in the order of the targets. */
  readonly builds: readonly [Installed, ...Installed[]]
}

/** What is installed, by canonical name. Projects taken from a URL of which nothing is known are not in it. */
export type Resolution = ReadonlyMap<string, Chosen>

/** The targets on which a line applies. */
export function targetsOf({ marker }: Pick<Requirement, 'marker'>, targets: readonly Target[]): readonly Target[] {
  return marker ? targets.filter(target => evaluateMarker(marker, environmentFor(target))) : targets
}

/**
 * Finds a release for every project that the lines reach, on every target that reaches it: the same on all of these where
 * that can be had, else with the fewest projects that differ. Lines that do not apply on a target do not count there.
 * @throws Unsolvable for the first target that has no solution
 */
export async function resolve(problems: readonly Problem[]): Promise<Resolution> {
  const applying = problems.map(applied)
  const solutions = await solveForAll(applying)
  const installed = new Map<string, Installed[]>()
  for (const [i, problem] of applying.entries()) {
    for (const [project, build] of await installedIn(problem, solutions[i]!))
      installed.set(project, [...(installed.get(project) ?? []), build])
  }
  return new Map([...installed].map(([project, [first, ...more]]) => [project, { project, builds: [first!, ...more] }]))
}

/** The lines that apply, in an order that does not depend on where the files have them: the answer must not either. */
function applied({ target, provider, lines, constraints }: Problem): Problem {
  const here = (all: readonly Line[]) =>
    all.filter(line => targetsOf(line.requirement, [target]).length > 0).toSorted(byRequirement)
  return { target, provider, lines: here(lines), constraints: here(constraints) }
}

function byRequirement({ requirement: a }: Line, { requirement: b }: Line): number {
  return compare(a.key, b.key) || compare(a.specifier.text, b.specifier.text) || compare(`${a.extras}`, `${b.extras}`)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What the lines reach on a target, within its solution. */
async function installedIn(
  { target, provider, lines }: Problem,
  solution: ReadonlyMap<string, number>,
): Promise<Map<string, Installed>> {
  const found = new Map<string, Installed>()
  const waiting = lines.flatMap(({ requirement }) => keysOf(requirement))
  const seen = new Set<string>()
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const chosen = solution.get(key)
    if (seen.has(key) || chosen === undefined) continue
    seen.add(key)
    const asking = parseKey(key)
    const { project, extra } = asking
    const known = provider.known(project)
    const build = known?.candidates[chosen]?.build
    if (!build) continue
    const atHand = provider.atHand.needs(asking, known, chosen)
    const needs = atHand ?? (await provider.needs(key, chosen))
    const here = 'unusable' in needs ? [] : needs
    for (const requirement of here) waiting.push(...keysOf(requirement))
    if (extra) waiting.push(packageKey(project))
    const before = found.get(project)
    const install = () => {
      const names = [...(before?.needs ?? []), ...here.map(requirement => requirement.key)]
      return asInstalled(build, target, [...new Set(names.filter(name => name !== project))])
    }
    const isPlain = atHand !== undefined && !before && extra === undefined
    found.set(project, isPlain ? plainInstall(build, target, install) : install())
  }
  return found
}

const plainInstalls = onceForEachObject((_: Build) => new Map<Target, Installed>())

/** A build of which no extra is asked for: what a thousand units install alike is one object. */
function plainInstall(build: Build, target: Target, make: () => Installed): Installed {
  const known = plainInstalls(build).get(target) ?? make()
  plainInstalls(build).set(target, known)
  return known
}

/** Not a copy: that would work out here what few ask a build for. */
function asInstalled(build: Build, target: Target, needs: readonly string[]): Installed {
  const { version, index, origin } = build
  return {
    version,
    index,
    origin,
    target,
    needs,
    get file() {
      return build.file
    },
    get fitting() {
      return build.fitting
    },
  }
}
