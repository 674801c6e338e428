import type { PackageIndex } from '../../src/package-index/project-page.ts'
import type { Release, Snapshot } from '../../src/package-index/snapshot/format.ts'
import { installable, type VersionFiles, versionsOf } from './files.ts'
import { pool } from './pool.ts'
import { releaseOf } from './release.ts'
import { installed, torchProjects } from './seeds.ts'

/**
 * All files of the torch projects on the index of CPU builds.
 *
 * @param measured bytes installed that need not be read again, by SHA-256
 * @throws TorchpinError INDEX_UNREACHABLE
 */
export async function collectCpu(
  index: PackageIndex,
  measured: ReadonlyMap<string, number>,
  tell: (message: string) => void,
): Promise<Snapshot['projects']> {
  const projects: Record<string, Record<string, Release>> = {}
  for (const project of torchProjects) {
    const page = await index.project(project)
    if (!page) continue
    tell(`reading ${project} of ${index.url}`)
    const read = await pool(versionsOf(page), 4, release => readRelease(index, project, release, measured))
    projects[project] = Object.fromEntries(read)
  }
  return projects
}

async function readRelease(
  index: PackageIndex,
  project: string,
  { version, files }: VersionFiles,
  measured: ReadonlyMap<string, number>,
): Promise<[string, Release]> {
  const lookedInto = new Set(installable(index, project, files, installed))
  const rows = await pool(files, 2, async file => {
    const known = measured.get(file.hashes.sha256 ?? '')
    if (!lookedInto.has(file)) return { file, ...(known === undefined ? {} : { installed: known }) }
    // The pages of this index give no sizes, so that even a file whose inside is known has to be asked for.
    const { download, installed } = await index.sizes(file)
    return { file, ...(download === undefined ? {} : { download }), ...(installed === undefined ? {} : { installed }) }
  })
  const wheel = [...lookedInto][0] ?? files[0]
  return [version.text, releaseOf(project, version.text, wheel && (await index.metadata(wheel)), rows)]
}
