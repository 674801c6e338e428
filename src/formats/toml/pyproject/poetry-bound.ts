import { evaluateMarker, markerIn } from '../../../packaging/marker.ts'
import { environmentFor, type Platform, platforms } from '../../../packaging/target.ts'

/** One of the alternatives of a dependency of Poetry's: the source that it names, and where it counts. */
export interface Alternative {
  readonly index?: string
  readonly marker?: string
}

/**
 * Whether a dependency comes from some sources off macOS, and from another one on it: CPU builds for macOS have no label, and
 * Poetry takes none without it from a source whose other builds have one.
 */
export function isBoundOffMac(alternatives: readonly Alternative[], isBound: (index: string) => boolean): boolean {
  return alternatives.every(({ index, marker }) =>
    index !== undefined && isBound(index) ? marker !== undefined && !holdsOnMac(marker) : !holdsOffMac(marker),
  )
}

/** Whether a marker holds on macOS for any Python; one that cannot be read may hold anywhere. */
export function holdsOnMac(marker: string | undefined): boolean {
  return holdsFor(marker, isMac)
}

/** The same for what is not macOS. */
export function holdsOffMac(marker: string | undefined): boolean {
  return holdsFor(marker, platform => !isMac(platform))
}

const isMac = (platform: Platform): boolean => platform.startsWith('macos')
const pythons = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15']

function holdsFor(marker: string | undefined, isKind: (platform: Platform) => boolean): boolean {
  const read = marker === undefined ? undefined : markerIn(marker)
  if (!read) return true
  return platforms
    .filter(isKind)
    .some(platform => pythons.some(python => evaluateMarker(read, environmentFor({ python, platform }))))
}
