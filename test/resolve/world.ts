import { noSolution } from '../../src/no-solution.ts'
import { DEFAULT_INDEX_URL } from '../../src/options.ts'
import type { Target } from '../../src/packaging/target.ts'
import { ProjectProvider } from '../../src/resolve/project-provider.ts'
import { resolve } from '../../src/resolve/resolve.ts'
import { NoSolution } from '../../src/resolve/solver.ts'
import { requirementLines } from '../../src/torch/lines.ts'
import { cpuSources } from '../../src/torch/sources.ts'
import { fileOf } from '../requirements/file-of.ts'
import { memoryIndex, type Projects } from './memory-index.ts'

/** Indexes, files and targets: all that a choice of versions depends on. */
export interface World {
  /** The public index; null: it is not asked. */
  readonly main?: Projects | null
  /** The index of CPU builds. */
  readonly cpu?: Projects
  /** `requirements.txt` and whatever else; a name that begins with `constraints` is a file of constraints. */
  readonly files: Readonly<Record<string, string>>
  readonly targets?: readonly Target[]
}

export interface Solved {
  /** Project → version, or why there is none: message and hint. */
  readonly outcome: ReadonlyMap<string, string> | string
  /** How often the solver asked what a version needs. */
  readonly expansions: number
}

export const linux311: Target = { python: '3.11', platform: 'linux-x86_64' }

const newest = { oldest: () => false, preferred: () => [], traps: 'ignored' } as const

/** Chooses versions in a world, as a run does, and says why where there are none. */
export async function solveWorld({ main = {}, cpu = {}, files, targets = [linux311] }: World): Promise<Solved> {
  const indexes = {
    cpu: { ...memoryIndex('memory:cpu', cpu), origin: 'live' as const },
    others: main === null ? [] : [memoryIndex(DEFAULT_INDEX_URL, main)],
    snapshotDate: () => '',
  }
  const asked = requirementLines(
    Object.entries(files).map(([path, source]) => fileOf(source, path)),
    targets,
  )
  const { requirements, constraints, direct } = asked
  const toCpu = ({ cpu, where }: (typeof requirements)[number]) => ({ requirement: cpu, where })
  const lines = [...requirements, ...constraints].map(toCpu)
  const provider = new ProjectProvider(
    cpuSources(
      { targets, indexes: indexes.others, lines, direct, links: new Map(), excludeNewer: undefined },
      indexes.cpu,
      newest,
    ),
    targets,
  )
  const counted = new CountingProvider(provider)
  try {
    const resolution = await resolve(provider, targets, requirements.map(toCpu), constraints.map(toCpu))
    const outcome = new Map(
      [...resolution].map(
        ([
          project,
          {
            builds: [build],
          },
        ]) => [project, build.version.text],
      ),
    )
    return { outcome, expansions: counted.expansions }
  } catch (error) {
    if (!(error instanceof NoSolution)) throw error
    const { message, hint } = await noSolution(error, { provider, targets, lines: asked, direct, indexes })
    return { outcome: `${message}\nhint: ${hint}`, expansions: counted.expansions }
  }
}

/** Counts what is asked of a provider, which goes on as before. */
class CountingProvider {
  expansions = 0

  constructor(provider: ProjectProvider) {
    const dependencies = provider.dependencies.bind(provider)
    provider.dependencies = (key, position) => {
      this.expansions++
      return dependencies(key, position)
    }
  }
}
