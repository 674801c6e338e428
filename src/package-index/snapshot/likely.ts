import type { CoreMetadata } from '../../packaging/metadata.ts'
import { type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import { compareVersions, parseVersion } from '../../packaging/version.ts'
import type { PackageIndex } from '../project-page.ts'
import type { Facts } from './facts.ts'
import type { Release } from './format.ts'

/** A release of a snapshot. */
export interface KnownRelease {
  readonly project: string
  readonly version: string
  readonly release: Release
}

/**
 * What is probably taken for a requirement: the newest final release that the facts have for it. Each question is worked out once.
 * @param metadataOf what a release needs; undefined where that is not known
 */
export function likelyIn(
  releases: Facts['releases'],
  metadataOf: (known: KnownRelease) => CoreMetadata | undefined,
): NonNullable<PackageIndex['likely']> {
  const known = new Map<string, CoreMetadata | undefined>()
  return ({ key: project, specifier }) => {
    const asked = `${project}${specifier.text}`
    if (!known.has(asked)) {
      const all = releases(project) ?? {}
      const version = newestOf(Object.keys(all), specifier)
      known.set(asked, version === undefined ? undefined : metadataOf({ project, version, release: all[version]! }))
    }
    return known.get(asked)
  }
}

function newestOf(texts: readonly string[], specifier: SpecifierSet): string | undefined {
  const fitting = texts
    .map(text => ({ text, version: parseVersion(text) }))
    .flatMap(({ text, version }) =>
      version && !version.isPrerelease && satisfies(specifier, version) ? [{ text, version }] : [],
    )
  return fitting.sort((a, b) => compareVersions(b.version, a.version))[0]?.text
}
