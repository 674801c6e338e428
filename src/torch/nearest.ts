import { satisfies } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import type { Problem } from '../resolve/provider/problem.ts'
import type { ProjectProvider } from '../resolve/provider/project-provider.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily } from './family.ts'
import type { RequirementLine, RequirementLines } from './lines.ts'
import { retained, type WrittenLine } from './meaning.ts'
import { ruleFor } from './rules.ts'

/** A `+cu118`-like pin whose release has no CPU build for the targets, and the release that takes its place. */
export interface Substitution {
  readonly line: RequirementLine
  readonly asked: Version
  readonly taken: Version
}

/** A target, and the versions that it can have. */
type Side = Pick<Problem, 'target' | 'provider'>

/** A pin that nothing meets, and what may stand in for it on each target, the nearest first. */
export interface StandIn {
  readonly line: RequirementLine
  readonly asked: Version
  readonly releases: ReadonlyMap<Target, readonly Version[]>
}

/**
 * A pin to a GPU build asks for its release; where the CPU build, or the CPU alternative, does not have that release,
 * another one stands in: the same release under another post number (projects number their builds for CUDA that way), else
 * the newest patch of the same minor release, else the next later one, else the newest earlier one; of the releases that all
 * targets of the line can have, where there are any. Which of them it is the other lines decide too. Ranges stay conditions,
 * and a plain pin is respected to the letter. No pin gets a stand-in where the index could not be asked: what is not listed
 * then is unknown.
 */
export async function standInsFor(
  lines: readonly RequirementLine[],
  sides: readonly Side[],
): Promise<readonly StandIn[]> {
  const found = await Promise.all(lines.map(line => standInFor(line, sides)))
  return found.flatMap(standIn => standIn ?? [])
}

async function standInFor(line: RequirementLine, all: readonly Side[]): Promise<StandIn | undefined> {
  const { cpuRequirement: cpu } = line
  const pin = cpu.specifier.clauses.find(clause => clause.operator === '==')?.version
  const asked = pin === undefined || !standsIn(line) ? undefined : parseVersion(pin)
  if (!asked) return undefined
  const sides = sidesOf(line, all)
  const offered = await Promise.all(sides.map(({ provider }) => versionsOf(cpu.key, provider)))
  const releases = new Map<Target, readonly Version[]>()
  for (const [i, { target, provider }] of sides.entries()) {
    const common = offered[i]!.filter(({ publicKey }) =>
      offered.every(versions => versions.some(other => other.publicKey === publicKey)),
    )
    const versions = common.length > 0 ? common : offered[i]!
    if (versions.some(version => satisfies(cpu.specifier, version)) || !provider.knowsAll(cpu.key, asked)) continue
    const nearest = byDistance(versions, asked)
    if (nearest.length > 0) releases.set(target, nearest)
  }
  return releases.size > 0 ? { line, asked, releases } : undefined
}

/** The lines whose pins do not count on a target, since something stands in there for what they name. */
export function stoodInFor(standIns: readonly StandIn[], target: Target): ReadonlySet<WrittenLine> {
  return new Set(standIns.flatMap(({ line, releases }) => (releases.has(target) ? [line.written] : [])))
}

/** What of another release has come to stand in for each pin; where the targets take different ones, that of the first. */
export function substitutionsIn(resolution: Resolution, standIns: readonly StandIn[]): Substitution[] {
  return standIns.flatMap(({ line, asked, releases }) => {
    const builds = resolution.get(line.cpuRequirement.key)?.builds ?? []
    const taken = builds.find(({ target, version }) => releases.has(target) && !isSameRelease(version, asked))
    return taken ? [{ line, asked, taken: taken.version }] : []
  })
}

/** The lines, where those stay that run without a GPU too and whose CPU alternative has no release that they take. */
export async function keepUnreleased(lines: RequirementLines, sides: readonly Side[]): Promise<RequirementLines> {
  const requirements = await Promise.all(
    lines.requirements.map(async (line): Promise<RequirementLine> => {
      const rule = ruleFor(line.requirement.key)
      const mayStay =
        rule?.action === 'replace' && rule.runsOnCpu && line.cpuRequirement.key === rule.with && !line.removal
      if (!mayStay) return line
      const offered = await Promise.all(
        sidesOf(line, sides).map(async ({ provider }) => (await provider.project(line.cpuRequirement.key)).candidates),
      )
      const isReleased = offered.every(
        candidates =>
          candidates.length === 0 ||
          candidates.some(({ version }) => satisfies(line.cpuRequirement.specifier, version)),
      )
      return isReleased ? line : retained(line, 'unreleased')
    }),
  )
  return { ...lines, requirements }
}

/** The sides on which a line applies. */
function sidesOf({ targets }: RequirementLine, sides: readonly Side[]): Side[] {
  return sides.filter(({ target }) => targets.includes(target))
}

/** Whether the line asks for another build than the one it names: its pin is then a wish. */
export function standsIn({ cpuRequirement: cpu, requirement }: RequirementLine): boolean {
  return cpu !== requirement && (torchFamily.has(cpu.key) || cpu.key !== requirement.key)
}

/** The versions that have wheels; sources of what has builds for GPUs take compilers and more, and count where nothing else is there. */
async function versionsOf(project: string, provider: ProjectProvider): Promise<Version[]> {
  const { candidates } = await provider.project(project)
  const wheels = candidates.filter(({ build }) => build.file.filename.endsWith('.whl'))
  return (wheels.length > 0 ? wheels : candidates).map(({ version }) => version)
}

/** The final release that is nearest to one that is not there; see `standInsFor`. Versions are oldest first. */
export function nearest(versions: readonly Version[], asked: Version): Version | undefined {
  return byDistance(versions, asked)[0]
}

function byDistance(versions: readonly Version[], asked: Version): Version[] {
  const final = versions.filter(version => !version.isPrerelease)
  const [major, minor = 0] = asked.release
  const isSameMinor = (version: Version) =>
    version.epoch === asked.epoch && version.release[0] === major && (version.release[1] ?? 0) === minor
  const isOther = (version: Version) => !isSameRelease(version, asked) && !isSameMinor(version)
  return [
    ...final.filter(version => isSameRelease(version, asked)).toReversed(),
    ...final.filter(version => isSameMinor(version) && !isSameRelease(version, asked)).toReversed(),
    ...final.filter(version => isOther(version) && compareVersions(version, asked) > 0),
    ...final.filter(version => isOther(version) && compareVersions(version, asked) < 0).toReversed(),
  ]
}

/** `1.11.0` and `1.11.0.post1`; `1.9` and `1.9.0`. */
function isSameRelease(a: Version, b: Version): boolean {
  const length = Math.max(a.release.length, b.release.length)
  const numbers = Array.from({ length }, (_, i) => (a.release[i] ?? 0) === (b.release[i] ?? 0))
  return a.epoch === b.epoch && numbers.every(same => same)
}
