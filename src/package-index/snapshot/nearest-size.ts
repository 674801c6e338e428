import type { PythonSource } from '../../packaging/bytecode.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../../packaging/version.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import { expandFilename, type Release, sourceOf } from './format.ts'

/** A wheel whose bytes are known. */
export interface KnownSize {
  readonly filename: string
  readonly download: number
  readonly installed: number | null
  readonly source: PythonSource | undefined
}

/**
 * The wheel that is likest to one whose bytes are not known: of the same project and system, of the release that is the
 * fewest releases away; of two that are equally far the older one.
 *
 * @param releases those of the project, by version
 * @returns undefined where no wheel for that system is known
 */
export function nearestSize(
  filename: string,
  project: string,
  releases: Readonly<Record<string, Release>>,
): KnownSize | undefined {
  const asked = parseWheelFilename(filename)
  if (!asked) return undefined
  const systems = new Set(asked.platforms.map(systemOf))
  const known = Object.entries(releases).flatMap(([version, release]) =>
    release.files.flatMap(([name, , size, installed, approximate]) => {
      const wheel = parseWheelFilename(expandFilename(project, version, name))
      const download = size ?? approximate
      return wheel?.platforms.some(tag => systems.has(systemOf(tag))) && download !== undefined
        ? [
            {
              filename: wheel.filename,
              release: publicVersion(wheel.version),
              download,
              installed,
              source: sourceOf(release),
            },
          ]
        : []
    }),
  )
  const release = publicVersion(asked.version)
  const order = inOrder([
    release,
    ...Object.keys(releases)
      .flatMap(text => parseVersion(text) ?? [])
      .map(publicVersion),
  ])
  const at = order.indexOf(release.key)
  const distance = ({ release }: (typeof known)[number]) => Math.abs(order.indexOf(release.key) - at)
  const [nearest] = known.sort((a, b) => distance(a) - distance(b) || compareVersions(a.release, b.release))
  if (!nearest) return undefined
  const { download, installed, source } = nearest
  return { filename: nearest.filename, download, installed, source }
}

/** `manylinux_2_28_x86_64` and `linux_x86_64` are one system, whatever the version in the tag. */
function systemOf(tag: string): string {
  return tag.replace(/^manylinux/, 'linux').replace(/^([a-z]+)(?:\d+|_\d+_\d+)_/, '$1_')
}

function inOrder(versions: readonly Version[]): string[] {
  return [...new Set(versions.toSorted(compareVersions).map(({ key }) => key))]
}
