import type { PinMode } from '../options.ts'
import type { Target } from '../packaging/target.ts'
import { type RequirementsFile, withSource } from '../requirements/files.ts'
import type { Variables } from '../requirements/parse.ts'
import type { UnknownNeeds } from '../resolve/project-provider.ts'
import type { Resolution } from '../resolve/resolve.ts'
import type { Change, Diagnostic } from '../result.ts'
import { applyEdits, originalOffset } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { additionsTo } from './additions.ts'
import { changeOfDirect } from './direct-change.ts'
import { torchFamily, torchRelease } from './family.ts'
import { styleOf } from './file-style.ts'
import type { Digests } from './hashes.ts'
import { takeMarkersOff } from './index-line-faults.ts'
import { moveSideIndexes, switchIndexLines } from './index-lines.ts'
import type { IndexStyleName } from './index-styles.ts'
import { type Insertion, insertionEdit, insertions } from './inject.ts'
import { changeOf, isLeftAlone } from './line-change.ts'
import { linesByFile, type RequirementLines } from './lines.ts'
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
  /** What was chosen without knowing what it needs. */
  readonly withoutMetadata: readonly UnknownNeeds[]
  /** What fails at run time, and was kept apart. */
  readonly avoided: readonly Trap[]
  /** What fails at run time, and the files ask for all the same. */
  readonly sprung: readonly Trap[]
  readonly targets: readonly Target[]
  readonly digests: Digests
  readonly shared: readonly SharedNames[]
  /** Extra indexes at which nobody was there: URLs without credentials. */
  readonly unreached: readonly string[]
  readonly pin: PinMode
  readonly cpuIndexUrl: string
  /** Files that a tool made from others, by absolute path: which tool, which sources, and those that change together with it. */
  readonly compiled: ReadonlyMap<string, CompiledFile>
  /** What `${NAME}` stands for in the files. */
  readonly environment: Variables
  /** How the index is written into a file; undefined: as the file has it already, else as `preferred` says. */
  readonly style: IndexStyleName | undefined
  readonly preferred: IndexStyleName
  /** Whether the repository plainly installs with uv. */
  readonly installsWithUv: boolean
  /** The settings of Renovate where they name no index themselves; undefined: there are none. */
  readonly renovate: string | undefined
}

export interface CompiledFile {
  readonly tool: string
  /** As the header of the file names them. */
  readonly sources: readonly string[]
  readonly changesWith: readonly RequirementsFile[]
}

/** Turns one resolution into the new text of every file. Pure: nothing is asked and nothing is written. */
export function planFiles(input: PlanInput): FilePlan[] {
  const { files, resolution, cpuIndexUrl } = input
  const { additions, projects } = torchLinesOf(input)
  // By the files as they came: what a rewritten one already has is looked up there.
  const styles = new Map([...files].map(([path, file]) => [path, styleOf(file, input)] as const))
  const styleAt = ({ absolute }: RequirementsFile): IndexStyleName => styles.get(absolute)!
  // Lines that are left alone may go by version, and then need the index beside the URLs of the others.
  const leftAlone = input.lines.requirements.some(line => torchFamily.has(line.requirement.key) && isLeftAlone(line))
  const withTorch = [...resolution.keys()].some(project => torchFamily.has(project))

  const linesOf = linesByFile(input.lines)
  const changed = new Map<string, readonly LineChange[]>()
  for (const file of files.values()) {
    const { asked, direct } = linesOf(file)
    const ofLines = [
      ...asked.flatMap(line => changeOf(line, input) ?? []),
      ...direct.flatMap(line => changeOfDirect(line, input.digests) ?? []),
    ]
    const needsIndex = leftAlone && styleAt(file) === 'direct-url'
    const ofIndexes = [
      ...(withTorch ? switchIndexLines(file, cpuIndexUrl, needsIndex ? 'extra-index-url' : styleAt(file)) : []),
      ...moveSideIndexes(file, torchRelease(resolution)?.text),
    ]
    changed.set(file.absolute, [...ofLines, ...ofIndexes, ...takeMarkersOff(file, ofIndexes)])
  }
  const rewritten = new Map(
    [...files].map(([path, file]) => [path, edited(file, changed.get(path)!, input.environment)]),
  )
  const inserted = insertions(rewritten, projects, additions, styleAt, cpuIndexUrl, input.environment)

  return [...files.values()].map(file => {
    const made = changed.get(file.absolute)!
    const next = rewritten.get(file.absolute)!
    const insertion = inserted.get(file.absolute)
    const diagnostics = notices.ofFile(file, {
      ...input,
      own: linesOf(file),
      style: styleAt(file),
      changes: made.length > 0 || insertion !== undefined,
      gainsUrl: [...made.flatMap(({ changes }) => changes), ...(insertion?.changes ?? [])].some(gainsUrl),
      gainsIndex: insertion?.changes.some(({ action }) => action === 'inject') ?? false,
    })
    const text = insertion ? applyEdits(next.source, [insertionEdit(next, insertion)]) : next.source
    // Pins by version: what has a URL is told of by another notice.
    const pinned = file.role === 'constraints' || styleAt(file) !== 'direct-url'
    if (pinned && projects.has(file.absolute)) diagnostics.push(...ofRenovate(linesOf(file), text, input))
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

/** Whether a change has a line take a wheel from a URL that named a version. */
const gainsUrl = ({ from, to }: Pick<Change, 'from' | 'to'>): boolean => / @ \w+:/.test(to) && !/:\/\//.test(from)

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
