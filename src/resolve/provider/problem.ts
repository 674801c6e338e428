import type { Requirement } from '../../packaging/requirement.ts'
import type { Target } from '../../packaging/target.ts'
import { NoSolution } from '../pubgrub/solver.ts'
import type { ProjectProvider } from './project-provider.ts'

/** A requirement and the line that states it. */
export interface Line {
  readonly requirement: Requirement
  /** `requirements.txt:3` */
  readonly where: string
}

/** What is asked for on one target, and where the answer comes from. */
export interface Problem {
  readonly target: Target
  readonly provider: ProjectProvider
  readonly lines: readonly Line[]
  readonly constraints: readonly Line[]
}

/** A problem that has no solution, whatever is chosen on other targets. */
export class Unsolvable extends NoSolution {
  readonly problem: Problem

  constructor(problem: Problem, { explanation }: NoSolution) {
    super(explanation)
    this.name = 'Unsolvable'
    this.problem = problem
  }
}
