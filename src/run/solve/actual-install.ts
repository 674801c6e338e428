import { isUnreachable } from '../../contract/errors.ts'
import type { Options } from '../../contract/options.ts'
import type { Target } from '../../packaging/target.ts'
import { type Problem, Unsolvable } from '../../resolve/provider/problem.ts'
import { ProjectProvider, type UnknownNeeds } from '../../resolve/provider/project-provider.ts'
import { type Resolution, resolve } from '../../resolve/resolve.ts'
import { broughtLines } from '../../torch/brought.ts'
import type { RequirementLine, RequirementLines } from '../../torch/lines.ts'
import { originalSources } from '../../torch/sources.ts'
import { familyPins, trustedBuilds } from '../../torch/unverified.ts'
import { type Answers, askedIn } from './answers.ts'
import { firstAnswer } from './attempts.ts'
import type { Choice } from './choose.ts'
import type { Indexes } from './indexes.ts'
import { isKeptTorch, lookInto, unknownIn } from './solve.ts'

/** What is installed. */
export interface ResolvedInstall {
  readonly resolution: Resolution
  /** False where something had to be guessed: what a package needs, or a build or an index that cannot be asked. */
  readonly exact: boolean
  /** Releases among it that do not tell what they need. */
  readonly unknown: readonly UnknownNeeds[]
}

/** What is asked, and where the answer may come from. */
export interface InstallQuestion {
  readonly lines: RequirementLines
  readonly indexes: Indexes
  readonly targets: readonly Target[]
  readonly options: Pick<Options, 'resolution' | 'excludeNewer' | 'offline' | 'signal'>
  /** As in `Question`. */
  readonly answers?: Answers
}

/** A way to ask what is installed. */
interface Attempt {
  readonly requirementOf: (line: RequirementLine) => RequirementLine['requirement']
  /** The indexes of the torch family alone. */
  readonly torch: Indexes['torch']
  readonly exact: boolean
}

/**
 * What the files install as they are, from their own indexes, as pip would have it; undefined where that cannot be worked out.
 * @throws TorchpinError INDEX_UNREADABLE, INTERRUPTED
 */
export function actualInstall(asked: InstallQuestion): Promise<ResolvedInstall | undefined> {
  const toTheLetter: Attempt = { requirementOf: line => line.requirement, torch: asked.indexes.torch, exact: true }
  // A `+cu118` pin whose index cannot be asked: the public build of the same release is near it, and said to be an estimate.
  const withPublicBuilds: Attempt = { requirementOf: line => line.cpuRequirement, torch: [], exact: false }
  return firstAnswer(
    [toTheLetter, withPublicBuilds],
    attempt => installIn(asked, attempt),
    found => found !== undefined,
  )
}

/**
 * What the files install as they are, where the CPU-only answer says it too: no line asks for anything else in it, and no
 * project comes from elsewhere. Undefined: it has to be asked.
 */
export function installInBoth(
  { lines, indexes, targets, options }: InstallQuestion,
  choice: Choice,
): ResolvedInstall | undefined {
  const isSame =
    targets.length === 1 &&
    options.resolution !== 'lowest-direct' &&
    !choice.withTorch &&
    lines.direct.length === 0 &&
    [...choice.lines.requirements, ...choice.lines.constraints].every(isAsItStands) &&
    sameItems(indexes.othersBeside(undefined), indexes.others)
  if (!isSame) return undefined
  const { resolution, withoutMetadata, skipped } = choice
  return { resolution, exact: withoutMetadata.length + skipped.length === 0, unknown: withoutMetadata }
}

function isAsItStands(line: RequirementLine): boolean {
  const { requirement, cpuRequirement, preferredVersion, removal } = line
  const isAsked = cpuRequirement === requirement && preferredVersion === undefined && removal === undefined
  return isAsked && !isKeptTorch(line)
}

function sameItems<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

/** What another unit of the run has asked is not worked out again. */
function installIn(asked: InstallQuestion, attempt: Attempt): Promise<ResolvedInstall | undefined> {
  const { lines, indexes, targets, answers } = asked
  const text = askedIn(lines)
  if (!answers || text === undefined) return installAnew(asked, attempt)
  const parts = [indexes, text, attempt.exact, ...targets]
  return answers.to('install', parts, () => installAnew(asked, attempt))
}

async function installAnew(asked: InstallQuestion, attempt: Attempt): Promise<ResolvedInstall | undefined> {
  const problems = asked.targets.map(target => problemOn(target, asked, attempt))
  try {
    const resolution = await resolve(problems)
    const providers = problems.map(({ provider }) => provider)
    const unknown = unknownIn(resolution, providers)
    const skipped = providers.flatMap(({ skipped }) => skipped)
    return { resolution, exact: attempt.exact && unknown.length + skipped.length === 0, unknown }
  } catch (error) {
    if (error instanceof Unsolvable || isUnreachable(error)) return undefined
    throw error
  }
}

function problemOn(
  target: Target,
  { lines, indexes, options: { excludeNewer, offline, signal } }: InstallQuestion,
  { requirementOf, torch }: Attempt,
): Problem {
  const toLine = (line: RequirementLine) => ({ requirement: requirementOf(line), where: line.where })
  const all = [...lines.requirements, ...lines.constraints]
  const { opaque, links, wheels } = lookInto(lines.direct, indexes, target)
  const brought = broughtLines(lines, opaque, requirement => requirement)
  const world = {
    target,
    indexes: indexes.others,
    lines: [...all.map(toLine), ...brought],
    direct: opaque,
    links,
    unlisted: trustedBuilds({ cpu: indexes.cpu, others: indexes.others, pins: familyPins(all), targets: [target] }),
    excludeNewer,
    offline,
    signal,
  }
  return {
    target,
    provider: new ProjectProvider(originalSources(world, torch), target, indexes.cache),
    lines: [...wheels, ...brought, ...lines.requirements.map(toLine)],
    constraints: lines.constraints.map(toLine),
  }
}
