import { TorchpinError } from '../errors.ts'
import type { FileSizes, IndexFile, Origin, PackageIndex, ProjectPage } from '../package-index/project-page.ts'
import type { CoreMetadata } from '../packaging/metadata.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'

/** An index that answers from the snapshot once the live one cannot be reached, and remembers where its answers came from. */
export interface FallbackIndex extends PackageIndex {
  /** The least live of all answers so far. */
  readonly origin: Origin
}

/**
 * Puts a snapshot behind a live index. After the first failure to reach the live index it is not asked again: a run
 * without a network must not wait for every project anew. What a file costs the snapshot tells without being asked twice:
 * the bytes behind a digest never change, and an installer takes no others.
 *
 * @param onFallback called once, with what went wrong
 * @returns an index that throws INDEX_UNREACHABLE only for a project the snapshot does not know
 */
export function fallbackIndex(
  live: PackageIndex,
  snapshot: PackageIndex,
  onFallback: (cause: TorchpinError) => void,
): FallbackIndex {
  let failure: TorchpinError | undefined
  let origin: Origin = 'live'
  const fromSnapshot = new WeakSet<IndexFile>()

  const project = async (name: string): Promise<ProjectPage | undefined> => {
    if (!failure) {
      try {
        const page = await live.project(name)
        if (page?.origin === 'cache' && origin === 'live') origin = 'cache'
        return page
      } catch (error) {
        if (!(error instanceof TorchpinError) || error.code !== 'INDEX_UNREACHABLE') throw error
        // Several requests may fail side by side; one of them tells.
        if (!failure) onFallback(error)
        failure = error
      }
    }
    const page = await snapshot.project(name)
    if (!page) throw unknownProject(name, failure!)
    origin = 'snapshot'
    for (const file of page.files) fromSnapshot.add(file)
    return page
  }

  /** The same file in the snapshot: a page may be in the cache whose files were never looked into. */
  const twin = async ({ filename }: IndexFile): Promise<IndexFile | undefined> => {
    const name = parseWheelFilename(filename)?.name
    const page = name === undefined ? undefined : await snapshot.project(name)
    return page?.files.find(file => file.filename === filename)
  }

  const metadata = async (file: IndexFile): Promise<CoreMetadata | undefined> => {
    if (fromSnapshot.has(file)) return snapshot.metadata(file)
    try {
      return await live.metadata(file)
    } catch (error) {
      const known = error instanceof TorchpinError && error.code === 'INDEX_UNREACHABLE' ? await twin(file) : undefined
      if (!known) throw error
      return snapshot.metadata(known)
    }
  }
  const sizes = async (file: IndexFile): Promise<FileSizes> => {
    if (fromSnapshot.has(file)) return snapshot.sizes(file)
    if (file.unverified) return { ...(await snapshot.sizes(file)), exact: false }
    const known = await twin(file)
    if (known && sameBytes(known, file) && known.installedSize !== undefined) return snapshot.sizes(known)
    const found = await live.sizes(file)
    // Where nobody tells, what the snapshot knows of a file by this name, or of its like, is nearer than nothing.
    return found.download === undefined ? { ...(await snapshot.sizes(known ?? file)), exact: false } : found
  }
  return {
    url: live.url,
    get origin() {
      return origin
    },
    project,
    expect(name) {
      if (!failure) live.expect?.(name)
    },
    metadata,
    sizes,
  }
}

function sameBytes({ hashes: a, size }: IndexFile, { hashes: b }: IndexFile): boolean {
  return size !== undefined && a['sha256'] !== undefined && a['sha256'] === b['sha256']
}

function unknownProject(name: string, cause: TorchpinError): TorchpinError {
  return new TorchpinError(
    'INDEX_UNREACHABLE',
    `${cause.message}, and neither the cache nor the snapshot knows ${name}`,
    {
      ...(cause.hint ? { hint: cause.hint } : {}),
      cause,
    },
  )
}
