import type { Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
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

/**
 * A pin to a GPU build asks for its release; where the CPU build, or the CPU alternative, does not have that release, the
 * nearest one stands in: the same release under another post number (projects number their builds for CUDA that way), else
 * the newest patch of the same minor release, else the next later one, else the newest earlier one. Ranges stay conditions,
 * and a plain pin is respected to the letter.
 *
 * @returns the lines as they are to be solved, and the stand-ins that are of another release
 */
export async function substituteMissing(
  lines: readonly RequirementLine[],
  provider: ProjectProvider,
): Promise<{ lines: RequirementLine[]; substitutions: Substitution[] }> {
  const substitutions: Substitution[] = []
  const settled: RequirementLine[] = []
  for (const line of lines) {
    const pin = line.cpu.specifier.clauses.find(clause => clause.operator === '==')?.version
    const wanted = pin === undefined || !standsIn(line) ? undefined : parseVersion(pin)
    const taken = wanted && (await standIn(line.cpu, wanted, provider))
    if (!wanted || !taken) {
      settled.push(line)
      continue
    }
    if (!isSameRelease(taken, wanted)) substitutions.push({ line, asked: wanted, taken })
    settled.push({ ...line, cpu: { ...line.cpu, specifier: parseSpecifierSet(`==${taken.text}`) } })
  }
  return { lines: settled, substitutions }
}

/** The lines, where those stay that run without a GPU too and whose CPU alternative has no release that they take. */
export async function keepUnreleased(lines: RequirementLines, provider: ProjectProvider): Promise<RequirementLines> {
  const requirements = await Promise.all(
    lines.requirements.map(async (line): Promise<RequirementLine> => {
      const rule = ruleFor(line.requirement.key)
      const mayStay = rule?.action === 'replace' && rule.runsOnCpu && line.cpu.key === rule.with && !line.leaves
      if (!mayStay) return line
      const { candidates } = await provider.project(line.cpu.key)
      return candidates.length === 0 || candidates.some(({ version }) => satisfies(line.cpu.specifier, version))
        ? line
        : { ...line, cpu: line.requirement, stays: 'unreleased' }
    }),
  )
  return requirements.some((line, i) => line !== lines.requirements[i]) ? { ...lines, requirements } : lines
}

/** Whether the line asks for another build than the one it names: its pin is then a wish. */
function standsIn({ cpu, requirement }: RequirementLine): boolean {
  return cpu !== requirement && (torchFamily.has(cpu.key) || cpu.key !== requirement.key)
}

/** What stands in for a pinned release; undefined where the pin itself can be had, or nothing at all. */
async function standIn({ key, specifier }: Requirement, wanted: Version, provider: ProjectProvider) {
  const { candidates } = await provider.project(key)
  const wheels = candidates.filter(({ builds }) => builds.every(({ file }) => file.filename.endsWith('.whl')))
  // Sources of what has builds for GPUs take compilers and more.
  const versions = (wheels.length > 0 ? wheels : candidates).map(({ version }) => version)
  return versions.some(version => satisfies(specifier, version)) ? undefined : nearest(versions, wanted)
}

function nearest(versions: readonly Version[], wanted: Version): Version | undefined {
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
