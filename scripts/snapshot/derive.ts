import type { IndexFile, PackageIndex } from '../../src/package-index/project-page.ts'
import type { FileRow, Release, Snapshot } from '../../src/package-index/snapshot/format.ts'
import { parseVersion, publicVersion } from '../../src/packaging/version.ts'
import { cpuMetadata } from '../../src/torch/cpu-build.ts'
import { installable, versionsOf } from './files.ts'
import { covered } from './seeds.ts'

/**
 * Completes what is known of the CPU builds from the public index: sizes where a file is the very same one by its
 * SHA-256; the day of the release, since the CPU index gives the day on which a file was last copied; and core metadata,
 * marked as derived, where that of the build itself could not be read.
 */
export async function deriveFrom(
  publicIndex: PackageIndex,
  projects: Snapshot['projects'],
): Promise<Snapshot['projects']> {
  const completed: Record<string, Record<string, Release>> = {}
  for (const [project, releases] of Object.entries(projects)) {
    const page = await publicIndex.project(project)
    const versions = new Map((page ? versionsOf(page) : []).map(({ version, files }) => [version.text, files]))
    const bySha = new Map(page?.files.map(file => [file.hashes.sha256, file]))
    completed[project] = {}
    for (const [text, release] of Object.entries(releases)) {
      const files = await Promise.all(release.files.map(row => sized(publicIndex, row, bySha)))
      const twins = versions.get(publicVersion(parseVersion(text)!).text) ?? []
      const { uploaded: copied, ...rest } = await described(publicIndex, project, release, twins)
      const uploaded = releasedOn(twins) ?? copied
      completed[project][text] = { ...rest, ...(uploaded ? { uploaded } : {}), files }
    }
  }
  return completed
}

/** When the first of some files was uploaded. */
function releasedOn(files: readonly IndexFile[]): string | undefined {
  const [first] = files.flatMap(({ uploadTime }) => uploadTime ?? []).sort()
  return first?.replace(/\.\d+/, '')
}

async function sized(
  index: PackageIndex,
  row: FileRow,
  bySha: ReadonlyMap<string | undefined, IndexFile>,
): Promise<FileRow> {
  const [name, sha256, size, installed] = row
  const same = sha256 === null ? undefined : bySha.get(sha256)
  if (!same || (size !== null && installed !== null)) return row
  const sizes = await index.sizes(same)
  return [name, sha256, size ?? sizes.download ?? null, installed ?? sizes.installed ?? null]
}

async function described(
  index: PackageIndex,
  project: string,
  release: Release,
  twins: readonly IndexFile[],
): Promise<Release> {
  if (release.requiresDist && !release.derived) return release
  const [wheel] = installable(index, project, twins, covered)
  const told = wheel && (await index.metadata(wheel))
  const metadata = told && cpuMetadata(told)
  if (!metadata) return release
  const { requiresPython = metadata.requiresPython, uploaded } = release
  return {
    ...(requiresPython ? { requiresPython } : {}),
    requiresDist: metadata.requiresDist,
    ...(metadata.providesExtra.length > 0 ? { extras: metadata.providesExtra } : {}),
    derived: true,
    ...(uploaded ? { uploaded } : {}),
    files: release.files,
  }
}
