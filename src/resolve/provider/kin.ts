import type { CoreMetadata } from '../../packaging/metadata.ts'
import { parseRequirement } from '../../packaging/requirement.ts'
import type { Candidate } from './candidates.ts'

/** Releases that are asked, the nearest first, before the search is given up. */
const MOST_ASKED = 4

/** What a release probably needs that does not tell it, and which release says so. */
export interface Kin {
  readonly release: Candidate
  readonly metadata: CoreMetadata
}

/**
 * The needs of the nearest release that tells its own: of two that are equally far the later one.
 *
 * @param ask gives the core metadata of a release; undefined where it tells nothing
 * @returns with names only: which versions the release at hand needs it does not say
 */
export async function kinOf(
  releases: readonly Candidate[],
  position: number,
  ask: (release: Candidate) => Promise<CoreMetadata | undefined>,
): Promise<Kin | undefined> {
  const order = releases.map((_, i) => i).filter(i => i !== position)
  const nearest = order.sort((a, b) => Math.abs(a - position) - Math.abs(b - position) || b - a)
  for (const i of nearest.slice(0, MOST_ASKED)) {
    const metadata = await ask(releases[i]!)
    if (metadata) return { release: releases[i]!, metadata: namesOnly(metadata) }
  }
  return undefined
}

function namesOnly(metadata: CoreMetadata): CoreMetadata {
  return { ...metadata, requiresDist: metadata.requiresDist.flatMap(withoutVersions) }
}

/** A line that cannot be parsed is ignored, as everywhere. */
function withoutVersions(line: string): string[] {
  try {
    const { name, extras, spans } = parseRequirement(line)
    const marker = spans.marker ? ` ; ${line.slice(spans.marker.start, spans.marker.end)}` : ''
    return [`${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${marker}`]
  } catch {
    return []
  }
}
