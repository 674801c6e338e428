import type { PinMode } from '../options.ts'
import type { Target } from '../packaging/target.ts'
import { type RequirementsFile, withSource } from '../requirements/files.ts'
import type { Variables } from '../requirements/parse.ts'
import type { Chosen, Resolution } from '../resolve/resolve.ts'
import type { Change, Diagnostic } from '../result.ts'
import { applyEdits, type Edit, originalOffset } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { additionsTo } from './additions.ts'
import { torchFamily } from './family.ts'
import { hashesOf } from './hashes.ts'
import { indexesInForce, switchIndexLines } from './index-lines.ts'
import { type IndexStyleName, styleInForce } from './index-styles.ts'
import { type Insertion, insertionEdit, insertions, reachable } from './inject.ts'
import { linesIn, type RequirementLine, type RequirementLines } from './lines.ts'
import type { Substitution } from './nearest.ts'
import * as notices from './notices.ts'
import { beforeAndAfter, hashEdit, ignoredIndexEdits, type LineChange, pinEdit } from './pins.ts'

/** What one file becomes, and why. */
export interface FilePlan {
  readonly file: RequirementsFile
  readonly text: string
  readonly changes: readonly Change[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface PlanInput {
  /** By absolute path, in include order. */
  readonly files: ReadonlyMap<string, RequirementsFile>
  readonly lines: RequirementLines
  readonly resolution: Resolution
  readonly substitutions: readonly Substitution[]
  /** `name==version` of what was chosen without knowing what it needs. */
  readonly withoutMetadata: readonly string[]
  readonly targets: readonly Target[]
  readonly pin: PinMode
  readonly cpuIndexUrl: string
  /** Files that a tool made from others, by absolute path: which tool, which sources. */
  readonly compiled: ReadonlyMap<string, { readonly tool: string; readonly sources: readonly string[] }>
  /** What `${NAME}` stands for in the files. */
  readonly environment: Variables
  /** How the index is written into a file; undefined: as the file has it already, else as `preferred` says. */
  readonly style: IndexStyleName | undefined
  readonly preferred: IndexStyleName
}

/** Turns one resolution into the new text of every file. Pure: nothing is asked and nothing is written. */
export function planFiles(input: PlanInput): FilePlan[] {
  const { files, resolution, cpuIndexUrl } = input
  const { additions, projects } = torchLinesOf(input)
  const styleOf = (file: RequirementsFile): IndexStyleName => {
    const wanted = reachable(file, files).flatMap(path => projects.get(path) ?? [])
    return input.style ?? styleInForce(indexesInForce(file, files), cpuIndexUrl, wanted) ?? input.preferred
  }
  const withTorch = [...resolution.keys()].some(project => torchFamily.has(project))

  const changed = new Map<string, readonly LineChange[]>()
  for (const file of files.values()) {
    const ofLines = linesIn(file, input.lines).flatMap(line => changeOf(line, input) ?? [])
    changed.set(file.absolute, [...ofLines, ...(withTorch ? switchIndexLines(file, cpuIndexUrl, styleOf(file)) : [])])
  }
  const rewritten = new Map(
    [...files].map(([path, file]) => [path, edited(file, changed.get(path)!, input.environment)]),
  )
  const inserted = insertions(rewritten, projects, additions, styleOf, cpuIndexUrl, input.environment)

  return [...files.values()].map(file => {
    const made = changed.get(file.absolute)!
    const next = rewritten.get(file.absolute)!
    const insertion = inserted.get(file.absolute)
    const diagnostics = notices.ofFile(file, {
      ...input,
      style: styleOf(file),
      changes: made.length > 0 || insertion !== undefined,
      gainsIndex: insertion?.changes.some(({ action }) => action === 'inject') ?? false,
    })
    return {
      file,
      text: insertion ? applyEdits(next.source, [insertionEdit(next, insertion)]) : next.source,
      changes: [...(insertion ? insertedChanges(file, made, insertion) : []), ...made.map(({ change }) => change)].sort(
        (a, b) => a.line - b.line,
      ),
      diagnostics: diagnostics.toSorted((a, b) => a.line - b.line),
    }
  })
}

/** Which projects each file pins to the CPU index, and the lines it gains for those it only reaches. */
function torchLinesOf({ files, lines, resolution }: PlanInput) {
  const additions = additionsTo(files, lines, resolution)
  const projects = new Map<string, string[]>()
  const note = (path: string, project: string) => {
    if (resolution.get(project)?.version.local)
      projects.set(path, [...new Set([...(projects.get(path) ?? []), project])])
  }
  for (const { file, requirement } of [...lines.requirements, ...lines.constraints])
    if (torchFamily.has(requirement.key)) note(file.absolute, requirement.key)
  for (const { file, project } of additions) note(file, project)
  return { additions, projects }
}

/** The change of one line; undefined where it stays as it is. */
function changeOf(line: RequirementLine, input: PlanInput): LineChange | undefined {
  const chosen = input.resolution.get(line.requirement.key)
  if (line.kept || usesEnvironment(line)) return undefined
  if (line.cudaOnly && !chosen) return removal(line)
  if (!chosen || !line.applies) return undefined
  const family = torchFamily.has(line.requirement.key)
  const repaired = ignoredIndexEdits(line, input.cpuIndexUrl)
  const pinned =
    shouldPin(line, family, input.pin) && !isPinnedTo(line, chosen)
      ? [pinEdit(line, chosen.version.text), ...rehash(line, chosen)]
      : []
  const edits = [...pinned, ...repaired]
  if (edits.length === 0) return undefined
  return {
    edits,
    change: {
      action: family && (isExact(line) || pinned.length === 0) ? 'switch' : 'pin',
      line: line.lineNumber,
      name: line.requirement.key,
      ...beforeAndAfter(line, edits),
      reason: reasonOf(line, family, chosen, pinned.length > 0),
    },
  }
}

/** A line with `${NAME}` in it says that somebody else decides; an edit would undo that. */
function usesEnvironment({ statement }: RequirementLine): boolean {
  return statement.kind === 'requirement' && statement.usesEnvironment
}

function shouldPin(line: RequirementLine, family: boolean, mode: PinMode): boolean {
  if (line.file.role === 'constraints') return family && isExact(line)
  if (family || line.cpu !== line.requirement || line.statement.kind === 'unreadable') return true
  if (mode === 'torch' || isExact(line)) return false
  return mode === 'all' || line.requirement.specifier.clauses.length > 0
}

/** Whether the line names one version, and not a range. */
function isExact({ requirement: { specifier } }: RequirementLine): boolean {
  return specifier.clauses.some(
    ({ operator, version }) => operator === '===' || (operator === '==' && !version.endsWith('*')),
  )
}

function isPinnedTo({ requirement: { specifier }, statement }: RequirementLine, { version }: Chosen): boolean {
  const [only, ...more] = specifier.clauses
  return (
    statement.kind === 'requirement' &&
    more.length === 0 &&
    only?.operator === '==' &&
    sameText(only.version, version.text)
  )
}

const sameText = (a: string, b: string): boolean => a.toLowerCase().replace(/^v/, '') === b.toLowerCase()

function rehash(line: RequirementLine, chosen: Chosen): Edit[] {
  if (line.statement.kind !== 'requirement' || line.statement.hashes.length === 0) return []
  return [hashEdit(line, hashesOf(chosen, line.file))].flatMap(edit => edit ?? [])
}

/** Where a line and the annotations that a compiler put below it (`    # via torch`) end. */
function endOfEntry({ file, statement: { span } }: RequirementLine): number {
  const after = file.statements.slice(file.statements.findIndex(other => other.span.start === span.end))
  const own = after.findIndex(
    other => other.kind !== 'blank' || !/^[ \t]+#/.test(file.source.slice(other.span.start, other.span.end)),
  )
  return after.length === 0 || span.end === file.source.length
    ? span.end
    : (after.slice(0, own < 0 ? after.length : own).at(-1)?.span.end ?? span.end)
}

function removal(line: RequirementLine): LineChange {
  return {
    edits: [{ start: line.statement.span.start, end: endOfEntry(line), text: '' }],
    change: {
      action: 'remove',
      line: line.lineNumber,
      name: line.requirement.key,
      ...{ ...beforeAndAfter(line, []), to: '' },
      reason: 'only CUDA builds of torch need it',
    },
  }
}

function reasonOf(line: RequirementLine, family: boolean, { version }: Chosen, pinned: boolean): string {
  if (!pinned) return 'pip ignores index options on a requirement line'
  if (line.statement.kind === 'unreadable') return 'a local version label is legal only behind == (PEP 440)'
  if (family) return version.local ? 'CPU build' : 'the build without a label is the CPU build there'
  return 'newest that goes with the rest of the file'
}

function edited(file: RequirementsFile, changes: readonly LineChange[], environment: Variables): RequirementsFile {
  const edits = changes.flatMap(change => change.edits)
  if (edits.length === 0) return file
  return withSource(file, applyEdits(file.source, edits), environment)
}

function insertedChanges(file: RequirementsFile, made: readonly LineChange[], { at, changes }: Insertion): Change[] {
  const edits = made.flatMap(change => change.edits)
  const { line } = positionAt(file.source, originalOffset(edits, at))
  return changes.map(({ action, ...rest }) => ({ action, line, ...rest }))
}
