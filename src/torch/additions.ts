import type { Target } from '../packaging/target.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily } from './family.ts'
import { type Digests, hashesOf } from './hashes.ts'
import type { Addition } from './inject.ts'
import { reachable } from './inject.ts'
import { isHashed, type RequirementLines } from './lines.ts'
import { sharesOf } from './shares.ts'

/**
 * The torch lines that files lack: a file with only sentence-transformers gets the CPU build of torch all the same,
 * since no index option keeps an installer from taking the CUDA build of a project that nothing pins.
 * The line goes to the file with the requirement that brings torch in.
 */
export function additionsTo(
  files: ReadonlyMap<string, RequirementsFile>,
  { requirements, constraints, direct }: RequirementLines,
  resolution: Resolution,
  targets: readonly Target[],
  digests: Digests,
): Addition[] {
  const additions: Addition[] = []
  for (const root of [...files.values()].filter(file => file.root && file.role === 'requirements')) {
    const inside = new Set(reachable(root, files))
    const named = new Set([
      ...[...requirements, ...constraints]
        .filter(line => inside.has(line.file.absolute))
        .map(line => line.requirement.key),
      ...direct.filter(line => inside.has(line.file.absolute)).flatMap(line => line.project ?? []),
    ])
    for (const project of torchFamily) {
      const chosen = resolution.get(project)
      if (!chosen || named.has(project)) continue
      // Without a label of its own (macOS) the public build is the CPU build.
      const shares = sharesOf(chosen, targets).filter(({ version }) => version.local)
      const puller = requirements.find(
        line => inside.has(line.file.absolute) && reaches(resolution, line.requirement.key, project),
      )
      if (!puller || additions.some(known => known.file === puller.file.absolute && known.project === project)) continue
      const hashed = requirements.some(line => line.file === puller.file && isHashed(line))
      for (const { version, marker, builds } of shares) {
        const pin = `${project}==${version.text}${marker ? ` ; ${marker}` : ''}`
        const hashes = hashed ? hashesOf(builds, puller.file, digests).map(hash => ` --hash=${hash}`) : []
        additions.push({
          file: puller.file.absolute,
          project,
          line: `${pin}${hashes.join('')}${hashed ? '' : `  # CPU build, for ${puller.requirement.name}`}`,
          reason: `${puller.requirement.name} needs it, and would bring the CUDA build`,
        })
      }
    }
  }
  return additions
}

function reaches(resolution: Resolution, from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return (
    resolution.get(from)?.builds.some(({ needs }) => needs.some(next => reaches(resolution, next, to, seen))) ?? false
  )
}
