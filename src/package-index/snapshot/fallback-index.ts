import { isUnreachable, TorchpinError } from '../../contract/errors.ts'
import type { Answered, IndexFile, Origin, PackageIndex } from '../project-page.ts'
import { type KnownFiles, sameBytes } from './known-metadata.ts'

/** An index that answers from the snapshot once the live one cannot be reached, and remembers where its answers came from. */
export interface FallbackIndex extends PackageIndex {
  /** The least live of all answers so far. */
  readonly origin: Origin
}

/**
 * Puts a snapshot behind a live index. After the first failure to reach the live index it is not asked again: a run
 * without a network must not wait for every project anew. Sizes of a file that the snapshot knows come from there, for the
 * bytes behind a digest never change, and an installer takes no others.
 *
 * @param onFallback called once, with what went wrong
 * @returns an index that throws INDEX_UNREACHABLE only for a project the snapshot does not know
 */
export function fallbackIndex(
  live: PackageIndex,
  snapshot: KnownFiles,
  onFallback: (cause: TorchpinError) => void,
): FallbackIndex {
  let failure: TorchpinError | undefined
  let origin: Origin = 'live'
  const fromSnapshot = new WeakSet<IndexFile>()
  const answered = new Map<string, Answered>()

  /** Undefined where the live index could not be reached. */
  const askLive = async (name: string): Promise<Answered | undefined> => {
    if (failure) return undefined
    try {
      const page = await live.project(name)
      if (page?.origin === 'cache' && origin === 'live') origin = 'cache'
      const answer = { page }
      answered.set(name, answer)
      return answer
    } catch (error) {
      if (!isUnreachable(error)) throw error
      // Several requests may fail side by side; only the first is reported.
      if (!failure) onFallback(error)
      failure = error
      return undefined
    }
  }
  return {
    url: live.url,
    get origin() {
      return origin
    },
    expect(name) {
      if (!failure) live.expect?.(name)
    },
    // Once the live index has failed, the snapshot answers for what was asked before too.
    known: name => (failure ? undefined : answered.get(name)),
    likely: asked => snapshot.likely?.(asked),
    async project(name) {
      const answer = await askLive(name)
      if (answer) return answer.page
      const page = await snapshot.project(name)
      if (!page) throw unknownProject(name, failure!)
      origin = 'snapshot'
      for (const file of page.files) fromSnapshot.add(file)
      return page
    },
    metadata: file => (fromSnapshot.has(file) ? snapshot.metadata(file) : liveMetadata(file, live, snapshot)),
    async sizes(file) {
      if (fromSnapshot.has(file)) return snapshot.sizes(file)
      if (file.unverified) return { ...(await snapshot.sizes(file)), exact: false }
      const known = snapshot.wheel(file.filename)
      if (known && sameBytes(known, file) && known.installedSize !== undefined) return snapshot.sizes(known)
      const found = await live.sizes(file)
      // If the index does not know, the size of a file by this name or of a similar one is better than none.
      return found.download === undefined ? { ...(await snapshot.sizes(known ?? file)), exact: false } : found
    },
  }
}

/** The metadata of a file on a live page, from the snapshot where the index cannot be reached. */
async function liveMetadata(file: IndexFile, live: PackageIndex, snapshot: KnownFiles) {
  try {
    return await live.metadata(file)
  } catch (error) {
    const known = isUnreachable(error) ? snapshot.wheel(file.filename) : undefined
    if (!known) throw error
    return snapshot.metadata(known)
  }
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
