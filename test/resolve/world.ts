import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import type { Target } from '../../src/packaging/target.ts'
import { Unsolvable } from '../../src/resolve/provider/problem.ts'
import { ProjectProvider } from '../../src/resolve/provider/project-provider.ts'
import { type Resolution, resolve } from '../../src/resolve/resolve.ts'
import { noSolution } from '../../src/run/solve/no-solution.ts'
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
  /** Whether other Pythons are asked where there is no answer. */
  readonly hints?: boolean
}

export interface Solved {
  /** Project → version on the first target that installs it, or why there is none: message and hint. */
  readonly outcome: ReadonlyMap<string, string> | string
  /** For each target, project → version; empty where there is no solution. */
  readonly onTargets: readonly ReadonlyMap<string, string>[]
  /** How often the solver asked what a version needs. */
  readonly expansions: number
}

export const linux311: Target = { python: '3.11', platform: 'linux-x86_64' }

const newest = { oldest: () => false, preferred: () => [], traps: 'ignored' } as const

/** Chooses versions in a world, as a run does, and says why where there are none. */
export async function solveWorld({
  main = {},
  cpu = {},
  files,
  targets = [linux311],
  hints = true,
}: World): Promise<Solved> {
  const indexes = {
    cpu: { ...memoryIndex('memory:cpu', cpu), origin: 'live' as const },
    others: main === null ? [] : [memoryIndex(DEFAULT_INDEX_URL, main)],
    unreached: [],
    snapshotDate: () => '',
  }
  const asked = requirementLines(
    Object.entries(files).map(([path, source]) => fileOf(source, path)),
    targets,
  )
  const { requirements, constraints, direct } = asked
  const toCpu = ({ cpuRequirement: cpu, where }: (typeof requirements)[number]) => ({ requirement: cpu, where })
  const lines = [...requirements, ...constraints].map(toCpu)
  const providers = targets.map(target => {
    const world = { target, indexes: indexes.others, lines, direct, links: new Map(), excludeNewer: undefined }
    return new ProjectProvider(cpuSources(world, indexes.cpu, newest), target)
  })
  const counters = providers.map(provider => new CountingProvider(provider))
  const expansions = () => counters.reduce((sum, counter) => sum + counter.expansions, 0)
  try {
    const resolution = await resolve(
      targets.map((target, i) => ({
        target,
        provider: providers[i]!,
        lines: requirements.map(toCpu),
        constraints: constraints.map(toCpu),
      })),
    )
    const outcome = new Map([...resolution].map(([project, { builds }]) => [project, builds[0].version.text]))
    return { outcome, onTargets: targets.map(target => versionsOn(target, resolution)), expansions: expansions() }
  } catch (error) {
    if (!(error instanceof Unsolvable)) throw error
    const { message, hint } = await noSolution(error, {
      ...error.problem,
      asked,
      direct,
      indexes,
      otherPython: async () => (hints ? otherPython({ main, cpu, files, targets }) : undefined),
    })
    return { outcome: `${message}\nhint: ${hint}`, onTargets: [], expansions: expansions() }
  }
}

function versionsOn(target: Target, resolution: Resolution): Map<string, string> {
  const installed = [...resolution].flatMap(([project, { builds }]) => {
    const build = builds.find(build => build.target === target)
    return build ? [[project, build.version.text] as const] : []
  })
  return new Map(installed)
}

/** The newest Python on which a world without an answer has one. */
async function otherPython(world: World): Promise<string | undefined> {
  const { python: own, platform } = world.targets![0]!
  for (const python of ['3.13', '3.12', '3.11', '3.10', '3.9']) {
    if (python === own) continue
    const targets = [{ python, platform }]
    const { outcome } = await solveWorld({ ...world, targets, hints: false })
    if (typeof outcome !== 'string') return python
  }
  return undefined
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
