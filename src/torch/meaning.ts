import type { RequirementStatement, UnreadableStatement } from '../formats/requirements/parse.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { parseVersion, type Version } from '../packaging/version.ts'
import type { Line } from '../resolve/provider/problem.ts'
import { cpuForm } from './cpu-form.ts'
import { ruleFor } from './rules.ts'

/** A line of a file that asks for a project, as it was read. It stays the same object whatever it comes to mean. */
export interface WrittenLine extends Line {
  readonly file: RequirementsFile
  readonly statement:
    | RequirementStatement
    | (UnreadableStatement & { readonly repairable: NonNullable<UnreadableStatement['repairable']> })
  readonly lineNumber: number
  /** The targets on which its marker lets it apply. */
  readonly targets: readonly Target[]
  /** The line says `# torchpin: keep`. */
  readonly ignoredByComment: boolean
}

/**
 * Why a line goes, unless something that stays asks for its project. `cuda-only`: it serves CUDA builds of others;
 * `no-cpu-form`: it is for GPUs alone; `alternative`: its CPU alternative has a line of its own.
 */
type Removal = 'cuda-only' | 'no-cpu-form' | 'alternative'

/** What the CPU-only install has in the place of a line. */
export interface Meaning {
  /** What is asked for: the same release for a `+cu118` pin, its alternative for a GPU package. */
  readonly cpuRequirement: Requirement
  /** The version that a compiled file holds, where it is a wish and no condition: see `loosened`. */
  readonly preferredVersion?: Version
  /** Set where nothing is asked for. */
  readonly removal: Removal | undefined
  /**
   * Why a line for a GPU package stays: a package that stays needs it, nothing proves that only CUDA builds use it, or no
   * release of its CPU alternative fits the line.
   */
  readonly retainedBecause: 'needed' | 'unproved' | 'unreleased' | undefined
}

/** A line with what it means as far as is known. A stage that knows more makes another one of what was written: see `meant`. */
export interface RequirementLine extends WrittenLine, Meaning {
  readonly written: WrittenLine
}

/** The lines that a stage gives a meaning to. */
interface MeantLines {
  readonly requirements: readonly RequirementLine[]
  readonly constraints: readonly RequirementLine[]
}

/**
 * A written line with a meaning. Name by name: where an object is spread and gets more, V8 takes fifty times as long, and a run
 * has lines by the ten thousand.
 */
export function meant(written: WrittenLine, meaning: Meaning): RequirementLine {
  const { requirement, where, file, statement, lineNumber, targets, ignoredByComment } = written
  const { cpuRequirement, preferredVersion, removal, retainedBecause } = meaning
  const line: RequirementLine = {
    requirement,
    where,
    file,
    statement,
    lineNumber,
    targets,
    ignoredByComment,
    cpuRequirement,
    removal,
    retainedBecause,
    written,
  }
  return preferredVersion ? { ...line, preferredVersion } : line
}

/** The line asks for what it says: see {@link Meaning.retainedBecause}. */
export function retained(
  { written, preferredVersion }: RequirementLine,
  because: Meaning['retainedBecause'],
): RequirementLine {
  return meant(written, {
    cpuRequirement: written.requirement,
    ...(preferredVersion && { preferredVersion }),
    removal: undefined,
    retainedBecause: because,
  })
}

/** What a line means by itself, by the rules for its project. */
export function meaningOf({ file, requirement, targets, ignoredByComment }: WrittenLine): Meaning {
  const isLeft = ignoredByComment || targets.length === 0
  const action = ruleFor(requirement.key)?.action
  const removal = action === 'cuda-only' ? action : action === 'drop' ? 'no-cpu-form' : undefined
  return {
    cpuRequirement: isLeft ? requirement : cpuForm(requirement, targets),
    // A constraint asks for nothing, and a line that does not apply is none of this run's business.
    removal: isLeft || file.role === 'constraints' ? undefined : removal,
    retainedBecause: undefined,
  }
}

/** Where an alternative has a line of its own, or two packages share one alternative, one line for it is enough. */
export function withoutDoubles(lines: readonly RequirementLine[]): RequirementLine[] {
  const isAlternative = (line: RequirementLine) => line.cpuRequirement.key !== line.requirement.key
  // By project, where it has a line: of equal lists of targets one is kept, however many lines there are.
  const places = new Map<string, Map<string, readonly Target[]>>()
  const add = ({ cpuRequirement: cpu, targets }: RequirementLine) => {
    const known = places.get(cpu.key) ?? new Map<string, readonly Target[]>()
    places.set(cpu.key, known.set(targets.map(({ python, platform }) => `${python} ${platform}`).join(), targets))
  }
  for (const line of lines) if (!isAlternative(line)) add(line)
  return lines.map(line => {
    if (!isAlternative(line)) return line
    const { written, cpuRequirement, retainedBecause } = line
    const others = [...(places.get(cpuRequirement.key)?.values() ?? [])]
    const other = others.some(targets => line.targets.every(target => targets.includes(target)))
    add(line)
    return other && !line.removal ? meant(written, { cpuRequirement, removal: 'alternative', retainedBecause }) : line
  })
}

/** The lines as they are once it turns out that something which stays asks for a GPU package: its own line then counts. */
export function keepNeeded<Lines extends MeantLines>(lines: Lines, isInstalled: (project: string) => boolean): Lines {
  const isNeeded = ({ removal, cpuRequirement: cpu, requirement: { key } }: RequirementLine) =>
    (removal !== undefined || cpu.key !== key) && isInstalled(key)
  if (!lines.requirements.some(isNeeded)) return lines
  return { ...lines, requirements: lines.requirements.map(line => (isNeeded(line) ? retained(line, 'needed') : line)) }
}

/**
 * The lines with the pins of compiled files as wishes: what pip-compile and uv make of their output where it no longer goes
 * with the sources. Where compiled files hold different versions of a project, nobody knows which is wished for, and they
 * stay. Undefined where there is no such pin.
 */
export function loosened<Lines extends MeantLines>(
  lines: Lines,
  isCompiled: (file: RequirementsFile) => boolean,
): Lines | undefined {
  const wishOf = (line: RequirementLine) =>
    isCompiled(line.file) && !line.ignoredByComment && line.targets.length > 0 ? pinnedVersion(line) : undefined
  const wishes = new Map<string, Set<string>>()
  for (const line of [...lines.requirements, ...lines.constraints]) {
    const { key } = line.cpuRequirement
    const version = wishOf(line)
    if (version) wishes.set(key, (wishes.get(key) ?? new Set()).add(version.publicKey))
  }
  const loose = (line: RequirementLine): RequirementLine => {
    const { written, cpuRequirement, removal, retainedBecause } = line
    const version = wishOf(line)
    if (!version || wishes.get(cpuRequirement.key)!.size > 1) return line
    return meant(written, {
      cpuRequirement: withoutSpecifier(cpuRequirement),
      preferredVersion: version,
      removal,
      retainedBecause,
    })
  }
  if (wishes.size === 0) return undefined
  return { ...lines, requirements: lines.requirements.map(loose), constraints: lines.constraints.map(loose) }
}

/** A requirement that any version meets. */
export function withoutSpecifier(requirement: Requirement): Requirement {
  return { ...requirement, specifier: parseSpecifierSet('') }
}

function pinnedVersion({ requirement }: WrittenLine): Version | undefined {
  const pin = requirement.specifier.clauses.find(({ operator, version }) => operator === '==' && !version.endsWith('*'))
  return pin && parseVersion(pin.version)
}
