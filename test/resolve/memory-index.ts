import type { IndexFile, PackageIndex } from '../../src/package-index/project-page.ts'
import type { CoreMetadata } from '../../src/packaging/metadata.ts'
import { canonicalizeName } from '../../src/packaging/names.ts'

/** One release of a project: its wheels, and what their METADATA says. */
export interface Release {
  readonly requires?: readonly string[]
  readonly extras?: readonly string[]
  /** `py3-none-any` unless given; `sdist` stands for a source distribution. */
  readonly tags?: readonly string[]
  readonly requiresPython?: string
  /** Requires-Python stands in METADATA alone, as on the index of CPU builds. */
  readonly silentPage?: boolean
  readonly yanked?: boolean
  readonly uploadTime?: string
  /** The wheels have no METADATA that can be read. */
  readonly unreadable?: boolean
}

/** Project → version → release. */
export type Projects = Readonly<Record<string, Readonly<Record<string, Release>>>>

/** Releases that have nothing to say but their number. */
export const plain = (...versions: string[]): Record<string, Release> =>
  Object.fromEntries(versions.map(version => [version, {}]))

/** A package index that answers from memory. */
export function memoryIndex(url: string, projects: Projects): PackageIndex {
  const metadata = new Map<string, CoreMetadata>()
  const filesOf = (project: string, version: string, release: Release): IndexFile[] =>
    (release.tags ?? ['py3-none-any']).map(tag => {
      const stem = `${project.replaceAll('-', '_')}-${version}`
      const filename = tag === 'sdist' ? `${stem}.tar.gz` : `${stem}-${tag}.whl`
      const { requires = [], extras = [], requiresPython, yanked = false, uploadTime } = release
      const python = requiresPython === undefined ? {} : { requiresPython }
      const file = {
        filename,
        url: `${url}/${encodeURIComponent(filename)}`,
        hashes: {},
        yanked,
        metadataOffered: true,
        ...(release.silentPage ? {} : python),
        ...(uploadTime === undefined ? {} : { uploadTime }),
      }
      if (!release.unreadable)
        metadata.set(file.url, {
          metadataVersion: '2.1',
          name: project,
          version,
          requiresDist: requires,
          providesExtra: extras,
          dynamic: [],
          ...python,
        })
      return file
    })
  const pages = new Map(
    Object.entries(projects).map(([project, releases]) => [
      canonicalizeName(project),
      Object.entries(releases).flatMap(([version, release]) => filesOf(project, version, release)),
    ]),
  )
  return {
    url,
    project: async name => {
      const files = pages.get(canonicalizeName(name))
      return files && { project: canonicalizeName(name), files, origin: 'live' }
    },
    metadata: async file => metadata.get(file.url),
    sizes: async () => ({ exact: false }),
  }
}
