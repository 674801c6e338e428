import type { Target } from './packaging/target.ts'
import { type Question, type Settled, settle, type Unsettled } from './settle.ts'
import { torchRelease } from './torch/family.ts'
import type { RequirementLines } from './torch/lines.ts'
import { sprungTraps, type Trap } from './torch/traps.ts'

/** What is installed in the end, and what the lines of the files have come to. */
export interface Choice extends Settled {
  /** Versions that would have failed at run time, and others were found. */
  readonly avoided: readonly Trap[]
  /** Versions that fail at run time, and the files leave no others. */
  readonly sprung: readonly Trap[]
}

/**
 * Chooses versions for everything the files reach, in the world where the torch family comes from the CPU index: for each
 * project one release on every target that reaches it; where there is no such set, with as few differences as can be.
 *
 * @param looser the lines to go by where there is no answer to those of the question; undefined: there are no others
 * @throws TorchpinError INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export async function answerTo(question: Question, looser?: RequirementLines): Promise<Choice | Unsettled> {
  const strict = await chooseFor(question)
  return isSettled(strict) || !looser ? strict : chooseFor({ ...question, lines: looser })
}

export function isSettled<Found extends Settled>(answer: Found | Unsettled): answer is Found {
  return 'resolution' in answer
}

/** Without what fails at run time, where that can be had. */
async function chooseFor(question: Question): Promise<Choice | Unsettled> {
  const rest = await withoutTied(question)
  if (rest && !isSettled(rest)) return rest
  const torch = (target: Target) => rest && torchRelease(rest.resolution, target)
  const found = await settle(question, { torch, traps: 'ignored' })
  if (!isSettled(found)) return found
  const sprung = sprungTraps(found.resolution)
  if (sprung.length === 0) return { ...found, avoided: [], sprung }
  const better = await settle(question, { torch, traps: 'avoided' })
  return isSettled(better) ? { ...better, avoided: sprung, sprung: [] } : { ...found, avoided: [], sprung }
}

/**
 * The answer for the rest of the files, where some projects have a page of their own for each torch release: it says which
 * pages count. Undefined: there are none.
 */
async function withoutTied({ lines, ...question }: Question): Promise<Settled | Unsettled | undefined> {
  const { tiedToTorch } = question.indexes
  if (tiedToTorch.size === 0) return undefined
  const requirements = lines.requirements.filter(line => !tiedToTorch.has(line.cpu.key))
  return settle({ ...question, lines: { ...lines, requirements } }, { torch: () => undefined, traps: 'ignored' })
}
