import type { TorchpinError } from '../../contract/errors.ts'
import type { Options } from '../../contract/options.ts'
import type { PackageIndex } from '../../package-index/project-page.ts'
import type { Target } from '../../packaging/target.ts'
import type { Version } from '../../packaging/version.ts'
import { type Line, Unsolvable } from '../../resolve/provider/problem.ts'
import { ProjectProvider, type UnknownNeeds } from '../../resolve/provider/project-provider.ts'
import { type Resolution, resolve } from '../../resolve/resolve.ts'
import { broughtLines } from '../../torch/brought.ts'
import { cpuForm } from '../../torch/cpu-form.ts'
import { torchFamily } from '../../torch/family.ts'
import {
  asCpuWheel,
  type DirectLine,
  isCpuWheel,
  type LinkedWheel,
  type RequirementLine,
  type RequirementLines,
} from '../../torch/lines.ts'
import { listedWheel } from '../../torch/listed-wheel.ts'
import { keepNeeded, retained, withoutSpecifier } from '../../torch/meaning.ts'
import { keepUnreleased, type Substitution, standInsFor, stoodInFor, substitutionsIn } from '../../torch/nearest.ts'
import { cpuSources } from '../../torch/sources.ts'
import { familyPins, trustedBuilds } from '../../torch/unverified.ts'
import { type Answers, askedIn } from './answers.ts'
import type { Indexes } from './indexes.ts'
import { noSolution } from './no-solution.ts'

/** What is asked, and where the answer may come from. */
export interface Question {
  readonly lines: RequirementLines
  readonly indexes: Indexes
  readonly targets: readonly Target[]
  readonly options: Pick<Options, 'resolution' | 'excludeNewer' | 'offline' | 'signal'>
  /** The answers of units that may ask the same; absent if there are none. */
  readonly answers?: Answers
}

/** What decides which of several good answers is taken. */
export interface Preferences {
  /** The torch of a target, whose side indexes count there; undefined: those that belong to one release do not. */
  readonly torch: (target: Target) => Version | undefined
  /** Whether versions that fail beside each other at run time are kept apart. */
  readonly traps: 'avoided' | 'ignored'
}

export interface Solved {
  readonly resolution: Resolution
  /** The lines with what the answer has decided about them. */
  readonly lines: RequirementLines
  readonly substitutions: readonly Substitution[]
  /** What is chosen without knowing what it needs. */
  readonly withoutMetadata: readonly UnknownNeeds[]
  /** Whether any project of the torch family was looked at: without one, the CPU-only world differs from the files' own in its lines alone. */
  readonly withTorch: boolean
  /** `name==version` of what would have been tried before, had an index been there to ask. */
  readonly skipped: readonly string[]
}

/** That there is no answer. The explanation is computed on demand: it may have to ask an index. */
export interface NoAnswer {
  /**
   * @param otherPython asks for a Python on which there is an answer; see `Unit`
   * @returns an error NO_SOLUTION or INDEX_UNREACHABLE; see `noSolution`
   */
  why(otherPython: () => Promise<string | undefined>): Promise<TorchpinError>
}

/**
 * One answer of the resolver for all targets together, in the world where the torch family comes from the CPU index. What
 * another unit of the run has asked is not worked out again.
 * @throws TorchpinError INDEX_UNREACHABLE, INDEX_UNREADABLE, INTERRUPTED
 */
export async function solve(question: Question, preferences: Preferences): Promise<Solved | NoAnswer> {
  const { lines, indexes, targets, answers } = question
  const asked = askedIn(lines)
  if (!answers || asked === undefined) return solveAnew(question, preferences)
  let own: Promise<Solved | NoAnswer> | undefined
  const parts = [indexes, asked, preferences.traps, ...targets, ...targets.map(at => preferences.torch(at)?.text)]
  const shared = answers.to('solve', parts, async () => {
    own = solveAnew(question, preferences)
    const answer = await own
    return 'resolution' in answer ? { lines, answer } : undefined
  })
  // Why there is no answer, and what went wrong, each unit says in terms of its own lines.
  const found = await shared.catch(() => undefined)
  return own ?? (found ? answerFor(lines, found) : solveAnew(question, preferences))
}

/** The answer to what other lines ask, for lines that ask the same in their order. */
function answerFor(
  lines: RequirementLines,
  { lines: others, answer }: { readonly lines: RequirementLines; readonly answer: Solved },
): Solved {
  const ownOf = new Map<RequirementLine, RequirementLine>()
  const own = (list: 'requirements' | 'constraints') =>
    lines[list].map((line, i) => {
      const decided = answer.lines[list][i]!
      const meant = decided === others[list][i] ? line : retained(line, decided.retainedBecause)
      ownOf.set(decided, meant)
      return meant
    })
  const [requirements, constraints] = [own('requirements'), own('constraints')]
  return {
    ...answer,
    lines: { ...lines, requirements, constraints },
    substitutions: answer.substitutions.map(one => ({ ...one, line: ownOf.get(one.line)! })),
  }
}

async function solveAnew(question: Question, preferences: Preferences): Promise<Solved | NoAnswer> {
  const { lines, indexes } = question
  const worlds = worldsFor(question, preferences)
  const solve = async (lines: RequirementLines) => {
    const staying = lines.requirements.filter(line => !line.removal && !isKeptTorch(line))
    const standIns = await standInsFor([...staying, ...lines.constraints], worlds)
    for (const { target, nearest } of worlds)
      for (const { line, releases } of standIns) nearest.set(line.cpuRequirement.key, releases.get(target) ?? [])
    const problems = worlds.map(({ target, provider, wheels, brought }) => {
      const open = stoodInFor(standIns, target)
      const asked = (line: RequirementLine) => cpuLine(line, open.has(line.written))
      return {
        target,
        provider,
        lines: [...wheels, ...brought, ...staying.map(asked)],
        constraints: lines.constraints.map(asked),
      }
    })
    const resolution = await resolve(problems)
    return { resolution, lines, substitutions: substitutionsIn(resolution, standIns) }
  }
  try {
    const served = await keepUnreleased(lines, worlds)
    const first = await solve(served)
    const needed = keepNeeded(served, project => first.resolution.has(project))
    const solved = needed === served ? first : await solve(needed)
    const providers = worlds.map(({ provider }) => provider)
    const skipped = [...new Set(providers.flatMap(provider => provider.skipped))]
    const withTorch = [...torchFamily].some(project => providers.some(provider => provider.known(project)))
    return { ...solved, withoutMetadata: unknownIn(solved.resolution, providers), withTorch, skipped }
  } catch (error) {
    if (!(error instanceof Unsolvable)) throw error
    const { direct, others } = worlds.find(({ target }) => target === error.problem.target)!
    const unsolved = { ...error.problem, asked: lines, direct, indexes: { ...indexes, others } }
    return { why: otherPython => noSolution(error, { ...unsolved, otherPython }) }
  }
}

/** What a target finds in the CPU-only world. */
export interface TargetWorld {
  readonly target: Target
  readonly provider: ProjectProvider
  /** The indexes beside the CPU index. */
  readonly others: readonly PackageIndex[]
  /** Lines whose project comes from a place that cannot be looked into. */
  readonly direct: readonly DirectLine[]
  /** The wheels that lines take from URLs. */
  readonly wheels: readonly Line[]
  /** What lines bring that take a project from a repository or a folder. */
  readonly brought: readonly Line[]
  /** The releases that may stand in for one that is missing, by project, the nearest first. */
  readonly nearest: Map<string, readonly Version[]>
}

/** Makes ready what the resolver is asked in on each target. Nothing is asked yet. */
export function worldsFor({ lines, indexes, targets, options }: Question, preferences: Preferences): TargetWorld[] {
  const all = [...lines.requirements, ...lines.constraints]
  const kept = lines.requirements.filter(isKeptTorch)
  const isKept = new Set(kept)
  const asked = all.filter(line => !isKept.has(line))
  const held = new Map(
    all.flatMap(({ cpuRequirement: cpu, preferredVersion: held }) => (held ? [[cpu.key, held]] : [])),
  )
  const named = new Set(lines.requirements.map(line => line.cpuRequirement.key).filter(project => !held.has(project)))
  return targets.map(target => {
    const { opaque, links, wheels } = lookInto(lines.direct.map(asCpuWheel), indexes, target)
    const direct = [...opaque, ...kept.filter(line => line.targets.includes(target)).map(asDirect)]
    const torch = preferences.torch(target)
    const others = indexes.othersBeside(torch?.text)
    const brought = broughtLines(lines, opaque, requirement => cpuForm(requirement, targets))
    const nearest = new Map<string, readonly Version[]>()
    const sources = cpuSources(
      {
        target,
        indexes: others,
        lines: [
          ...asked.flatMap(line => (line.preferredVersion ? [cpuLine(line), asItStands(line)] : [cpuLine(line)])),
          ...brought,
        ],
        direct,
        links,
        unlisted: trustedBuilds({
          cpu: indexes.cpuInTime,
          others: indexes.others,
          pins: familyPins(asked),
          targets: [target],
        }),
        excludeNewer: options.excludeNewer,
        offline: options.offline,
        signal: options.signal,
      },
      indexes.cpuInTime,
      {
        oldest: project => options.resolution === 'lowest-direct' && named.has(project),
        preferred: project => {
          const known = (project === 'torch' ? torch : undefined) ?? held.get(project)
          return [...(known ? [known] : []), ...(nearest.get(project) ?? [])]
        },
        traps: preferences.traps,
      },
    )
    return {
      target,
      provider: new ProjectProvider(sources, target, indexes.cache),
      others,
      direct,
      wheels,
      brought,
      nearest,
    }
  })
}

/** A line of the torch family that the user keeps as it is: what it asks for is taken for granted. */
export function isKeptTorch({ ignoredByComment: kept, requirement }: RequirementLine): boolean {
  return kept && torchFamily.has(requirement.key)
}

/** What is chosen without knowing its dependencies. */
export function unknownIn(resolution: Resolution, providers: readonly ProjectProvider[]): UnknownNeeds[] {
  const unknown = providers.flatMap(({ withoutMetadata }) => withoutMetadata)
  return [...new Map(unknown.map(release => [`${release.project}==${release.version}`, release])).values()].filter(
    ({ project, version }) => resolution.get(project)?.builds.some(build => build.version.text === version),
  )
}

/**
 * Parts the lines that take a project from elsewhere on a target by whether what they take can be looked into. Of a project
 * that several lines take, it has to be so with all of them.
 */
export function lookInto(
  direct: readonly DirectLine[],
  indexes: Pick<Indexes, 'link' | 'cpu'>,
  target: Target,
): {
  opaque: readonly DirectLine[]
  wheels: readonly LinkedWheel[]
  links: ReadonlyMap<string, readonly PackageIndex[]>
} {
  const here = direct.filter(line => line.targets.includes(target))
  const obscure = new Set(here.flatMap(({ project, wheel }) => (wheel ? [] : [project])))
  const [clear, opaque] = [
    here.filter(line => !obscure.has(line.project)),
    here.filter(line => obscure.has(line.project)),
  ]
  const links = new Map<string, PackageIndex[]>()
  for (const line of clear) {
    if (!line.wheel) continue
    const { url, requirement } = line.wheel
    const link = indexes.link(url)
    const wheel = isCpuWheel(line) ? listedWheel(url, link, indexes.cpu) : link
    const before = links.get(requirement.key)
    if (before) before.push(wheel)
    else links.set(requirement.key, [wheel])
  }
  return {
    opaque,
    wheels: clear.flatMap(({ wheel }) => wheel ?? []),
    links,
  }
}

/** @param anyVersion its version does not count */
function cpuLine({ cpuRequirement: cpu, requirement, where }: RequirementLine, anyVersion = false): Line {
  return {
    requirement: anyVersion ? withoutSpecifier(cpu) : cpu,
    // The reader of the explanation looks for the words of the line.
    where: cpu.key === requirement.key ? where : `${where} (${requirement.name})`,
  }
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
    ignoredByComment: true,
    brings: undefined,
  }
}
