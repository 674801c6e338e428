import type { Statement } from '../formats/requirements/parse.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { evaluateMarker } from '../packaging/marker.ts'
import { platformsNamed } from '../packaging/marker-platforms.ts'
import type { Marker } from '../packaging/marker-syntax.ts'
import { environmentFor, type Platform } from '../packaging/target.ts'
import { positionAt } from '../text/position.ts'

/** A platform that a marker in the files names, and no option. */
export interface NamedPlatform {
  readonly platform: Platform
  /** The first line that names it: `requirements.txt:3`. */
  readonly where: string
}

/** The platforms of files that state none. */
export const defaultPlatform: Platform = 'linux-x86_64'

/**
 * The platforms besides the default that the markers of some files name, each with the first line that does. A marker that
 * holds nowhere on these Pythons does not count: it is about another one.
 *
 * @param saysNothing of a statement whose marker is not about where the files are installed
 */
export function platformsNamedIn(
  files: Iterable<RequirementsFile>,
  pythons: readonly string[],
  saysNothing = (_: Statement) => false,
): NamedPlatform[] {
  const found = new Map<Platform, string>()
  for (const { path, source, statements } of files) {
    for (const statement of statements) {
      const marker = markerOf(statement)
      if (!marker || saysNothing(statement)) continue
      for (const platform of platformsNamed(marker)) {
        if (found.has(platform) || !holdsSomewhere(marker, [defaultPlatform, platform], pythons)) continue
        found.set(platform, `${path}:${positionAt(source, statement.span.start).line}`)
      }
    }
  }
  return [...found].map(([platform, where]) => ({ platform, where }))
}

function markerOf(statement: Statement): Marker | undefined {
  switch (statement.kind) {
    case 'requirement':
      return statement.requirement.marker
    case 'reference':
      return statement.marker
    case 'unreadable':
      return statement.repairable?.requirement.marker
    default:
      return undefined
  }
}

function holdsSomewhere(marker: Marker, platforms: readonly Platform[], pythons: readonly string[]): boolean {
  return pythons.some(python =>
    platforms.some(platform => evaluateMarker(marker, environmentFor({ python, platform }))),
  )
}
