import type { TorchpinError } from './errors.ts'
import type { Indexes } from './indexes.ts'
import { noSolution } from './no-solution.ts'
import type { Options } from './options.ts'
import type { Target } from './packaging/target.ts'
import type { Version } from './packaging/version.ts'
import { ProjectProvider, type UnknownNeeds } from './resolve/project-provider.ts'
import { type Line, type Resolution, resolve } from './resolve/resolve.ts'
import { NoSolution } from './resolve/solver.ts'
import { broughtLines } from './torch/brought.ts'
import { cpuForm } from './torch/cpu-form.ts'
import { torchFamily } from './torch/family.ts'
import {
  asCpuWheel,
  type DirectLine,
  isCpuWheel,
  keepNeeded,
  type RequirementLine,
  type RequirementLines,
} from './torch/lines.ts'
import { listedWheel } from './torch/listed-wheel.ts'
import { keepUnreleased, loosenedBy, type Substitution, standInsFor, substitutionsIn } from './torch/nearest.ts'
import { cpuSources, type Linked } from './torch/sources.ts'
import { familyPins, trustedBuilds } from './torch/unverified.ts'

/** What is asked, and where the answer may come from. */
export interface Question {
  readonly lines: RequirementLines
  readonly indexes: Indexes
  readonly targets: readonly Target[]
  readonly options: Pick<Options, 'resolution' | 'excludeNewer' | 'offline'>
}

/** What decides which of several good answers is taken. */
export interface Taste {
  /** What other targets take: this run stays with it where it can. */
  readonly earlier: Resolution | undefined
  /** The torch whose side indexes count; undefined: those that belong to one release do not. */
  readonly torch: Version | undefined
  /** Whether versions that fail beside each other at run time are kept apart. */
  readonly traps: 'avoided' | 'ignored'
}

export interface Settled {
  readonly resolution: Resolution
  /** The lines with what the answer has decided about them. */
  readonly lines: RequirementLines
  readonly substitutions: readonly Substitution[]
  /** What is chosen without knowing what it needs. */
  readonly withoutMetadata: readonly UnknownNeeds[]
  /** `name==version` of what would have been tried before, had an index been there to ask. */
  readonly passedOver: readonly string[]
}

/** That there is no answer. Why not is worked out only for whom it is told: an index may have to be asked for that. */
export interface Unsettled {
  /** @returns an error NO_SOLUTION or INDEX_UNREACHABLE; see `noSolution` */
  why(): Promise<TorchpinError>
}

/**
 * One answer of the resolver for all targets together, in the world where the torch family comes from the CPU index.
 * @throws TorchpinError INDEX_UNREACHABLE, INDEX_UNREADABLE, INTERRUPTED
 */
export async function settle(question: Question, taste: Taste): Promise<Settled | Unsettled> {
  const { lines, indexes, targets, options } = question
  const kept = lines.requirements.filter(line => line.kept && torchFamily.has(line.requirement.key))
  const { opaque, links, wheels } = lookInto(lines.direct.map(asCpuWheel), indexes, targets)
  const brought = broughtLines(lines, opaque, requirement => cpuForm(requirement, targets))
  const direct: DirectLine[] = [...opaque, ...kept.map(asDirect)]
  const all = [...lines.requirements, ...lines.constraints].filter(line => !kept.includes(line))
  const held = new Map(
    [...lines.requirements, ...lines.constraints].flatMap(({ cpu, held }) => (held ? [[cpu.key, held]] : [])),
  )
  const named = new Set(lines.requirements.map(line => line.cpu.key).filter(project => !held.has(project)))
  const others = indexes.othersBeside(taste.torch?.text)
  const nearest = new Map<string, readonly Version[]>()
  const provider = new ProjectProvider(
    cpuSources(
      {
        targets,
        indexes: others,
        lines: [...all.flatMap(line => (line.held ? [cpuLine(line), asItStands(line)] : [cpuLine(line)])), ...brought],
        direct,
        links,
        unlisted: trustedBuilds({ cpu: indexes.cpu, others: indexes.others, pins: familyPins(all), targets }),
        excludeNewer: options.excludeNewer,
        offline: options.offline,
      },
      indexes.cpu,
      {
        oldest: project => options.resolution === 'lowest-direct' && named.has(project),
        preferred: project => {
          const known =
            taste.earlier?.get(project)?.builds[0].version ??
            (project === 'torch' ? taste.torch : undefined) ??
            held.get(project)
          return [...(known ? [known] : []), ...(nearest.get(project) ?? [])]
        },
        traps: taste.traps,
      },
    ),
    targets,
  )
  const solve = async (lines: RequirementLines) => {
    const staying = lines.requirements.filter(line => !line.leaves && !kept.includes(line))
    const standIns = await standInsFor(applyingTo(targets, [...staying, ...lines.constraints]), provider)
    for (const { line, releases } of standIns) nearest.set(line.cpu.key, releases)
    const resolution = await resolve(
      provider,
      targets,
      [...wheels, ...brought, ...loosenedBy(standIns, staying).map(cpuLine)],
      loosenedBy(standIns, lines.constraints).map(cpuLine),
    )
    return { resolution, lines, substitutions: substitutionsIn(resolution, standIns) }
  }
  try {
    const served = await keepUnreleased(lines, provider)
    const first = await solve(served)
    const needed = keepNeeded(served, project => first.resolution.has(project))
    const settled = needed === served ? first : await solve(needed)
    const { passedOver } = provider
    return { ...settled, withoutMetadata: unknownIn(settled.resolution, provider), passedOver }
  } catch (error) {
    if (!(error instanceof NoSolution)) throw error
    return { why: () => noSolution(error, { provider, targets, lines, direct, indexes: { ...indexes, others } }) }
  }
}

/** What is chosen without knowing its dependencies. */
export function unknownIn(resolution: Resolution, { withoutMetadata }: ProjectProvider): UnknownNeeds[] {
  return withoutMetadata.filter(({ project, version }) =>
    resolution.get(project)?.builds.some(build => build.version.text === version),
  )
}

/**
 * Parts lines that take a project from elsewhere by whether what they take can be looked into. Of a project that several
 * lines take, it has to be so with all of them. Only of the torch family does another line serve the targets that are left.
 */
export function lookInto(
  direct: readonly DirectLine[],
  indexes: Pick<Indexes, 'link' | 'cpu'>,
  targets: readonly Target[],
) {
  const here = direct.filter(line => targets.some(target => line.targets.includes(target)))
  const isClear = ({ project }: DirectLine) => {
    const own = here.filter(line => line.project === project)
    const served = targets.every(target => own.some(line => line.targets.includes(target)))
    return own.every(({ wheel }) => wheel) && (served || torchFamily.has(project ?? ''))
  }
  const clear = here.filter(isClear)
  const links = new Map<string, Linked>()
  for (const line of clear) {
    const { wheel, targets: served } = line
    if (!wheel) continue
    const link = indexes.link(wheel.url)
    const known = links.get(wheel.requirement.key)
    links.set(wheel.requirement.key, {
      wheels: [...(known?.wheels ?? []), isCpuWheel(line) ? listedWheel(wheel.url, link, indexes.cpu) : link],
      served: [...(known?.served ?? []), ...served],
    })
  }
  return {
    opaque: here.filter(line => !clear.includes(line)),
    wheels: clear.flatMap(({ wheel }) => wheel ?? []),
    links,
  }
}

function applyingTo(targets: readonly Target[], lines: readonly RequirementLine[]): RequirementLine[] {
  return lines.filter(line => targets.some(target => line.targets.includes(target)))
}

function cpuLine({ cpu, requirement, where }: RequirementLine): Line {
  // Whoever reads why there is no solution looks for what the line says.
  return { requirement: cpu, where: cpu.key === requirement.key ? where : `${where} (${requirement.name})` }
}

/** A wish counts where pre-releases and withdrawn releases are asked for by name. */
function asItStands({ requirement, where }: RequirementLine): Line {
  return { requirement, where }
}

function asDirect({ file, statement, lineNumber, requirement, targets }: RequirementLine): DirectLine {
  const pin = requirement.specifier.clauses.find(clause => clause.operator === '==')?.version
  return {
    file,
    statement: statement as DirectLine['statement'],
    lineNumber,
    project: requirement.key,
    version: pin,
    targets,
    wheel: undefined,
    kept: true,
    brings: undefined,
  }
}
