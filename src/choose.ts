import type { Indexes } from './indexes.ts'
import { noSolution } from './no-solution.ts'
import type { Target } from './packaging/target.ts'
import { ProjectProvider } from './resolve/project-provider.ts'
import { type Resolution, resolve } from './resolve/resolve.ts'
import { NoSolution } from './resolve/solver.ts'
import { torchFamily } from './torch/family.ts'
import type { DirectLine, RequirementLine, RequirementLines } from './torch/lines.ts'
import { type Substitution, substituteMissing } from './torch/nearest.ts'
import { cpuSources } from './torch/sources.ts'

export interface Choice {
  readonly resolution: Resolution
  readonly substitutions: readonly Substitution[]
  /** `name==version` of what is chosen without knowing what it needs. */
  readonly withoutMetadata: readonly string[]
}

/**
 * Chooses one version for everything the files reach, in the world where the torch family comes from the CPU index.
 * @throws TorchpinError NO_SOLUTION with the derivation; INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export async function chooseVersions(
  lines: RequirementLines,
  indexes: Indexes,
  targets: readonly Target[],
): Promise<Choice> {
  const kept = lines.requirements.filter(line => line.kept && torchFamily.has(line.requirement.key))
  const direct: DirectLine[] = [...lines.direct, ...kept.map(asDirect)]
  const asked = lines.requirements.filter(line => !line.cudaOnly && !kept.includes(line))
  const all = [...asked, ...lines.constraints]
  const provider = new ProjectProvider(
    cpuSources({ targets, indexes: indexes.others, lines: all.map(cpuLine), direct }, indexes.cpu),
    targets,
  )
  const settled = await substituteMissing(all, provider)
  const isConstraint = (line: RequirementLine) => line.file.role === 'constraints'
  const solve = (extra: readonly RequirementLine[]) =>
    resolve(
      provider,
      targets,
      [...settled.lines.filter(line => !isConstraint(line)), ...extra].map(cpuLine),
      settled.lines.filter(isConstraint).map(cpuLine),
    )
  try {
    const resolution = await solve([])
    // What only CUDA builds need goes, unless something that stays asks for it: then its own line counts too.
    const needed = lines.requirements.filter(line => line.cudaOnly && resolution.has(line.requirement.key))
    const final = needed.length > 0 ? await solve(needed) : resolution
    return {
      resolution: final,
      substitutions: settled.substitutions,
      withoutMetadata: unknownIn(final, provider),
    }
  } catch (error) {
    if (!(error instanceof NoSolution)) throw error
    throw await noSolution(error, { provider, targets, direct, indexes })
  }
}

/** What is chosen without knowing its dependencies: `name==version`. */
export function unknownIn(resolution: Resolution, { withoutMetadata }: ProjectProvider): string[] {
  return withoutMetadata.filter(
    name => resolution.get(name.slice(0, name.indexOf('==')))?.version.text === name.slice(name.indexOf('==') + 2),
  )
}

function cpuLine({ cpu, where }: RequirementLine): { requirement: RequirementLine['cpu']; where: string } {
  return { requirement: cpu, where }
}

function asDirect({ file, statement, lineNumber, requirement }: RequirementLine): DirectLine {
  const pin = requirement.specifier.clauses.find(clause => clause.operator === '==')?.version
  return { file, statement: statement as DirectLine['statement'], lineNumber, project: requirement.key, version: pin }
}
