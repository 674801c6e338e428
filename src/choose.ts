import { TorchpinError } from './errors.ts'
import { publicVersion } from './packaging/version.ts'
import type { Resolution } from './resolve/resolve.ts'
import { type Question, type Settled, settle, type Taste } from './settle.ts'
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
 * project one release that serves every target; where there is no such set, one for each target, as alike as can be.
 * @throws TorchpinError NO_SOLUTION with the derivation; INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export async function chooseVersions(question: Question): Promise<Choice> {
  const together = await orNone(chooseForAll(question))
  if (!(together instanceof TorchpinError)) return together
  if (question.targets.length === 1) throw together
  let choice: Choice | undefined
  for (const target of question.targets) {
    const next = await chooseForAll({ ...question, targets: [target] }, choice?.resolution)
    choice = choice ? both(choice, next) : next
  }
  return choice!
}

/** One release of each project for all targets, without what fails at run time where that can be had. */
async function chooseForAll(question: Question, earlier?: Resolution): Promise<Choice> {
  const like = { earlier, torch: await torchOfPages(question, earlier) }
  const found = await settle(question, { ...like, traps: 'ignored' })
  const sprung = sprungTraps(found.resolution)
  if (sprung.length === 0) return { ...found, avoided: [], sprung }
  const better = await orNone(settle(question, { ...like, traps: 'avoided' }))
  return better instanceof TorchpinError
    ? { ...found, avoided: [], sprung }
    : { ...better, avoided: sprung, sprung: [] }
}

/** The torch release whose pages count, where other projects have pages of their own for each: that of the rest of the files. */
async function torchOfPages(question: Question, earlier: Resolution | undefined): Promise<Taste['torch']> {
  const { lines, indexes } = question
  if (indexes.tiedToTorch.size === 0) return undefined
  const rest = lines.requirements.filter(line => !indexes.tiedToTorch.has(line.cpu.key))
  const taste = { earlier, torch: undefined, traps: 'ignored' } as const
  const { resolution } = await settle({ ...question, lines: { ...lines, requirements: rest } }, taste)
  const torch = resolution.get('torch')?.builds[0].version
  return torch && publicVersion(torch)
}

async function orNone<Found>(pending: Promise<Found>): Promise<Found | TorchpinError> {
  try {
    return await pending
  } catch (error) {
    if (!(error instanceof TorchpinError) || error.code !== 'NO_SOLUTION') throw error
    return error
  }
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
    withoutMetadata: [...new Set([...a.withoutMetadata, ...b.withoutMetadata])],
    avoided: [...a.avoided, ...b.avoided],
    sprung: [...a.sprung, ...b.sprung],
  }
}
