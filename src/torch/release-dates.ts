import { withoutAnswer } from '../contract/errors.ts'
import type { IndexFile, PackageIndex, ProjectPage, Release } from '../package-index/project-page.ts'
import { Page, releasesOf } from '../package-index/releases.ts'
import { publicVersion } from '../packaging/version.ts'
import type { Resolution } from '../resolve/resolve.ts'

/**
 * The index of CPU builds with dates that a date limit can go by. Its own are those of copying (2.8.0 of August 2025 has
 * 2025-10-01), so the date of a release is that of its first file on another index; and where none has it, the time of
 * copying as long as even that is early enough. What is left has no date.
 *
 * @param others the indexes that tell when a release came out, in the order in which they are asked; one that fails tells nothing
 */
export function withReleaseDates(cpu: PackageIndex, others: readonly PackageIndex[], limit: Date): PackageIndex {
  const pages = new Map<string, Promise<ProjectPage | undefined>>()
  // An index may know a file of its own by the object.
  const originals = new WeakMap<IndexFile, IndexFile>()
  const dated = async (project: string) => {
    const page = await cpu.project(project)
    if (!page) return undefined
    const dates = await datesOf(project, others)
    const files = releasesOf(page).flatMap(release =>
      Array.from({ length: release.length }, (_, i) => {
        const file = withDate(release.file(i), dates.get(release.version.publicKey), limit)
        originals.set(file, release.file(i))
        return file
      }),
    )
    return new Page({ ...page, files })
  }
  return {
    get url() {
      return cpu.url
    },
    metadata: file => cpu.metadata(originals.get(file) ?? file),
    sizes: file => cpu.sizes(originals.get(file) ?? file),
    project(project) {
      const known = pages.get(project) ?? dated(project)
      pages.set(project, known)
      return known
    },
  }
}

/** Public version → when its first file was uploaded. */
async function datesOf(project: string, others: readonly PackageIndex[]): Promise<ReadonlyMap<string, string>> {
  const dates = new Map<string, string>()
  for (const index of others) {
    const page = await index.project(project).catch(withoutAnswer)
    const found = (page ? releasesOf(page) : []).flatMap(release => {
      const date = firstUpload(release)
      return date === undefined || dates.has(release.version.publicKey)
        ? []
        : [[release.version.publicKey, date] as const]
    })
    for (const [release, date] of found) dates.set(release, date)
  }
  return dates
}

function firstUpload(release: Release): string | undefined {
  const times = Array.from({ length: release.length }, (_, i) => release.file(i).uploadTime ?? [])
  return times
    .flat()
    .reduce<string | undefined>((a, b) => (a !== undefined && new Date(a) <= new Date(b) ? a : b), undefined)
}

function withDate({ uploadTime: copied, ...file }: IndexFile, released: string | undefined, limit: Date): IndexFile {
  const uploadTime = released ?? (copied !== undefined && new Date(copied) < limit ? copied : undefined)
  return uploadTime === undefined ? file : { ...file, uploadTime }
}

/**
 * Says of which chosen releases nothing tells when they came out, so that a date limit let them pass.
 * @param cpu the index with dates
 */
export function tellUndated(resolution: Resolution, cpu: PackageIndex): string[] {
  return [...resolution.values()]
    .filter(({ builds }) => builds.some(({ index, file }) => index === cpu && file.uploadTime === undefined))
    .map(
      ({ project, builds: [{ version }] }) =>
        `nothing tells when ${project} ${publicVersion(version).text} came out: --exclude-newer lets it pass`,
    )
}
