import { TorchpinError } from './errors.ts'
import type { Indexes } from './indexes.ts'
import type { Target } from './packaging/target.ts'
import { explain } from './resolve/explain.ts'
import { ProjectProvider } from './resolve/project-provider.ts'
import { type Resolution, resolve } from './resolve/resolve.ts'
import { NoSolution } from './resolve/solver.ts'
import { vocabulary } from './resolve/vocabulary.ts'
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
  uploadedBefore: Date | undefined,
): Promise<Choice> {
  const kept = lines.requirements.filter(line => line.kept && torchFamily.has(line.requirement.key))
  const direct: DirectLine[] = [...lines.direct, ...kept.map(asDirect)]
  const asked = lines.requirements.filter(line => !line.cudaOnly && !kept.includes(line))
  const all = [...asked, ...lines.constraints]
  const provider = new ProjectProvider(
    cpuSources({ targets, indexes: indexes.others, lines: all.map(cpuLine), direct, uploadedBefore }, indexes.cpu),
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
    throw unsatisfiable(error, provider, all, indexes, targets)
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

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1)

function unsatisfiable(
  error: NoSolution,
  provider: ProjectProvider,
  lines: readonly RequirementLine[],
  indexes: Indexes,
  targets: readonly Target[],
): TorchpinError {
  const words = vocabulary(provider, lines.map(cpuLine), targets)
  const sentences = explain(error.explanation, words).map(
    sentence => `${sentence.replace(/^(?:because|and) /, capital)}.`,
  )
  const where = targets.map(({ python, platform }) => `Python ${python} on ${platform}`).join(', ')
  const message = `no set of versions satisfies the files, for ${where}\n  ${sentences.join('\n  ')}`
  if (indexes.cpu.origin === 'snapshot' && words.mentioned().some(project => torchFamily.has(project))) {
    return new TorchpinError(
      'INDEX_UNREACHABLE',
      `${message}\n  The CPU index could not be asked, and its snapshot of ${indexes.snapshotDate()} does not know every release.`,
      {
        hint: 'run again where the CPU index can be reached, or give --cpu-index-url a mirror',
      },
    )
  }
  return new TorchpinError('NO_SOLUTION', message, {
    hint: 'change one of the lines named above, or choose another --python or --platform',
  })
}
