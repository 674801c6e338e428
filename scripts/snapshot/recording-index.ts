import type { IndexFile, PackageIndex, ProjectPage } from '../../src/package-index/project-page.ts'
import type { CoreMetadata } from '../../src/packaging/metadata.ts'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { once } from '../../src/text/memo.ts'

/** What an index has answered about one file. */
export interface RecordedFile {
  readonly file: IndexFile
  /** Absent: not asked. `{ answer: undefined }`: asked, and not known. */
  readonly metadata?: { readonly answer: CoreMetadata | undefined }
  readonly sizes?: Awaited<ReturnType<PackageIndex['sizes']>>
}

/** An index that remembers its answers. */
export interface RecordingIndex extends PackageIndex {
  /** The pages that were found, by canonical name. */
  readonly pages: ReadonlyMap<string, ProjectPage>
  /** The files about which something was asked, by URL. */
  readonly files: ReadonlyMap<string, RecordedFile>
}

/**
 * Passes every question on, once, and remembers what was answered, so that a run can be turned into a snapshot.
 * A failed answer is not kept, so the question can be asked again.
 */
export function recordingIndex(index: PackageIndex): RecordingIndex {
  const pages = new Map<string, ProjectPage>()
  const files = new Map<string, RecordedFile>()
  const note = (file: IndexFile, answer: Partial<RecordedFile>) =>
    files.set(file.url, { file, ...files.get(file.url), ...answer })

  return {
    url: index.url,
    pages,
    files,
    project: once(canonicalizeName, async name => {
      const page = await index.project(name)
      if (page) pages.set(page.project, page)
      return page
    }),
    metadata: once(byUrl, async file => {
      const answer = await index.metadata(file)
      note(file, { metadata: { answer } })
      return answer
    }),
    sizes: once(byUrl, async file => {
      const sizes = await index.sizes(file)
      note(file, { sizes })
      return sizes
    }),
  }
}

const byUrl = (file: IndexFile) => file.url
