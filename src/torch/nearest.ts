import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import type { Problem } from '../resolve/problem.ts'
import type { ProjectProvider } from '../resolve/project-provider.ts'
import { torchFamily } from './family.ts'
import type { RequirementLine, RequirementLines } from './lines.ts'
import { ruleFor } from './rules.ts'

/** A `+cu118`-like pin whose release has no CPU build for the targets, and the release that takes its place. */
export interface Substitution {
  readonly line: RequirementLine
  readonly asked: Version
  readonly taken: Version
}

/** A target, and the versions that it can have. */
type Side = Pick<Problem, 'target' | 'provider'>

/**
 * A pin to a GPU build asks for its release; where the CPU build, or the CPU alternative, does not have that release, the
 * nearest one stands in: the same release under another post number (projects number their builds for CUDA that way), else
 * the newest patch of the same minor release, else the next later one, else the newest earlier one; of the releases that all
 * targets of the line can have, where there are any. Ranges stay conditions, and a plain pin is respected to the letter.
 *
 * @returns the lines as they are to be solved for each of the sides, and the stand-ins that are of another release
 */
export async function substituteMissing(
  lines: readonly RequirementLine[],
  sides: readonly Side[],
): Promise<{ lines: readonly (readonly RequirementLine[])[]; substitutions: readonly Substitution[] }> {
  const bySide = sides.map((): RequirementLine[] => [])
  const substitutions: Substitution[] = []
  for (const line of lines) {
    const pin = line.cpu.specifier.clauses.find(clause => clause.operator === '==')?.version
    const asked = pin === undefined || !standsIn(line) ? undefined : parseVersion(pin)
    const found = asked ? await standIns(line, asked, sides) : new Map<Side, Version>()
    for (const [i, side] of sides.entries()) {
      const taken = found.get(side)
      bySide[i]!.push(taken ? { ...line, cpu: { ...line.cpu, specifier: parseSpecifierSet(`==${taken.text}`) } } : line)
    }
    // A line is told of once; where the targets take different releases, with that of the first.
    const [taken] = [...found.values()].filter(version => !isSameRelease(version, asked!))
    if (taken) substitutions.push({ line, asked: asked!, taken })
  }
  return { lines: bySide, substitutions }
}

/** The lines, where those stay that run without a GPU too and whose CPU alternative has no release that they take. */
export async function keepUnreleased(lines: RequirementLines, sides: readonly Side[]): Promise<RequirementLines> {
  const requirements = await Promise.all(
    lines.requirements.map(async (line): Promise<RequirementLine> => {
      const rule = ruleFor(line.requirement.key)
      const mayStay = rule?.action === 'replace' && rule.runsOnCpu && line.cpu.key === rule.with && !line.leaves
      if (!mayStay) return line
      const offered = await Promise.all(
        sidesOf(line, sides).map(async ({ provider }) => (await provider.project(line.cpu.key)).candidates),
      )
      const isReleased = offered.every(
        candidates =>
          candidates.length === 0 || candidates.some(({ version }) => satisfies(line.cpu.specifier, version)),
      )
      return isReleased ? line : { ...line, cpu: line.requirement, stays: 'unreleased' }
    }),
  )
  return requirements.some((line, i) => line !== lines.requirements[i]) ? { ...lines, requirements } : lines
}

/** The sides on which a line applies. */
function sidesOf({ targets }: RequirementLine, sides: readonly Side[]): Side[] {
  return sides.filter(({ target }) => targets.includes(target))
}

/** Whether the line asks for another build than the one it names: its pin is then a wish. */
export function standsIn({ cpu, requirement }: RequirementLine): boolean {
  return cpu !== requirement && (torchFamily.has(cpu.key) || cpu.key !== requirement.key)
}

/** What stands in for a pinned release on each side; nothing where the pin itself can be had, or no release at all. */
async function standIns(line: RequirementLine, asked: Version, all: readonly Side[]): Promise<Map<Side, Version>> {
  const { cpu } = line
  const sides = sidesOf(line, all)
  const offered = await Promise.all(sides.map(({ provider }) => versionsOf(cpu.key, provider)))
  const found = new Map<Side, Version>()
  for (const [i, side] of sides.entries()) {
    const common = offered[i]!.filter(({ publicKey }) =>
      offered.every(versions => versions.some(other => other.publicKey === publicKey)),
    )
    const versions = common.length > 0 ? common : offered[i]!
    const taken = versions.some(version => satisfies(cpu.specifier, version)) ? undefined : nearest(versions, asked)
    if (taken) found.set(side, taken)
  }
  return found
}

/** The versions that have wheels; sources of what has builds for GPUs take compilers and more, and count where nothing else is there. */
async function versionsOf(project: string, provider: ProjectProvider): Promise<Version[]> {
  const { candidates } = await provider.project(project)
  const wheels = candidates.filter(({ build }) => build.file.filename.endsWith('.whl'))
  return (wheels.length > 0 ? wheels : candidates).map(({ version }) => version)
}

/** The final release that stands in for one that is not there; see `substituteMissing`. Versions are oldest first. */
export function nearest(versions: readonly Version[], wanted: Version): Version | undefined {
  const final = versions.filter(version => !version.isPrerelease)
  const sameMinor = final.filter(
    ({ epoch, release: [major, minor] }) =>
      epoch === wanted.epoch && major === wanted.release[0] && (minor ?? 0) === (wanted.release[1] ?? 0),
  )
  return (
    final.findLast(version => isSameRelease(version, wanted)) ??
    sameMinor.at(-1) ??
    final.find(version => compareVersions(version, wanted) > 0) ??
    final.at(-1)
  )
}

/** `1.11.0` and `1.11.0.post1`; `1.9` and `1.9.0`. */
function isSameRelease(a: Version, b: Version): boolean {
  const length = Math.max(a.release.length, b.release.length)
  const numbers = Array.from({ length }, (_, i) => (a.release[i] ?? 0) === (b.release[i] ?? 0))
  return a.epoch === b.epoch && numbers.every(same => same)
}
