import type { UnknownNeeds } from './resolve/project-provider.ts'
import type { Resolution } from './resolve/resolve.ts'
import { type Question, type Settled, settle, type Unsettled } from './settle.ts'
import { torchRelease } from './torch/family.ts'
import type { RequirementLines } from './torch/lines.ts'
import { distinctTraps, sprungTraps, type Trap } from './torch/traps.ts'

/** What is installed in the end, and what the lines of the files have come to. */
export interface Choice extends Settled {
  /** Versions that would have failed at run time, and others were found. */
  readonly avoided: readonly Trap[]
  /** Versions that fail at run time, and the files leave no others. */
  readonly sprung: readonly Trap[]
}

/**
 * Chooses versions for everything the files reach, in the world where the torch family comes from the CPU index: for each
 * project one release that serves every target; where there is no such set, one for each target, as alike as can be.
 *
 * @param looser the lines to go by where there is no answer to those of the question; undefined: there are no others
 * @throws TorchpinError NO_SOLUTION with the derivation; INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export async function chooseVersions(question: Question, looser?: RequirementLines): Promise<Choice> {
  const strict = await chooseForTargets(question)
  if (isSettled(strict)) return strict
  const choice = looser ? await chooseForTargets({ ...question, lines: looser }) : strict
  if (!isSettled(choice)) throw await choice.why()
  return choice
}

async function chooseForTargets(question: Question): Promise<Choice | Unsettled> {
  const together = await chooseForAll(question)
  if (isSettled(together) || question.targets.length === 1) return together
  let choice: Choice | undefined
  for (const target of question.targets) {
    const next = await chooseForAll({ ...question, targets: [target] }, choice?.resolution)
    if (!isSettled(next)) return next
    choice = choice ? both(choice, next) : next
  }
  return choice!
}

function isSettled<Found extends Settled>(answer: Found | Unsettled): answer is Found {
  return 'resolution' in answer
}

/** One release of each project for all targets, without what fails at run time where that can be had. */
async function chooseForAll(question: Question, earlier?: Resolution): Promise<Choice | Unsettled> {
  const rest = await withoutTied(question, earlier)
  if (rest && !isSettled(rest)) return rest
  const like = { earlier, torch: rest && torchRelease(rest.resolution) }
  const found = await settle(question, { ...like, traps: 'ignored' })
  if (!isSettled(found)) return found
  const sprung = sprungTraps(found.resolution)
  if (sprung.length === 0) return { ...found, avoided: [], sprung }
  const better = await settle(question, { ...like, traps: 'avoided' })
  return isSettled(better) ? { ...better, avoided: sprung, sprung: [] } : { ...found, avoided: [], sprung }
}

/**
 * The answer for the rest of the files, where some projects have a page of their own for each torch release: it says which
 * pages count. Undefined: there are none.
 */
async function withoutTied(
  { lines, ...question }: Question,
  earlier: Resolution | undefined,
): Promise<Settled | Unsettled | undefined> {
  const { tiedToTorch } = question.indexes
  if (tiedToTorch.size === 0) return undefined
  const requirements = lines.requirements.filter(line => !tiedToTorch.has(line.cpu.key))
  return settle({ ...question, lines: { ...lines, requirements } }, { earlier, torch: undefined, traps: 'ignored' })
}

/** Two choices for different targets as one. A line goes where it goes for both. */
function both(a: Choice, b: Choice): Choice {
  const resolution = new Map(a.resolution)
  for (const [project, { builds }] of b.resolution) {
    const known = resolution.get(project)
    resolution.set(project, { project, builds: known ? [...known.builds, ...builds] : builds })
  }
  const requirements = a.lines.requirements.map((line, i) => (line.leaves ? b.lines.requirements[i]! : line))
  const known = new Set(a.substitutions.map(({ line }) => line.where))
  return {
    resolution,
    lines: { ...a.lines, requirements },
    substitutions: [...a.substitutions, ...b.substitutions.filter(({ line }) => !known.has(line.where))],
    withoutMetadata: distinctUnknowns([...a.withoutMetadata, ...b.withoutMetadata]),
    passedOver: [...new Set([...a.passedOver, ...b.passedOver])],
    avoided: distinctTraps([...a.avoided, ...b.avoided]),
    sprung: distinctTraps([...a.sprung, ...b.sprung]),
  }
}

function distinctUnknowns(all: readonly UnknownNeeds[]): UnknownNeeds[] {
  return [...new Map(all.map(unknown => [`${unknown.project}==${unknown.version}`, unknown])).values()]
}
