import { TorchpinError } from './errors.ts'
import type { Indexes } from './indexes.ts'
import type { Options } from './options.ts'
import type { Target } from './packaging/target.ts'
import { explain } from './resolve/explain.ts'
import { ProjectProvider } from './resolve/project-provider.ts'
import { type Resolution, resolve } from './resolve/resolve.ts'
import { NoSolution } from './resolve/solver.ts'
import { vocabulary } from './resolve/vocabulary.ts'
import { torchFamily } from './torch/family.ts'
import type { DirectLine, RequirementLine, RequirementLines } from './torch/lines.ts'
import { type Substitution, substituteMissing } from './torch/nearest.ts'
import { cpuSources, type Taste } from './torch/sources.ts'
import { sprungTraps, type Trap } from './torch/traps.ts'

export interface Choice {
  readonly resolution: Resolution
  readonly substitutions: readonly Substitution[]
  /** `name==version` of what is chosen without knowing what it needs. */
  readonly withoutMetadata: readonly string[]
  /** Versions that would have failed at run time, and others were found. */
  readonly avoided: readonly Trap[]
  /** Versions that fail at run time, and the files leave no others. */
  readonly sprung: readonly Trap[]
}

/** What is asked, and where the answer may come from. */
export interface Question {
  readonly lines: RequirementLines
  readonly indexes: Indexes
  readonly targets: readonly Target[]
  readonly options: Pick<Options, 'resolution' | 'excludeNewer'>
}

/**
 * Chooses versions for everything the files reach, in the world where the torch family comes from the CPU index: for each
 * project one release that serves every target; where there is no such set, one for each target, as alike as can be.
 * @throws TorchpinError NO_SOLUTION with the derivation; INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export async function chooseVersions(question: Question): Promise<Choice> {
  try {
    return await chooseForAll(question)
  } catch (error) {
    if (!(error instanceof TorchpinError) || error.code !== 'NO_SOLUTION' || question.targets.length === 1) throw error
  }
  let choice: Choice | undefined
  for (const target of question.targets) {
    const next = await chooseForAll({ ...question, targets: [target] }, choice?.resolution)
    choice = choice ? both(choice, next) : next
  }
  return choice!
}

/** One release of each project for all targets, without what fails at run time where that can be had. */
async function chooseForAll(question: Question, earlier?: Resolution): Promise<Choice> {
  const { oldest, preferred } = tasteOf(question, earlier)
  const found = await chooseBy({ oldest, preferred, traps: 'ignored' }, question)
  const sprung = sprungTraps(found.resolution)
  if (sprung.length === 0) return { ...found, avoided: [], sprung }
  try {
    return { ...(await chooseBy({ oldest, preferred, traps: 'avoided' }, question)), avoided: sprung, sprung: [] }
  } catch (error) {
    if (!(error instanceof TorchpinError) || error.code !== 'NO_SOLUTION') throw error
    return { ...found, avoided: [], sprung }
  }
}

function tasteOf({ lines, options }: Question, earlier: Resolution | undefined): Pick<Taste, 'oldest' | 'preferred'> {
  const named = new Set(lines.requirements.map(line => line.cpu.key))
  return {
    oldest: project => options.resolution === 'lowest-direct' && named.has(project),
    preferred: project => earlier?.get(project)?.builds[0].version,
  }
}

async function chooseBy(
  taste: Taste,
  { lines, indexes, targets, options }: Question,
): Promise<Omit<Choice, 'avoided' | 'sprung'>> {
  const kept = lines.requirements.filter(line => line.kept && torchFamily.has(line.requirement.key))
  const direct: DirectLine[] = [...lines.direct, ...kept.map(asDirect)]
  const asked = lines.requirements.filter(line => !line.cudaOnly && !kept.includes(line))
  const all = [...asked, ...lines.constraints]
  const { excludeNewer } = options
  const world = { targets, indexes: indexes.others, lines: all.map(cpuLine), direct, excludeNewer }
  const provider = new ProjectProvider(cpuSources(world, indexes.cpu, taste), targets)
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
    return { resolution: final, substitutions: settled.substitutions, withoutMetadata: unknownIn(final, provider) }
  } catch (error) {
    if (!(error instanceof NoSolution)) throw error
    throw unsatisfiable(error, provider, all, indexes, targets)
  }
}

/** Two choices for different targets as one. */
function both(a: Choice, b: Choice): Choice {
  const resolution = new Map(a.resolution)
  for (const [project, { builds }] of b.resolution) {
    const known = resolution.get(project)
    resolution.set(project, { project, builds: known ? [...known.builds, ...builds] : builds })
  }
  return {
    resolution,
    substitutions: [
      ...a.substitutions,
      ...b.substitutions.filter(other => !a.substitutions.some(same => same.line.where === other.line.where)),
    ],
    withoutMetadata: [...new Set([...a.withoutMetadata, ...b.withoutMetadata])],
    avoided: [...a.avoided, ...b.avoided],
    sprung: [...a.sprung, ...b.sprung],
  }
}

/** What is chosen without knowing its dependencies: `name==version`. */
export function unknownIn(resolution: Resolution, { withoutMetadata }: ProjectProvider): string[] {
  return withoutMetadata.filter(name => {
    const [project = '', version] = name.split('==')
    return resolution.get(project)?.builds.some(build => build.version.text === version)
  })
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
