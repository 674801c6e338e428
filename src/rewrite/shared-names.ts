import { withoutAnswer } from '../contract/errors.ts'
import type { SharedNames } from '../decide/notices/shared-names.ts'
import type { PackageIndex } from '../package-index/project-page.ts'
import { releasesOf } from '../package-index/releases.ts'
import type { Resolution } from '../resolve/resolve.ts'
import type { Indexes } from '../run/solve/indexes.ts'
import { torchFamily } from '../torch/family.ts'

/**
 * Which of the chosen packages an installer could take from another index than was meant: pip looks at all indexes alike and
 * takes the highest version (dependency confusion). Indexes tied to torch do not count, nor does the CPU index.
 *
 * Almost nothing is asked anew: the pages were read to choose the versions.
 */
export async function sharedNames(resolution: Resolution, { anyName }: Indexes): Promise<SharedNames[]> {
  const [main, ...extra] = anyName
  if (!main) return []
  const shared: SharedNames[] = []
  for (const [i, index] of extra.entries()) {
    const found = { both: [] as string[], alone: [] as string[] }
    for (const [project, candidate] of resolution) {
      // A label is on no public index: of the torch family only the very release counts.
      const version = torchFamily.has(project) ? candidate.builds[0]?.version.text : undefined
      if (!(await has(index, project, version))) continue
      const earlier = await Promise.all(anyName.slice(0, i + 1).map(other => has(other, project, undefined)))
      if (version !== undefined || earlier.includes(true)) found.both.push(project)
      else found.alone.push(project)
    }
    if (found.both.length + found.alone.length > 0) shared.push({ index: index.url, main: main.url, ...found })
  }
  return shared
}

/** An index that fails here was not needed for the versions, so it is not needed for a notice either. */
async function has(index: PackageIndex, project: string, version: string | undefined): Promise<boolean> {
  const page = await index.project(project).catch(withoutAnswer)
  const releases = page ? releasesOf(page) : []
  return version === undefined ? releases.length > 0 : releases.some(release => release.version.text === version)
}
