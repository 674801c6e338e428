import type { Target } from '../../packaging/target.ts'
import { torchRelease } from '../../torch/family.ts'
import type { RequirementLines } from '../../torch/lines.ts'
import { type Trap, unavoidedTraps } from '../../torch/traps.ts'
import { firstAnswer } from './attempts.ts'
import { type NoAnswer, type Preferences, type Question, type Solved, solve } from './solve.ts'

/** What is installed in the end, and what the lines of the files have come to. */
export interface Choice extends Solved {
  /** Versions that would have failed at run time, and others were found. */
  readonly avoided: readonly Trap[]
  /** Versions that fail at run time, and the files leave no others. */
  readonly unavoidedTraps: readonly Trap[]
}

/**
 * Chooses versions for everything the files reach, in the world where the torch family comes from the CPU index: for each
 * project one release on every target that reaches it; where there is no such set, with as few differences as can be.
 *
 * @param looser the lines to go by where there is no answer to those of the question; undefined: there are no others
 * @throws TorchpinError INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export function answerTo(question: Question, looser?: RequirementLines): Promise<Choice | NoAnswer> {
  const asWritten = question
  const withWishes = looser ? [{ ...question, lines: looser }] : []
  return firstAnswer([asWritten, ...withWishes], chooseFor, isSolved)
}

export function isSolved<Found extends Solved>(answer: Found | NoAnswer): answer is Found {
  return 'resolution' in answer
}

/** Without what fails at run time, where that can be had. */
async function chooseFor(question: Question): Promise<Choice | NoAnswer> {
  const rest = await withoutTied(question)
  if (rest && !isSolved(rest)) return rest
  const besideTorch: Preferences = {
    torch: (target: Target) => rest && torchRelease(rest.resolution, target),
    traps: 'ignored',
  }
  const found = await solve(question, besideTorch)
  if (!isSolved(found)) return found
  const traps = unavoidedTraps(found.resolution)
  const asFound: Choice = { ...found, avoided: [], unavoidedTraps: traps }
  if (traps.length === 0) return asFound
  const around = await solve(question, { ...besideTorch, traps: 'avoided' })
  return isSolved(around) ? { ...around, avoided: traps, unavoidedTraps: [] } : asFound
}

/**
 * The answer for the rest of the files, where some projects have a page of their own for each torch release: it says which
 * pages count. Undefined: there are none.
 */
async function withoutTied({ lines, ...question }: Question): Promise<Solved | NoAnswer | undefined> {
  const { tiedToTorch } = question.indexes
  if (tiedToTorch.size === 0) return undefined
  const requirements = lines.requirements.filter(line => !tiedToTorch.has(line.cpuRequirement.key))
  return solve({ ...question, lines: { ...lines, requirements } }, { torch: () => undefined, traps: 'ignored' })
}
