import type { Requirement } from '../packaging/requirement.ts'
import type { Line } from '../resolve/provider/problem.ts'
import type { DirectLine, RequirementLines } from './lines.ts'

/**
 * What lines bring that take a project from a repository or a folder, as lines of their own. Where the needs are those
 * of another release, a line for the same project goes before them: which version is theirs to say.
 *
 * @param direct those of the lines that cannot be looked into
 * @param formOf what is asked for in the place of each requirement
 */
export function broughtLines(
  { requirements }: Pick<RequirementLines, 'requirements'>,
  direct: readonly DirectLine[],
  formOf: (requirement: Requirement) => Requirement,
): Line[] {
  const named = new Set(requirements.map(({ cpuRequirement: cpu }) => cpu.key))
  return direct.flatMap(({ brings, file, lineNumber, statement }) => {
    const ofLine = statement.kind === 'reference' ? statement.marker : statement.requirement.marker
    return (brings?.requirements ?? [])
      .filter(({ key }) => brings!.whole || !named.has(key))
      .map(formOf)
      .map(requirement => ({
        requirement: { ...requirement, ...bothMarkers(ofLine, requirement.marker) },
        where: `${file.path}:${lineNumber}`,
      }))
  })
}

function bothMarkers(a: Requirement['marker'], b: Requirement['marker']): Pick<Requirement, 'marker'> {
  if (a && b) return { marker: { type: 'and', terms: [a, b] } }
  const marker = a ?? b
  return marker ? { marker } : {}
}
