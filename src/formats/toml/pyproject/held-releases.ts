import { parseRequirement, type Requirement } from '../../../packaging/requirement.ts'
import { satisfies } from '../../../packaging/specifier.ts'
import { parseVersion } from '../../../packaging/version.ts'
import { applyEdits } from '../../../text/edits.ts'
import type { Restatement } from '../../decision.ts'
import type { PyprojectManifest } from '../../project-manifest.ts'
import { edit } from './edit.ts'

/**
 * A file in which what asks for some projects asks for one release of each. An entry that does not allow the release, or that
 * names a place, stays.
 *
 * @param releases by canonical name
 * @throws TorchpinError FILE_UNWRITABLE as `edit` does
 */
export function withHeldReleases(manifest: PyprojectManifest, releases: ReadonlyMap<string, string>): string {
  const held = manifest.entries.flatMap(({ at, text }): Restatement[] => {
    const requirement = text === undefined ? undefined : readRequirement(text)
    const release = requirement && releases.get(requirement.key)
    if (!requirement || release === undefined || !allows(requirement, release)) return []
    return [
      {
        kind: 'pin',
        at,
        name: requirement.name,
        project: undefined,
        extras: undefined,
        specifier: `==${release}`,
        pins: [],
        ignoredIndexes: [],
        reason: 'it is to stay at this release',
      },
    ]
  })
  return applyEdits(manifest.source, edit(manifest, held).edits)
}

function readRequirement(text: string): Requirement | undefined {
  try {
    return parseRequirement(text)
  } catch {
    return undefined
  }
}

function allows({ url, specifier }: Requirement, release: string): boolean {
  const version = parseVersion(release)
  return url === undefined && version !== undefined && satisfies(specifier, version)
}
