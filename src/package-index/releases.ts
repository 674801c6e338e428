import { compareVersions, type Version } from '../packaging/version.ts'
import { parseReleaseFilename, type WheelTags } from '../packaging/wheel.ts'
import {
  type FileJudge,
  type IndexFile,
  nonePasses,
  type Origin,
  type ProjectPage,
  passes,
  type Release,
  type ReleaseList,
  yankedPasses,
} from './project-page.ts'

/** A page that works its releases out when they are first asked for. A page made of it, with other files, does not know them. */
export class Page implements ProjectPage {
  readonly project: string
  readonly files: readonly IndexFile[]
  readonly origin: Origin
  #releases: ReleaseList | undefined

  constructor({ project, files, origin }: Omit<ProjectPage, 'releases'>) {
    this.project = project
    this.files = files
    this.origin = origin
  }

  releases(): ReleaseList {
    return (this.#releases ??= new Releases(byVersion(this)))
  }
}

/** The wheels and source distributions of a page by version, oldest first. */
export function releaseListOf(page: ProjectPage): ReleaseList {
  return page.releases?.() ?? new Releases(byVersion(page))
}

/** The same, each as an object. */
export function releasesOf(page: ProjectPage): readonly Release[] {
  const list = releaseListOf(page)
  return Array.from({ length: list.length }, (_, n) => list.at(n))
}

/** Releases that are objects already. */
class Releases implements ReleaseList {
  readonly #all: readonly Release[]

  constructor(all: readonly Release[]) {
    this.#all = all
  }

  get length(): number {
    return this.#all.length
  }

  text(n: number): string {
    return this.#all[n]!.text
  }

  at(n: number): Release {
    return this.#all[n]!
  }

  withYanked(): readonly number[] {
    return this.#all.flatMap((release, n) => (filesOf(release).some(i => release.yanked(i)) ? [n] : []))
  }

  judged({ takes, admitsPython }: FileJudge): Uint8Array {
    return Uint8Array.from(this.#all, release => {
      const passing = filesOf(release).filter(i => takes(release.wheel(i)) && admitsPython(release.requiresPython(i)))
      return passing.length === 0 ? nonePasses : passing.every(i => release.yanked(i)) ? yankedPasses : passes
    })
  }
}

function filesOf({ length }: Release): number[] {
  return Array.from({ length }, (_, i) => i)
}

function byVersion({ project, files }: ProjectPage): Release[] {
  const releases = new Map<string, { version: Version; files: { file: IndexFile; wheel: WheelTags | undefined }[] }>()
  for (const file of files) {
    const named = parseReleaseFilename(file.filename, project)
    if (!named) continue
    const release = releases.get(named.version.text) ?? { version: named.version, files: [] }
    releases.set(named.version.text, release)
    release.files.push({ file, wheel: named.wheel })
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
