import { compareVersions, type Version } from '../packaging/version.ts'
import { parseReleaseFilename, type WheelTags } from '../packaging/wheel.ts'
import type { IndexFile, ProjectPage } from './project-page.ts'

/**
 * One version on a page, and its files in the order of the page, by number from 0. What decides between them is asked for
 * piece by piece, so that of the thousands that are looked at only the one that is taken becomes an object.
 */
export interface Release {
  /** The version in its normal form. */
  readonly text: string
  readonly version: Version
  /** How many files it has. */
  readonly length: number
  /** Undefined: a source distribution. Equal tags are one object. */
  wheel(i: number): WheelTags | undefined
  requiresPython(i: number): string | undefined
  yanked(i: number): boolean
  /** All that is known of it. */
  file(i: number): IndexFile
}

const known = new WeakMap<ProjectPage, () => readonly Release[]>()

/** The wheels and source distributions of a page by version, oldest first; each page is worked out once. */
export function releasesOf(page: ProjectPage): readonly Release[] {
  const told = known.get(page)
  if (told) return told()
  const releases = byVersion(page)
  known.set(page, () => releases)
  return releases
}

/** Notes of a page that it knows its releases itself. A page made of it, with other files, does not. */
export function tellReleases(page: ProjectPage, releases: () => readonly Release[]): ProjectPage {
  known.set(page, releases)
  return page
}

function byVersion({ project, files }: ProjectPage): Release[] {
  const releases = new Map<string, { version: Version; files: { file: IndexFile; wheel: WheelTags | undefined }[] }>()
  for (const file of files) {
    const said = parseReleaseFilename(file.filename, project)
    if (!said) continue
    const release = releases.get(said.version.text) ?? { version: said.version, files: [] }
    releases.set(said.version.text, release)
    release.files.push({ file, wheel: said.wheel })
  }
  return [...releases.values()]
    .map(({ version, files }) => ({
      text: version.text,
      version,
      length: files.length,
      wheel: (i: number) => files[i]!.wheel,
      requiresPython: (i: number) => files[i]!.file.requiresPython,
      yanked: (i: number) => files[i]!.file.yanked,
      file: (i: number) => files[i]!.file,
    }))
    .sort((a, b) => compareVersions(a.version, b.version))
}
