import { evaluateMarker } from '../packaging/marker.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { environmentFor, type Target } from '../packaging/target.ts'
import type { Build } from './candidates.ts'
import { keysOf, type ProjectProvider, packageKey, parseKey } from './project-provider.ts'
import { solve } from './solver.ts'

/** A requirement and the line that states it. */
export interface Line {
  readonly requirement: Requirement
  /** `requirements.txt:3` */
  readonly where: string
}

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
 * Finds one release for every project that the lines reach, on every target: what one target asks for is held to on
 * all of them.
 * @throws NoSolution
 */
export async function resolve(
  provider: ProjectProvider,
  targets: readonly Target[],
  lines: readonly Line[],
  constraints: readonly Line[],
): Promise<Resolution> {
  const applying = (all: readonly Line[]) => all.filter(line => targetsOf(line.requirement, targets).length > 0)
  const asked = await Promise.all(applying(lines).map(line => provider.dependenciesOf(line.requirement, line.where)))
  const barring = applying(constraints).map(({ requirement, where }) => provider.constraintOf(requirement, where))
  const solution = await solve(asked.flat(), barring, provider)
  const installed = new Map<string, Installed[]>()
  for (const [i, target] of targets.entries()) {
    const roots = lines.map(line => line.requirement).filter(asked => targetsOf(asked, [target]).length > 0)
    for (const [project, build] of await installedOn(target, i, roots, solution, provider))
      installed.set(project, [...(installed.get(project) ?? []), build])
  }
  return new Map([...installed].map(([project, [first, ...more]]) => [project, { project, builds: [first!, ...more] }]))
}

/** What the requirements reach on one target, within a solution for all of them. */
async function installedOn(
  target: Target,
  position: number,
  roots: readonly Requirement[],
  solution: ReadonlyMap<string, number>,
  provider: ProjectProvider,
): Promise<Map<string, Installed>> {
  const found = new Map<string, Installed>()
  const waiting = roots.flatMap(keysOf)
  const seen = new Set<string>()
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const chosen = solution.get(key)
    if (seen.has(key) || chosen === undefined) continue
    seen.add(key)
    const { project, extra } = parseKey(key)
    const build = provider.known(project)?.candidates[chosen]?.builds[position]
    if (!build) continue
    const needs = await provider.needs(key, chosen)
    const here = 'unusable' in needs ? [] : needs[position]!
    waiting.push(...here.flatMap(keysOf), ...(extra ? [packageKey(project)] : []))
    const before = found.get(project)?.needs ?? []
    const names = [...before, ...here.map(requirement => requirement.key)].filter(name => name !== project)
    found.set(project, asInstalled(build, target, [...new Set(names)]))
  }
  return found
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
