import { CommonReleases } from './provider/common-releases.ts'
import { commonProject, JointProvider } from './provider/joint-provider.ts'
import { type Problem, Unsolvable } from './provider/problem.ts'
import { leavesOf } from './pubgrub/incompatibility.ts'
import { type Dependency, NoSolution, solve } from './pubgrub/solver.ts'
import { straightAnswer } from './straight-answer.ts'

/** Package key → position of the chosen candidate. */
type Solution = ReadonlyMap<string, number>

/**
 * A solution for each target, in which as few projects as possible have different releases on different targets.
 *
 * Every contradiction names projects of which one at least must differ, so that the smallest set that has one of each
 * contradiction's is a lower bound; where it suffices, it is the fewest (implicit hitting sets, Chandrasekaran et al. 2011).
 *
 * @throws Unsolvable for the first target that has no solution by itself
 */
export async function solveForAll(problems: readonly Problem[]): Promise<readonly Solution[]> {
  if (problems.length === 1) return [await solveAlone(problems[0]!)]
  const releases = new CommonReleases(problems.map(({ provider }) => provider))
  const contradictions: ReadonlySet<string>[] = []
  for (;;) {
    try {
      return await solveTogether(problems, releases, smallestHittingSet(contradictions))
    } catch (error) {
      if (!(error instanceof NoSolution)) throw error
      const projects = commonProjectsOf(error)
      // Nothing ties the targets to each other: one of them has no solution by itself.
      if (projects.size === 0) return await solveEach(problems)
      contradictions.push(projects)
    }
  }
}

async function solveEach(problems: readonly Problem[]): Promise<readonly Solution[]> {
  const solutions: Solution[] = []
  for (const problem of problems) solutions.push(await solveAlone(problem))
  return solutions
}

async function solveAlone(problem: Problem): Promise<Solution> {
  const straight = straightAnswer(problem)
  if (straight) return straight
  const { provider, lines, constraints } = problem
  const asking = await Promise.all(lines.map(line => provider.dependenciesOf(line.requirement, line.where)))
  const barring = constraints.map(line => provider.constraintOf(line.requirement, line.where))
  try {
    return await solve(asking.flat(), barring, provider)
  } catch (error) {
    throw error instanceof NoSolution ? new Unsolvable(problem, error) : error
  }
}

async function solveTogether(
  problems: readonly Problem[],
  releases: CommonReleases,
  free: ReadonlySet<string>,
): Promise<readonly Solution[]> {
  const joint = new JointProvider(
    problems.map(({ provider }) => provider),
    releases,
    free,
  )
  const asking: Dependency[] = []
  for (const [target, { provider, lines }] of problems.entries()) {
    const needed = await Promise.all(lines.map(line => provider.dependenciesOf(line.requirement, line.where)))
    asking.push(...(await joint.on(target, needed.flat())))
  }
  const barring = problems.flatMap(({ provider, constraints }, target) =>
    constraints.map(line => joint.constraintOn(target, provider.constraintOf(line.requirement, line.where))),
  )
  return joint.split(await solve(asking, barring, joint))
}

/** The projects whose common release a contradiction is about. */
function commonProjectsOf({ explanation }: NoSolution): Set<string> {
  const keys = leavesOf(explanation).flatMap(({ terms }) => terms.map(({ key }) => key))
  return new Set(keys.flatMap(key => commonProject(key) ?? []))
}

/** The fewest projects that include one of each set; of several such choices the one whose names come first. */
export function smallestHittingSet(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  for (let size = 0; ; size++) {
    const found = hitting(sets, size, new Set())
    if (found) return found
  }
}

function hitting(
  sets: readonly ReadonlySet<string>[],
  left: number,
  taken: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  const missed = sets.find(set => ![...set].some(project => taken.has(project)))
  if (!missed) return taken
  if (left === 0) return undefined
  for (const project of [...missed].sort()) {
    const found = hitting(sets, left - 1, new Set([...taken, project]))
    if (found) return found
  }
  return undefined
}
