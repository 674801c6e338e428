import { TorchpinError } from './errors.ts'
import type { Indexes } from './indexes.ts'
import type { Options } from './options.ts'
import type { Target } from './packaging/target.ts'
import { ProjectProvider, type UnknownNeeds } from './resolve/project-provider.ts'
import { type Resolution, resolve } from './resolve/resolve.ts'
import { NoSolution } from './resolve/solver.ts'
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
  { excludeNewer, offline }: Pick<Options, 'excludeNewer' | 'offline'>,
): Promise<Install | undefined> {
  const all = [...lines.requirements, ...lines.constraints]
  const { opaque, links, wheels } = lookInto(lines.direct, indexes, targets)
  const unlisted = trustedBuilds({ cpu: indexes.cpu, others: indexes.others, pins: familyPins(all), targets })
  const attempt = async (
    asLine: (line: RequirementLine) => RequirementLine['requirement'],
    torch: Indexes['torch'],
  ): Promise<Install | undefined> => {
    const toLine = (line: RequirementLine) => ({ requirement: asLine(line), where: line.where })
    const brought = broughtLines(lines, opaque, requirement => requirement)
    const provider = new ProjectProvider(
      originalSources(
        {
          targets,
          indexes: indexes.others,
          lines: [...all.map(toLine), ...brought],
          direct: opaque,
          links,
          unlisted,
          excludeNewer,
          offline,
        },
        torch,
      ),
      targets,
    )
    try {
      const resolution = await resolve(
        provider,
        targets,
        [...wheels, ...brought, ...lines.requirements.map(toLine)],
        lines.constraints.map(toLine),
      )
      const unknown = unknownIn(resolution, provider)
      return { resolution, exact: unknown.length + provider.passedOver.length === 0, unknown }
    } catch (error) {
      if (error instanceof NoSolution || (error instanceof TorchpinError && error.code === 'INDEX_UNREACHABLE'))
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
