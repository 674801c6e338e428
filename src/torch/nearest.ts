import type { Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import type { ProjectProvider } from '../resolve/project-provider.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily } from './family.ts'
import type { RequirementLine, RequirementLines } from './lines.ts'
import { ruleFor } from './rules.ts'

/** A `+cu118`-like pin whose release has no CPU build for the targets, and the release that takes its place. */
export interface Substitution {
  readonly line: RequirementLine
  readonly asked: Version
  readonly taken: Version
}

/** A pin that nothing meets, and what may stand in for it. */
export interface StandIn {
  readonly line: RequirementLine
  readonly asked: Version
  /** The nearest first. */
  readonly releases: readonly Version[]
}

/**
 * A pin to a GPU build asks for its release; where the CPU build, or the CPU alternative, does not have that release,
 * another one stands in: the same release under another post number (projects number their builds for CUDA that way), else
 * the newest patch of the same minor release, else the next later one, else the newest earlier one. Which of them it is the
 * other lines decide too. Ranges stay conditions, and a plain pin is respected to the letter. No pin gets a stand-in where
 * the index could not be asked: what is not listed then is unknown.
 */
export async function standInsFor(
  lines: readonly RequirementLine[],
  provider: ProjectProvider,
): Promise<readonly StandIn[]> {
  const found = await Promise.all(lines.map(line => standInFor(line, provider)))
  return found.flatMap(standIn => standIn ?? [])
}

async function standInFor(line: RequirementLine, provider: ProjectProvider): Promise<StandIn | undefined> {
  const pin = line.cpu.specifier.clauses.find(clause => clause.operator === '==')?.version
  const asked = pin === undefined || !standsIn(line) ? undefined : parseVersion(pin)
  const releases = asked ? await releasesFor(line.cpu, asked, provider) : []
  return asked && releases.length > 0 && provider.knowsAll(line.cpu.key, asked) ? { line, asked, releases } : undefined
}

/** The lines with the pins loosened that something stands in for. */
export function loosenedBy(standIns: readonly StandIn[], lines: readonly RequirementLine[]): RequirementLine[] {
  const open = new Set(standIns.map(({ line }) => line))
  return lines.map(line =>
    open.has(line) ? { ...line, cpu: { ...line.cpu, specifier: parseSpecifierSet('') } } : line,
  )
}

/** What of another release has come to stand in for each pin. */
export function substitutionsIn(resolution: Resolution, standIns: readonly StandIn[]): Substitution[] {
  return standIns.flatMap(({ line, asked }) => {
    const taken = resolution.get(line.cpu.key)?.builds[0].version
    return taken && !isSameRelease(taken, asked) ? [{ line, asked, taken }] : []
  })
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

/** What may stand in for a pinned release, the nearest first; nothing where the pin itself can be had. */
async function releasesFor({ key, specifier }: Requirement, asked: Version, provider: ProjectProvider) {
  const { candidates } = await provider.project(key)
  const wheels = candidates.filter(({ builds }) => builds.every(({ file }) => file.filename.endsWith('.whl')))
  // Sources of what has builds for GPUs take compilers and more.
  const versions = (wheels.length > 0 ? wheels : candidates).map(({ version }) => version)
  return versions.some(version => satisfies(specifier, version)) ? [] : byDistance(versions, asked)
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
