import type { Target } from '../packaging/target.ts'
import { markerFor } from '../packaging/target-marker.ts'
import type { Version } from '../packaging/version.ts'
import type { Chosen, Installed } from '../resolve/resolve.ts'
import { byVersion } from './index-styles.ts'

/** The targets that take one version of a project, or one wheel of it. */
export interface PinGroup {
  readonly version: Version
  /** Set where a line is to name the wheel itself. */
  readonly url: string | undefined
  readonly builds: readonly [Installed, ...Installed[]]
  /** What tells these targets from the others; undefined where there are no others. */
  readonly marker: string | undefined
}

/**
 * Parts a project's builds by what a line can say of them, in the order of the targets: by version, or by URL where one is
 * to be named. macOS takes 2.13.0 where Linux takes 2.13.0+cpu, and a Python may be too old for what another one takes.
 *
 * @param among the targets that count; those that do not install the project are distinguished too
 */
export function pinGroupsOf({ builds }: Chosen, among: readonly Target[], urlOf = byVersion): PinGroup[] {
  const groups = new Map<string, [Installed, ...Installed[]]>()
  for (const build of builds.filter(({ target }) => among.includes(target))) {
    const url = urlOf(build)
    // A URL is one file, so no other one of its release will be asked for its hash.
    const named = url === undefined ? build : { ...build, fitting: [build.file] }
    const key = url ?? build.version.text
    const group = groups.get(key)
    if (group) group.push(named)
    else groups.set(key, [named])
  }
  return [...groups.values()].map(group => {
    const inside = group.map(({ target }) => target)
    const outside = among.filter(target => !inside.includes(target))
    return {
      version: group[0].version,
      url: urlOf(group[0]),
      builds: group,
      marker: outside.length > 0 ? markerFor(inside, outside) : undefined,
    }
  })
}
