import { parseSpecifierSet, satisfies } from '../packaging/specifier.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import type { ProjectProvider } from '../resolve/project-provider.ts'
import { torchFamily } from './family.ts'
import type { RequirementLine } from './lines.ts'

/** A `+cu118`-like pin whose release has no CPU build for the targets, and the release that takes its place. */
export interface Substitution {
  readonly line: RequirementLine
  readonly asked: Version
  readonly taken: Version
}

/**
 * A pin to a GPU build asks for its release; where the CPU build, or the CPU twin, does not have that release, the nearest
 * one stands in: the newest patch of the same minor release, else the next later one, else the newest earlier one.
 * A plain pin is respected to the letter and gets no stand-in.
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
    if (!wanted) {
      settled.push(line)
      continue
    }
    const { candidates } = await provider.project(line.cpu.key)
    const versions = candidates.map(candidate => candidate.version)
    const taken = versions.some(version => satisfies(line.cpu.specifier, version))
      ? undefined
      : nearest(versions, wanted)
    if (!taken) {
      settled.push(line)
      continue
    }
    substitutions.push({ line, asked: wanted, taken })
    settled.push({ ...line, cpu: { ...line.cpu, specifier: parseSpecifierSet(`==${taken.text}`) } })
  }
  return { lines: settled, substitutions }
}

/** Whether the line asks for another build than the one it names: its pin is then a wish. */
function standsIn({ cpu, requirement }: RequirementLine): boolean {
  return cpu !== requirement && (torchFamily.has(cpu.key) || cpu.key !== requirement.key)
}

function nearest(versions: readonly Version[], wanted: Version): Version | undefined {
  const final = versions.filter(version => !version.isPrerelease)
  const sameMinor = final.filter(({ release }) => release[0] === wanted.release[0] && release[1] === wanted.release[1])
  return sameMinor.at(-1) ?? final.find(version => compareVersions(version, wanted) > 0) ?? final.at(-1)
}
