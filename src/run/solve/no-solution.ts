import { TorchpinError } from '../../contract/errors.ts'
import { DEFAULT_INDEX_URL } from '../../contract/options.ts'
import { writtenRequirement } from '../../formats/requirements/edit-line.ts'
import type { PackageIndex } from '../../package-index/project-page.ts'
import { parseRequirement } from '../../packaging/requirement.ts'
import type { Target } from '../../packaging/target.ts'
import { explain } from '../../resolve/explain.ts'
import { isUnmet, type Premise, premisesOf } from '../../resolve/premises.ts'
import { parseKey } from '../../resolve/provider/package-key.ts'
import type { Unsolvable } from '../../resolve/provider/problem.ts'
import { NOT_AT_HAND, type ProjectProvider } from '../../resolve/provider/project-provider.ts'
import { vocabulary } from '../../resolve/vocabulary.ts'
import { enumerated } from '../../text/lists.ts'
import { torchFamily } from '../../torch/family.ts'
import { sameIndex } from '../../torch/index-urls.ts'
import type { DirectLine, RequirementLines } from '../../torch/lines.ts'
import { type Unavailable, unavailable } from '../../torch/unavailable.ts'
import type { Indexes } from './indexes.ts'

/** Lines that a hint names one by one. */
const MOST_NAMED = 3

/** No set of versions satisfies the files on a target, or only what the snapshot does not know would. */
export class NoSolutionOn extends TorchpinError {
  readonly target: Target

  constructor(target: Target, ...[code, message, more]: ConstructorParameters<typeof TorchpinError>) {
    super(code, message, more)
    this.target = target
  }
}

/** In which world there was no solution. */
export interface Unsolved {
  readonly provider: ProjectProvider
  readonly target: Target
  /** The lines of the files. */
  readonly asked: RequirementLines
  readonly direct: readonly DirectLine[]
  readonly indexes: Pick<Indexes, 'cpu' | 'others' | 'unreached' | 'snapshotDate'>
  /** Asks for a Python on which there is a solution. */
  readonly otherPython: () => Promise<string | undefined>
}

/**
 * Says why no set of versions satisfies the files: which lines and packages ask for what, what exists, what to do.
 * @returns an error NO_SOLUTION; INDEX_UNREACHABLE where only the snapshot could be asked and it knows too little
 */
export async function noSolution({ explanation }: Unsolvable, unsolved: Unsolved): Promise<NoSolutionOn> {
  const { provider, target, indexes } = unsolved
  const premises = premisesOf(explanation)
  const missing = await missingIn(premises, unsolved)
  const words = vocabulary(provider, target, {
    missing: premise => missing.get(premise)?.sentences ?? [],
    written: writtenIn(unsolved.asked),
  })
  const where = `Python ${target.python} on ${target.platform}`
  const message = [`no set of versions satisfies the files, for ${where}`, ...explain(premises, words)].join('\n  ')
  if (indexes.cpu.origin === 'snapshot' && premises.some(mentionsTorch)) {
    return new NoSolutionOn(
      target,
      'INDEX_UNREACHABLE',
      `${message}\n  The CPU index could not be asked, and its snapshot of ${indexes.snapshotDate()} does not know every release.`,
      { hint: 'run again where the CPU index can be reached, or give --cpu-index-url a mirror' },
    )
  }
  const { unreached } = indexes
  if (unreached.length > 0 && premises.some(premise => isUnmet(premise) && !mentionsTorch(premise))) {
    return new NoSolutionOn(
      target,
      'INDEX_UNREACHABLE',
      `${message}\n  ${enumerated(unreached)} could not be reached, and may have it.`,
      {
        hint: 'run again where it can be reached; where it is gone, take its line and what only it had out of the files',
      },
    )
  }
  if (premises.some(premise => premise.reason === NOT_AT_HAND || isOpen(premise, provider))) {
    return new NoSolutionOn(target, 'INDEX_UNREACHABLE', message, {
      hint: 'run again where the indexes can be reached',
    })
  }
  return new NoSolutionOn(target, 'NO_SOLUTION', message, {
    hint: await hintFor(premises, missing, unsolved),
  })
}

/** The requirements of lines as they stand in their files, by `requirements.txt:3`. */
function writtenIn({ requirements, constraints }: RequirementLines): ReadonlyMap<string, string> {
  return new Map(
    [...requirements, ...constraints].map(line => [line.where, writtenRequirement(line.file.source, line.statement)]),
  )
}

/** Whether a version that no index could be asked about might meet a premise. */
function isOpen(premise: Premise, provider: ProjectProvider): boolean {
  const [key] = premise.on
  if (key === undefined || provider.knowsAll(parseKey(key).project)) return false
  return isUnmet(premise) || !premise.requirements.every(isPin)
}

function isPin(requirement: string): boolean {
  const { clauses } = parseRequirement(requirement).specifier
  return clauses.some(({ operator, version }) => operator.startsWith('==') && !version.endsWith('*'))
}

/** Looks into what nothing meets; an index may have to be asked for that. */
async function missingIn(premises: readonly Premise[], unsolved: Unsolved): Promise<Map<Premise, Unavailable>> {
  const { cpu, others, unreached } = unsolved.indexes
  const nameOf = (index: PackageIndex): string => {
    if (sameIndex(index.url, cpu.url)) return 'the CPU index'
    return sameIndex(index.url, DEFAULT_INDEX_URL) ? 'the public index' : index.url
  }
  const asked = others.filter(({ url }) => !unreached.includes(url))
  const searched = { ...unsolved, cpu, others: asked, nameOf }
  const missing = new Map<Premise, Unavailable>()
  for (const premise of premises) {
    if (!isUnmet(premise)) continue
    const { project } = parseKey(premise.on[0]!)
    missing.set(premise, await unavailable(project, premise.requirements, searched))
  }
  return missing
}

function mentionsTorch({ of, on }: Premise): boolean {
  return [of.key, ...on].some(key => torchFamily.has(parseKey(key).project))
}

/** What to do: what the line that asks in vain could ask for, else which lines could change; and what helps besides. */
async function hintFor(
  premises: readonly Premise[],
  missing: ReadonlyMap<Premise, Unavailable>,
  { otherPython }: Unsolved,
): Promise<string> {
  const [[asking, found] = []] = missing
  const ofPython = premises.some(({ type }) => type === 'unusable') || found?.fix === 'another Python'
  const python = ofPython ? await otherPython() : undefined
  const other = ofPython ? python && `choose --python ${python}` : found?.fix
  const ofLine = asking?.where !== undefined
  const change = ofLine && (found?.instead ?? other) ? found?.instead : changeLines(premises)
  return [change, other].filter(part => part !== undefined).join(', or ')
}

function changeLines(premises: readonly Premise[]): string {
  const lines = [...new Set(premises.flatMap(({ where }) => where ?? []))]
  if (lines.length > MOST_NAMED) return 'change one of the lines named above'
  return `change ${[lines.slice(0, -1).join(', '), ...lines.slice(-1)].filter(part => part !== '').join(' or ')}`
}
