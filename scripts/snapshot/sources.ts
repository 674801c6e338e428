import type { PackageIndex } from '../../src/package-index/project-page.ts'
import { expandFilename, type Release, type Snapshot } from '../../src/package-index/snapshot/format.ts'
import { parseVersion, publicVersion } from '../../src/packaging/version.ts'
import { versionsOf } from './files.ts'
import { pool } from './pool.ts'

/**
 * Adds the bytes of the `.py` files to the releases that lack them, from one wheel of each on the public index: of a build for
 * CPUs from the public wheel of the same release. A release without a wheel there stays as it is.
 */
export async function withSources(
  publicIndex: PackageIndex,
  projects: Snapshot['projects'],
): Promise<Snapshot['projects']> {
  const completed = await pool(Object.entries(projects), 4, async ([project, releases]) => {
    const page = await publicIndex.project(project)
    const files = new Map((page ? versionsOf(page) : []).map(({ version, files }) => [version.key, files]))
    const read = await pool(Object.entries(releases), 4, async ([text, release]): Promise<[string, Release]> => {
      if (release.source || release.files.every(([, , , installed]) => installed === null)) return [text, release]
      const known = new Set(release.files.map(([name]) => expandFilename(project, text, name)))
      const wheels = (files.get(publicVersion(parseVersion(text)!).key) ?? []).filter(({ filename }) =>
        filename.endsWith('.whl'),
      )
      const wheel = wheels.find(({ filename }) => known.has(filename)) ?? wheels[0]
      const source = wheel && (await publicIndex.sizes(wheel)).source
      const { files: rows, ...about } = release
      return [text, source ? { ...about, source: [source.modules, source.tests], files: rows } : release]
    })
    return [project, Object.fromEntries(read)] as const
  })
  return Object.fromEntries(completed)
}
