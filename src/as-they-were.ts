import { TorchpinError } from './errors.ts'
import type { Indexes } from './indexes.ts'
import type { Options } from './options.ts'
import type { Target } from './packaging/target.ts'
import { Unsolvable } from './resolve/problem.ts'
import { type MetadataRead, ProjectProvider, type UnknownNeeds } from './resolve/project-provider.ts'
import { type Resolution, resolve } from './resolve/resolve.ts'
import { lookInto, unknownIn } from './settle.ts'
import { broughtLines } from './torch/brought.ts'
import type { RequirementLine, RequirementLines } from './torch/lines.ts'
import { originalSources } from './torch/sources.ts'
import { familyPins, trustedBuilds } from './torch/unverified.ts'

/** What is installed. */
export interface Install {
  readonly resolution: Resolution
  /** False where something had to be guessed: what a package needs, or a build or an index that cannot be asked. */
  readonly exact: boolean
  /** Releases among it that do not tell what they need. */
  readonly unknown: readonly UnknownNeeds[]
}

/**
 * What the files install as they are, from their own indexes, as pip would have it; undefined where that cannot be worked out.
 * @throws TorchpinError INDEX_UNREADABLE, INTERRUPTED
 */
export async function asTheyWere(
  lines: RequirementLines,
  indexes: Indexes,
  targets: readonly Target[],
  { excludeNewer, offline, signal }: Pick<Options, 'excludeNewer' | 'offline' | 'signal'>,
): Promise<Install | undefined> {
  const all = [...lines.requirements, ...lines.constraints]
  const attempt = async (
    asLine: (line: RequirementLine) => RequirementLine['requirement'],
    torch: Indexes['torch'],
  ): Promise<Install | undefined> => {
    const toLine = (line: RequirementLine) => ({ requirement: asLine(line), where: line.where })
    const metadata: MetadataRead = new Map()
    const problems = targets.map(target => {
      const { opaque, links, wheels } = lookInto(lines.direct, indexes, target)
      const brought = broughtLines(lines, opaque, requirement => requirement)
      const world = {
        target,
        indexes: indexes.others,
        lines: [...all.map(toLine), ...brought],
        links,
        unlisted: trustedBuilds({ cpu: indexes.cpu, others: indexes.others, pins: familyPins(all), targets: [target] }),
        excludeNewer,
        offline,
        signal,
      }
      return {
        target,
        provider: new ProjectProvider(originalSources({ ...world, direct: opaque }, torch), target, metadata),
        lines: [...wheels, ...brought, ...lines.requirements.map(toLine)],
        constraints: lines.constraints.map(toLine),
      }
    })
    try {
      const resolution = await resolve(problems)
      const providers = problems.map(({ provider }) => provider)
      const unknown = unknownIn(resolution, providers)
      const passedOver = providers.flatMap(({ passedOver }) => passedOver)
      return { resolution, exact: unknown.length + passedOver.length === 0, unknown }
    } catch (error) {
      if (error instanceof Unsolvable || (error instanceof TorchpinError && error.code === 'INDEX_UNREACHABLE'))
        return undefined
      throw error
    }
  }
  const exact = await attempt(line => line.requirement, indexes.torch)
  if (exact) return exact
  // A `+cu118` pin whose index cannot be asked: the public build of the same release is near it, and said to be an estimate.
  const near = await attempt(line => line.cpu, [])
  return near && { ...near, exact: false }
}
