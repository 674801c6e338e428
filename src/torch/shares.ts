import type { Target } from '../packaging/target.ts'
import { markerFor } from '../packaging/target-marker.ts'
import type { Version } from '../packaging/version.ts'
import type { Chosen, Installed } from '../resolve/resolve.ts'

/** The targets that take one version of a project. */
export interface Share {
  readonly version: Version
  readonly builds: readonly [Installed, ...Installed[]]
  /** What tells these targets from the others; undefined where there are no others. */
  readonly marker: string | undefined
}

/**
 * Parts a project's builds by version, in the order of the targets. macOS takes 2.13.0 where Linux takes 2.13.0+cpu,
 * and a Python may be too old for what another one takes.
 *
 * @param among the targets that count; those of them that do not install the project are told apart too
 */
export function sharesOf({ builds }: Chosen, among: readonly Target[]): Share[] {
  const groups = new Map<string, [Installed, ...Installed[]]>()
  for (const build of builds.filter(({ target }) => among.includes(target))) {
    const group = groups.get(build.version.text)
    if (group) group.push(build)
    else groups.set(build.version.text, [build])
  }
  return [...groups.values()].map(group => {
    const inside = group.map(({ target }) => target)
    const outside = among.filter(target => !inside.includes(target))
    return {
      version: group[0].version,
      builds: group,
      marker: outside.length > 0 ? markerFor(inside, outside) : undefined,
    }
  })
}
