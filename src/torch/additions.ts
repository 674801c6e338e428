import type { Target } from '../packaging/target.ts'
import { publicVersion } from '../packaging/version.ts'
import { type RequirementsFile, reachable } from '../requirements/files.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily } from './family.ts'
import { urlsIn } from './file-style.ts'
import { hashesOf } from './hashes.ts'
import type { UrlOf } from './index-styles.ts'
import type { Addition } from './inject.ts'
import { type DirectLine, isHashed, type RequirementLines } from './lines.ts'
import type { PlanInput } from './plan.ts'
import { type Share, sharesOf } from './shares.ts'
import type { Trap } from './traps.ts'

/** A project that has to stand in the files by name, and which of its builds. */
interface Wanted {
  readonly project: string
  readonly shares: (urlOf: UrlOf) => readonly Share[]
  /** Who brings it in: the project whose line gets it beside itself. */
  readonly comment: (puller: string) => string
  readonly reason: (puller: string) => string
}

/**
 * The lines that files lack. A file with only sentence-transformers gets the CPU build of torch all the same, since no
 * index option keeps an installer from taking the CUDA build of a project that nothing pins; and what must not get too
 * new beside an old torch is held back. The line goes to the file with the requirement that brings the project in.
 */
export function additionsTo(
  files: ReadonlyMap<string, RequirementsFile>,
  { requirements, constraints, direct }: RequirementLines,
  input: PlanInput,
): Addition[] {
  const { resolution, avoided, targets, digests } = input
  const additions: Addition[] = []
  const pullers: readonly Puller[] = [
    ...requirements.map(({ file, cpu: { name, key } }) => ({ file, name, keys: [key] })),
    ...direct.flatMap(line => pullerIn(line) ?? []),
  ]
  for (const root of [...files.values()].filter(file => file.root && file.role === 'requirements')) {
    const inside = new Set(reachable(root, files))
    const named = new Set([
      ...requirements.filter(line => inside.has(line.file.absolute)).map(line => line.cpu.key),
      ...direct.filter(line => inside.has(line.file.absolute)).flatMap(line => line.project ?? []),
    ])
    const constrained = new Set(constraints.filter(line => inside.has(line.file.absolute)).map(line => line.cpu.key))
    for (const { project, shares, comment, reason } of wanted(resolution, avoided, targets)) {
      if (named.has(project)) continue
      const puller = pullers.find(
        ({ file, keys }) => inside.has(file.absolute) && keys.some(key => reaches(resolution, key, project)),
      )
      if (!puller || additions.some(known => known.file === puller.file.absolute && known.project === project)) continue
      const added = shares(urlsIn(puller.file, input))
      // A constraint says which version, and where there is an index for it that is enough.
      if (constrained.has(project) && added.every(({ url }) => url === undefined)) continue
      const hashed = requirements.some(line => line.file === puller.file && isHashed(line))
      for (const { version, url, marker, builds } of added) {
        const pin = `${project}${url === undefined ? `==${version.text}` : ` @ ${url}`}${marker ? ` ; ${marker}` : ''}`
        const hashes = hashed ? hashesOf(builds, puller.file, digests).map(hash => ` --hash=${hash}`) : []
        additions.push({
          file: puller.file.absolute,
          project,
          line: `${pin}${hashes.join('')}${hashed ? '' : `  # ${comment(puller.name)}`}`,
          reason: reason(puller.name),
        })
      }
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

function wanted(resolution: Resolution, avoided: readonly Trap[], targets: readonly Target[]): Wanted[] {
  const sharesIn = (project: string, urlOf?: UrlOf) => {
    const chosen = resolution.get(project)
    return chosen ? sharesOf(chosen, targets, urlOf) : []
  }
  return [
    ...[...torchFamily].map(project => ({
      project,
      shares: (urlOf: UrlOf) => labelled(sharesIn(project, urlOf)),
      comment: (puller: string) => `CPU build, for ${puller}`,
      reason: (puller: string) => `${puller} needs it, and would bring the CUDA build`,
    })),
    ...avoided.map(({ project, version, requirement, because }) => ({
      project: requirement.key,
      shares: () => sharesIn(requirement.key),
      comment: () => `for ${project} ${publicVersion(version).text}`,
      reason: () => `${project} ${publicVersion(version).text} ${because}`,
    })),
  ]
}

/**
 * Without a label of its own (macOS) the public build is the CPU build, and needs no line unless other targets get one:
 * then it is held at the same release.
 */
function labelled(shares: readonly Share[]): readonly Share[] {
  return shares.some(({ version }) => version.local) ? shares : []
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
