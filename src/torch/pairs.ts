import type { CoreMetadata } from '../packaging/metadata.ts'
import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { satisfies } from '../packaging/specifier.ts'
import { compareVersions, parseVersion, type Version } from '../packaging/version.ts'
import { isTorchRequirement, knownPairing } from './pairings.ts'
import { trapsOf } from './traps.ts'

/** A release of a project that is built against torch. */
export interface Companion {
  readonly release: Version
  /** Whether it exists for what is asked. One that does not still shows where to stop. */
  readonly fits: boolean
  /** What it asks of torch; undefined where that is not known, or nothing. */
  readonly torch: () => Promise<Requirement | undefined>
}

/** Releases looked into side by side. */
const AT_ONCE = 4

/**
 * What a release asks of torch. The table of pairings is looked at first: what it has was read from the wheels, whose
 * metadata never changes, and costs no question to the index.
 *
 * @param metadata asked where the table does not know the release
 */
export async function torchNeededBy(
  project: string,
  release: Version,
  metadata: () => Promise<CoreMetadata | undefined>,
): Promise<Requirement | undefined> {
  const known = knownPairing(project, release.text)
  if (known !== undefined) return parseRequirement(`torch${known}`)
  const lines = (await metadata())?.requiresDist ?? []
  return lines
    .filter(isTorchRequirement)
    .map(readRequirement)
    .find(required => required && !required.marker)
}

function readRequirement(line: string): Requirement | undefined {
  try {
    return parseRequirement(line)
  } catch {
    return undefined
  }
}

/** A requirement in its plain form: `torch==2.1.0` for `torch (==2.1.0)`. */
export function plainRequirement({ key, specifier }: Requirement): string {
  return key + specifier.clauses.map(({ operator, version }) => operator + version).join(',')
}

/** Whether a release goes with a release of torch: by its requirement, and by what no requirement tells. */
export function goesWith(project: string, release: Version, required: Requirement, torch: Version): boolean {
  // Old releases were built with the label of torch in their requirement.
  const build = parseVersion(`${torch.text}+cpu`)!
  return (
    satisfies(required.specifier, build) &&
    trapsOf(project, release, []).every(({ requirement }) => satisfies(requirement.specifier, build))
  )
}

/**
 * For each of some torch releases the releases of a companion that go with it, newest first.
 *
 * A torch is done with once a companion is pinned to an older one: the companions before that are for older ones still,
 * whatever an old requirement without a bound says. With the last torch the asking ends.
 *
 * @param companions newest first
 */
export async function companionsOf(
  torches: readonly Version[],
  project: string,
  companions: readonly Companion[],
): Promise<ReadonlyMap<Version, readonly string[]>> {
  const pairs = new Map(torches.map(torch => [torch, [] as string[]]))
  const open = new Set(torches)
  for (let at = 0; open.size > 0 && at < companions.length; at += AT_ONCE) {
    const some = companions.slice(at, at + AT_ONCE)
    const needs = await Promise.all(some.map(({ torch }) => torch()))
    for (const [i, { release, fits }] of some.entries()) {
      const required = needs[i]
      if (!required) continue
      for (const torch of open) {
        if (!goesWith(project, release, required, torch)) {
          if (isBefore(required, torch)) open.delete(torch)
        } else if (fits) pairs.get(torch)!.push(release.text)
      }
    }
  }
  return pairs
}

/** The torch releases that a companion goes with, newest first. */
export function torchesFor(
  project: string,
  release: Version,
  required: Requirement | undefined,
  torches: readonly Version[],
): string[] {
  return required ? torches.filter(torch => goesWith(project, release, required, torch)).map(torch => torch.text) : []
}

/** The one torch release that a requirement pins. */
export function pinnedTorch({ specifier: { clauses } }: Requirement): Version | undefined {
  const pin = clauses.find(({ operator, version }) => operator === '==' && !version.endsWith('.*'))
  return pin && parseVersion(pin.version.replace(/\+.*$/s, ''))
}

/** Whether a requirement pins a torch before this one. */
function isBefore({ specifier: { clauses } }: Requirement, torch: Version): boolean {
  return clauses.some(({ operator, version }) => {
    const pinned = operator === '==' ? parseVersion(version.replace(/\.\*$/, '')) : undefined
    return pinned !== undefined && compareVersions(pinned, torch) < 0
  })
}
