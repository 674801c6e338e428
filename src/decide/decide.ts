import type { Decision } from '../formats/decision.ts'
import { indexOptionsIn } from '../formats/requirements/index-options.ts'
import { type RequirementsFile, staysAsItIs } from '../formats/requirements/requirements-file.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily, torchRelease } from '../torch/family.ts'
import { type FileLines, linesByFile, type RequirementLines } from '../torch/lines.ts'
import { additionsTo, type FileAddition, type LinesOfFiles } from './additions.ts'
import { decisionOnDirect } from './direct-lines.ts'
import { isLeftAlone } from './entry.ts'
import { gainsOf } from './gains.ts'
import { moveSideIndexes, removeMarkers, switchIndexes } from './index-lines.ts'
import type { IndexStyleName } from './index-styles.ts'
import { decisionOn } from './lines.ts'
import type { Digests, IndexWriting, Versions } from './versions.ts'

/** What is decided about a file. */
export interface FileDecisions {
  readonly file: RequirementsFile
  /** What it asks for. */
  readonly own: FileLines
  /** How it says where its CPU wheels are. */
  readonly style: IndexStyleName
  readonly decisions: readonly Decision[]
  /** Whether it itself will pin projects to builds that are on the CPU index alone. */
  readonly pinsCpuBuilds: boolean
}

/**
 * Decides what each file says once it is for CPUs only. Pure: nothing is asked, and no text is touched.
 * @throws TorchpinError INDEX_UNREADABLE where a hash is missing; BAD_OPTION for a URL that no file may hold
 */
export function decide(
  asked: LinesOfFiles,
  versions: Versions,
  indexes: IndexWriting,
  digests: Digests,
): FileDecisions[] {
  const { files, lines } = asked
  const additions = additionsTo(asked, versions, indexes, digests)
  const projects = cpuPinsOf(lines, additions, versions.resolution)
  const linesOf = linesByFile(lines)
  const decided = new Map<string, readonly Decision[]>()
  for (const file of files.values()) {
    const { asked, direct } = linesOf(file)
    if (staysAsItIs(file)) {
      decided.set(file.absolute, [])
      continue
    }
    decided.set(file.absolute, [
      ...asked.flatMap(line => decisionOn(line, versions, indexes, digests) ?? []),
      ...direct.flatMap(line => decisionOnDirect(line, digests) ?? []),
      ...decisionsOnIndexes(file, { lines, resolution: versions.resolution }, indexes),
    ])
  }
  const gains = gainsOf(files, decided, { projects, additions }, indexes)
  return [...files].map(([path, file]) => ({
    file,
    own: linesOf(file),
    style: indexes.styles.get(path)!,
    decisions: [...(gains.get(path) ?? []), ...decided.get(path)!],
    pinsCpuBuilds: projects.has(path),
  }))
}

function decisionsOnIndexes(
  file: RequirementsFile,
  { lines, resolution }: { readonly lines: RequirementLines; readonly resolution: Resolution },
  { cpuIndexUrl, styles }: IndexWriting,
): Decision[] {
  const options = indexOptionsIn(file)
  if (options.length === 0) return []
  // Lines that are left alone may go by version, and then need the index beside the URLs of the others.
  const leftAlone = lines.requirements.some(line => torchFamily.has(line.requirement.key) && isLeftAlone(line))
  const withTorch = [...resolution.keys()].some(project => torchFamily.has(project))
  const own = styles.get(file.absolute)!
  const style = leftAlone && own === 'direct-url' ? 'extra-index-url' : own
  const changed = [
    ...(withTorch ? switchIndexes(options, cpuIndexUrl, style) : []),
    ...moveSideIndexes(options, torchRelease(resolution)?.text),
  ]
  return [...changed, ...removeMarkers(options, changed)]
}

/** Which projects each file pins to builds of the CPU index, those among them for which it gains an entry. */
function cpuPinsOf(
  { requirements, constraints }: RequirementLines,
  additions: readonly FileAddition[],
  resolution: Resolution,
): ReadonlyMap<string, readonly string[]> {
  const projects = new Map<string, string[]>()
  const note = (path: string, project: string) => {
    if (resolution.get(project)?.builds.some(({ version }) => version.local))
      projects.set(path, [...new Set([...(projects.get(path) ?? []), project])])
  }
  for (const { file, requirement } of [...requirements, ...constraints])
    if (torchFamily.has(requirement.key)) note(file.absolute, requirement.key)
  for (const { file, project } of additions) note(file, project)
  return projects
}
