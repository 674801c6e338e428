import type { Addition } from '../formats/decision.ts'
import { reachable } from '../formats/requirements/files.ts'
import { type RequirementsFile, staysAsItIs } from '../formats/requirements/requirements-file.ts'
import { publicVersion } from '../packaging/version.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily } from '../torch/family.ts'
import type { DirectLine, RequirementLines } from '../torch/lines.ts'
import { isHashed } from './entry.ts'
import { hashesOf } from './hashes.ts'
import { indexStyleRules, type UrlOf } from './index-styles.ts'
import { type PinGroup, pinGroupsOf } from './pin-groups.ts'
import type { Digests, IndexWriting, Versions } from './versions.ts'

/** An entry that a file lacks. */
export interface FileAddition extends Omit<Addition, 'kind' | 'behind'> {
  /** Its absolute path. */
  readonly file: string
}

/** The files that are installed together, and what they ask for. */
export interface LinesOfFiles {
  /** By absolute path, in include order. */
  readonly files: ReadonlyMap<string, RequirementsFile>
  readonly lines: RequirementLines
}

/** A project that has to stand in the files by name, and which of its builds. */
interface Wanted {
  readonly project: string
  readonly groups: (urlOf: UrlOf) => readonly PinGroup[]
  /** Who brings it in: the project whose line gets it beside itself. */
  readonly comment: (puller: string) => string
  readonly reason: (puller: string) => string
}

/**
 * The lines that files lack. A file with only sentence-transformers gets the CPU build of torch too, since no
 * index option keeps an installer from taking the CUDA build of a project that nothing pins; and what must not get too
 * new beside an old torch is held back. The line goes to the file with the requirement that brings the project in.
 */
export function additionsTo(
  { files, lines: { requirements, constraints, direct } }: LinesOfFiles,
  versions: Versions,
  { styles }: IndexWriting,
  digests: Digests,
): FileAddition[] {
  const { resolution } = versions
  const additions: FileAddition[] = []
  const pullers: readonly Puller[] = [
    ...requirements.map(({ file, cpuRequirement: { name, key } }) => ({ file, name, keys: [key] })),
    ...direct.flatMap(line => pullerIn(line) ?? []),
  ]
  for (const root of [...files.values()].filter(file => file.root && file.role === 'requirements')) {
    const inside = new Set(reachable(root, files))
    const named = new Set([
      ...requirements
        .filter(line => inside.has(line.file.absolute) && !staysAsItIs(line.file))
        .map(line => line.cpuRequirement.key),
      ...direct.filter(line => inside.has(line.file.absolute)).flatMap(line => line.project ?? []),
    ])
    const constrained = new Set(
      constraints.filter(line => inside.has(line.file.absolute)).map(line => line.cpuRequirement.key),
    )
    for (const { project, groups, comment, reason } of wanted(versions)) {
      if (named.has(project) || !resolution.has(project)) continue
      const puller = pullers.find(
        ({ file, keys }) => inside.has(file.absolute) && keys.some(key => reaches(resolution, key, project)),
      )
      if (!puller) continue
      // What is published gets no line; the file that brings it in does.
      const file = staysAsItIs(puller.file) ? root : puller.file
      if (additions.some(known => known.file === file.absolute && known.project === project)) continue
      const added = groups(indexStyleRules[styles.get(file.absolute)!].urlOf)
      // A constraint says which version, and where there is an index for it that is enough.
      if (constrained.has(project) && added.every(({ url }) => url === undefined)) continue
      const hashed = requirements.some(line => line.file === file && isHashed(line))
      for (const { version, url, marker, builds } of added)
        additions.push({
          file: file.absolute,
          project,
          pin: { version: version.text, url, marker, hashes: hashed ? hashesOf(builds, file, digests) : [] },
          comment: comment(puller.name),
          reason: reason(puller.name),
        })
    }
  }
  return additions
}

/** A line that brings projects in. */
interface Puller {
  readonly file: RequirementsFile
  /** What the line is for. */
  readonly name: string
  /** What it asks for, by canonical name. */
  readonly keys: readonly string[]
}

function pullerIn({ file, wheel, project, brings }: DirectLine): Puller | undefined {
  if (wheel) return { file, name: wheel.requirement.name, keys: [wheel.requirement.key] }
  return brings && { file, name: project ?? brings.source, keys: brings.requirements.map(({ key }) => key) }
}

function wanted({ resolution, avoided, targets }: Versions): Wanted[] {
  const groupsOf = (project: string, urlOf?: UrlOf) => {
    const chosen = resolution.get(project)
    return chosen ? pinGroupsOf(chosen, targets, urlOf) : []
  }
  return [
    ...[...torchFamily].map(project => ({
      project,
      groups: (urlOf: UrlOf) => labelled(groupsOf(project, urlOf)),
      comment: (puller: string) => (puller === project ? 'CPU build' : `CPU build, for ${puller}`),
      reason: (puller: string) => `${puller} would bring the CUDA build`,
    })),
    ...avoided.map(({ project, version, requirement, because }) => ({
      project: requirement.key,
      groups: () => groupsOf(requirement.key),
      comment: () => `for ${project} ${publicVersion(version).text}`,
      reason: () => `${project} ${publicVersion(version).text} ${because}`,
    })),
  ]
}

/**
 * Without a label of its own (macOS) the public build is the CPU build, and needs no line unless other targets get one:
 * then it is held at the same release.
 */
function labelled(groups: readonly PinGroup[]): readonly PinGroup[] {
  return groups.some(({ version }) => version.local) ? groups : []
}

function reaches(resolution: Resolution, from: string, to: string): boolean {
  const seen = new Set([from])
  // A set gives what is added to it while it is gone through.
  for (const project of seen) {
    if (project === to) return true
    for (const { needs } of resolution.get(project)?.builds ?? []) for (const next of needs) seen.add(next)
  }
  return false
}
