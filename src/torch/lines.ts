import type { Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { parseVersion } from '../packaging/version.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { ReferenceStatement, RequirementStatement, UnreadableStatement } from '../requirements/parse.ts'
import { type Line, targetsOf } from '../resolve/resolve.ts'
import { positionAt } from '../text/position.ts'
import { cudaOnly, isAcceleratorLabel, torchFamily } from './family.ts'

/** A line of a file that asks for a project, with what it means for the CPU-only install. */
export interface RequirementLine extends Line {
  readonly file: RequirementsFile
  readonly statement:
    | RequirementStatement
    | (UnreadableStatement & { readonly repairable: NonNullable<UnreadableStatement['repairable']> })
  readonly lineNumber: number
  /** What the CPU-only file asks for in its place: a `+cu118` pin asks for the same release. */
  readonly cpu: Requirement
  /** The targets on which its marker lets it apply. */
  readonly targets: readonly Target[]
  /** The line says `# torchpin: keep`. */
  readonly kept: boolean
  /** A package that only CUDA builds need: it goes, unless something that stays asks for it. */
  readonly cudaOnly: boolean
}

export interface DirectLine {
  readonly file: RequirementsFile
  readonly statement: ReferenceStatement | RequirementStatement
  readonly lineNumber: number
  readonly project: string | undefined
  readonly version: string | undefined
}

export interface RequirementLines {
  readonly requirements: readonly RequirementLine[]
  readonly constraints: readonly RequirementLine[]
  /** Lines that name a URL, a repository or a folder. */
  readonly direct: readonly DirectLine[]
}

/** The lines of one file, requirements and constraints alike. */
export function linesIn(file: RequirementsFile, { requirements, constraints }: RequirementLines): RequirementLine[] {
  return [...requirements, ...constraints].filter(line => line.file === file)
}

/** Whether a line carries hashes, and with it its file: pip then wants them on every line. */
export function isHashed({ statement }: RequirementLine): boolean {
  return statement.kind === 'requirement' && statement.hashes.length > 0
}

/** `# torchpin: keep` at the end of a line leaves the line alone. */
const KEEP = /#\s*torchpin:\s*keep\b/i

/** Collects what the files of a run ask for, in include order. */
export function requirementLines(files: Iterable<RequirementsFile>, targets: readonly Target[]): RequirementLines {
  const requirements: RequirementLine[] = []
  const constraints: RequirementLine[] = []
  const direct: DirectLine[] = []
  for (const file of files) {
    for (const statement of file.statements) {
      const lineNumber = positionAt(file.source, statement.span.start).line
      if (statement.kind === 'reference') {
        direct.push({ file, statement, lineNumber, project: statement.name, version: statement.version })
        continue
      }
      const asked = askedBy(statement)
      if (!asked) continue
      if (asked.statement.kind === 'requirement' && asked.requirement.url !== undefined) {
        direct.push({
          file,
          statement: asked.statement,
          lineNumber,
          project: asked.requirement.key,
          version: undefined,
        })
        continue
      }
      const kept =
        statement.comment !== undefined && KEEP.test(file.source.slice(statement.comment.start, statement.comment.end))
      const line: RequirementLine = {
        ...asked,
        file,
        lineNumber,
        where: `${file.path}:${lineNumber}`,
        cpu: kept ? asked.requirement : cpuForm(asked.requirement),
        targets: targetsOf(asked.requirement, targets),
        kept,
        cudaOnly: !kept && cudaOnly.has(asked.requirement.key),
      }
      ;(file.role === 'constraints' ? constraints : requirements).push(line)
    }
  }
  return { requirements, constraints, direct }
}

function askedBy(
  statement: RequirementsFile['statements'][number],
): Pick<RequirementLine, 'requirement' | 'statement'> | undefined {
  if (statement.kind === 'requirement') return { requirement: statement.requirement, statement }
  if (statement.kind !== 'unreadable' || !statement.repairable) return undefined
  const { repairable } = statement
  return { requirement: repairable.requirement, statement: { ...statement, repairable } }
}

/**
 * The requirement that stands in a CPU-only file for one that names a CUDA build: the label goes, the release stays.
 * `===2.1.0` becomes `==2.1.0`, since arbitrary equality would refuse 2.1.0+cpu (PEP 440).
 */
function cpuForm(requirement: Requirement): Requirement {
  const { key, specifier } = requirement
  const clauses = specifier.clauses.map(({ operator, version }) => {
    const parsed = parseVersion(version)
    const label = parsed?.local
    const relabel = label !== undefined && (torchFamily.has(key) || isAcceleratorLabel(label))
    return `${operator === '===' && torchFamily.has(key) ? '==' : operator}${relabel ? version.slice(0, version.indexOf('+')) : version}`
  })
  const text = clauses.join(',')
  return clauses.every((clause, i) => clause === `${specifier.clauses[i]!.operator}${specifier.clauses[i]!.version}`)
    ? requirement
    : { ...requirement, specifier: parseSpecifierSet(text) }
}
