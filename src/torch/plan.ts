import type { PinMode } from '../options.ts'
import type { Target } from '../packaging/target.ts'
import { type RequirementsFile, withSource } from '../requirements/files.ts'
import type { Variables } from '../requirements/parse.ts'
import type { Resolution } from '../resolve/resolve.ts'
import type { Change, Diagnostic } from '../result.ts'
import { applyEdits, originalOffset } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { additionsTo } from './additions.ts'
import { torchFamily, torchRelease } from './family.ts'
import type { Digests } from './hashes.ts'
import { indexesInForce, moveSideIndexes, switchIndexLines } from './index-lines.ts'
import { type IndexStyleName, styleInForce } from './index-styles.ts'
import { type Insertion, insertionEdit, insertions, reachable } from './inject.ts'
import { changeOf } from './line-change.ts'
import { linesIn, type RequirementLines } from './lines.ts'
import type { Substitution } from './nearest.ts'
import * as notices from './notices.ts'
import type { LineChange } from './pins.ts'
import { ofRenovate } from './renovate-notice.ts'
import type { SharedNames } from './shared-names.ts'
import type { Trap } from './traps.ts'

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
  /** What fails at run time, and was kept apart. */
  readonly avoided: readonly Trap[]
  /** What fails at run time, and the files ask for all the same. */
  readonly sprung: readonly Trap[]
  readonly targets: readonly Target[]
  readonly digests: Digests
  readonly shared: readonly SharedNames[]
  readonly pin: PinMode
  readonly cpuIndexUrl: string
  /** Files that a tool made from others, by absolute path: which tool, which sources. */
  readonly compiled: ReadonlyMap<string, { readonly tool: string; readonly sources: readonly string[] }>
  /** What `${NAME}` stands for in the files. */
  readonly environment: Variables
  /** How the index is written into a file; undefined: as the file has it already, else as `preferred` says. */
  readonly style: IndexStyleName | undefined
  readonly preferred: IndexStyleName
  /** The settings of Renovate where they name no index themselves; undefined: there are none. */
  readonly renovate: string | undefined
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
    changed.set(file.absolute, [
      ...ofLines,
      ...(withTorch ? switchIndexLines(file, cpuIndexUrl, styleOf(file)) : []),
      ...moveSideIndexes(file, torchRelease(resolution)?.text),
    ])
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
    const text = insertion ? applyEdits(next.source, [insertionEdit(next, insertion)]) : next.source
    if (projects.has(file.absolute)) diagnostics.push(...ofRenovate(file, text, input))
    return {
      file,
      text,
      changes: [
        ...(insertion ? insertedChanges(file, made, insertion) : []),
        ...made.flatMap(({ changes }) => changes),
      ].sort((a, b) => a.line - b.line),
      diagnostics: diagnostics.toSorted((a, b) => a.line - b.line),
    }
  })
}

/** Which projects each file pins to the CPU index, and the lines it gains for those it only reaches. */
function torchLinesOf(input: PlanInput) {
  const { files, lines, resolution } = input
  const additions = additionsTo(files, lines, input)
  const projects = new Map<string, string[]>()
  const note = (path: string, project: string) => {
    if (resolution.get(project)?.builds.some(({ version }) => version.local))
      projects.set(path, [...new Set([...(projects.get(path) ?? []), project])])
  }
  for (const { file, requirement } of [...lines.requirements, ...lines.constraints])
    if (torchFamily.has(requirement.key)) note(file.absolute, requirement.key)
  for (const { file, project } of additions) note(file, project)
  return { additions, projects }
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
