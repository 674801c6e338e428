import { TorchpinError } from '../contract/errors.ts'
import type { LockedBuild, LockedSwitch, PylockDecision, Removal } from '../formats/decision.ts'
import type { PylockEntry } from '../formats/toml/pylock/manifest.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename, type WheelName } from '../packaging/wheel.ts'
import { type PlaceNames, placeNamed, placesOfWheels } from '../packaging/wheel-places.ts'
import type { Installed, Resolution } from '../resolve/resolve.ts'
import { isCpuBuild } from '../torch/cpu-build.ts'
import { readTorchIndexUrl } from '../torch/index-urls.ts'
import type { RequirementLine } from '../torch/lines.ts'
import { splitMarkers } from './split-markers.ts'
import type { Digests } from './versions.ts'

/** A package of a pylock.toml, and the line that stands for it in the resolution. */
export interface LockedLine {
  readonly entry: PylockEntry
  readonly line: RequirementLine
  /** Where it has wheels and is installed. */
  readonly places: PlaceNames
}

type IndexFile = Installed['file']

const platformOf = (place: string): string => placeNamed(place).platform

/** What the CPU index has, and how it is written. */
export interface CpuWheels {
  /** Its files by project. */
  readonly files: ReadonlyMap<string, readonly IndexFile[]>
  readonly cpuIndexUrl: string
  /** Whether the packages of the file name their indexes. */
  readonly namesIndexes: boolean
  readonly digests: Digests
}

/** That packages for CUDA alone leave a lock. */
export function removalsIn(locked: readonly LockedLine[]): Removal[] {
  return locked
    .filter(({ line }) => line.removal === 'cuda-only')
    .map(({ entry }) => ({ kind: 'remove', at: entry.at, name: entry.name, reason: 'only CUDA builds need it' }))
}

/**
 * That a package of the torch family takes the CPU wheels of the release that was chosen, for the Pythons and platforms for
 * which it has wheels; undefined where it has no others than CPU builds.
 *
 * @throws TorchpinError NO_SOLUTION where it would be another release on one target than on another; INDEX_UNREADABLE where the
 * index gives no hash
 */
export function switchOf(locked: LockedLine, resolution: Resolution, cpu: CpuWheels): LockedSwitch | undefined {
  const [first, ...more] = buildsOf(locked.entry, cpuFilesOf(locked, resolution, cpu), cpu)
  if (!first) return undefined
  const { entry } = locked
  return { kind: 'switch-locked', at: entry.at, name: entry.name, reason: 'CPU build', builds: [first, ...more] }
}

/** The wheels that a package takes; their hashes have to be known. @throws TorchpinError as `switchOf` */
export function wheelsFor(locked: LockedLine, resolution: Resolution, cpu: Omit<CpuWheels, 'digests'>): IndexFile[] {
  return [...cpuFilesOf(locked, resolution, cpu).values()].flat().map(({ file }) => file)
}

/** The places where a package has wheels and is installed, and will have none. */
export function lostPlaces({ places }: LockedLine, { builds }: Pick<LockedSwitch, 'builds'>): string[] {
  const now = placesOfWheels(
    builds.flatMap(({ wheels }) => wheels.flatMap(({ filename }) => parseWheelFilename(filename) ?? [])),
  )
  return [...places].filter(place => !now.has(place))
}

/** The release that an entry comes to have; undefined: another index than that of CPU builds is to give it. */
function releaseOf({ entry, line }: LockedLine, resolution: Resolution, cpuIndexUrl: string): Version | undefined {
  const builds = resolution.get(entry.name)?.builds.filter(({ target }) => line.targets.includes(target)) ?? []
  const releases = new Map(builds.map(({ version }) => [version.publicKey, publicVersion(version)]))
  const [release, other] = [...releases.values()]
  if (other)
    throw new TorchpinError(
      'NO_SOLUTION',
      `${entry.name} would have to be ${release!.text} on some targets and ${other.text} on others`,
    )
  const unknown = builds.find(({ file }) => file.unverified)
  if (unknown)
    throw new TorchpinError(
      'INDEX_UNREACHABLE',
      `the CPU index could not be asked for the wheels of ${entry.name} ${unknown.version.text}`,
      { hint: 'run again where it can be reached' },
    )
  const own = parseVersion(entry.version ?? '')
  // It is installed on no target of the run, and must not be left for CUDA beside others that are not.
  if (!release) return own && publicVersion(own)
  return builds.some(({ index }) => readTorchIndexUrl(index.url, cpuIndexUrl)?.kind === 'cpu') ? release : undefined
}

/** Builds for macOS have no CUDA, whatever index they are from. */
function isForCpu({ entry, places }: LockedLine, { files, cpuIndexUrl }: Omit<CpuWheels, 'digests'>): boolean {
  const { name, version, index, urls } = entry
  if (parseVersion(version ?? '')?.local?.startsWith('cpu')) return true
  if (index !== undefined && readTorchIndexUrl(index, cpuIndexUrl)?.kind === 'cpu') return true
  if ([...places].every(place => platformOf(place).startsWith('macos-'))) return true
  const known = new Set((files.get(name) ?? []).map(({ url }) => url))
  return urls.every(url => known.has(url))
}

interface CpuFile {
  readonly file: IndexFile
  readonly wheel: WheelName
}

/** The CPU wheels for the places that an entry has wheels for, by their versions, the one without a label first; none where it stays. */
function cpuFilesOf(
  locked: LockedLine,
  resolution: Resolution,
  cpu: Omit<CpuWheels, 'digests'>,
): ReadonlyMap<string, CpuFile[]> {
  const { files, cpuIndexUrl } = cpu
  const { entry } = locked
  const release = releaseOf(locked, resolution, cpuIndexUrl)
  if (!release || isForCpu(locked, cpu)) return new Map()
  const places = placesOfWheels(entry.wheels)
  const installed = new Set([...locked.places].map(platformOf))
  const found = (files.get(entry.name) ?? []).flatMap((file): CpuFile[] => {
    const wheel = parseWheelFilename(file.filename)
    const isOfRelease = wheel?.version.publicKey === release.publicKey && !file.yanked
    if (!wheel || !isOfRelease || !isCpuBuild(canonicalizeName(entry.name), wheel.version, file.filename)) return []
    const isWanted = [...placesOfWheels([wheel])].some(place => places.has(place) && installed.has(platformOf(place)))
    return isWanted && (wheel.version.local !== undefined || isUnlabelledSystem(wheel)) ? [{ file, wheel }] : []
  })
  const sorted = found.toSorted((a, b) => (a.file.filename < b.file.filename ? -1 : 1))
  if (found.length === 0)
    throw new TorchpinError(
      'NO_SOLUTION',
      `the CPU index has no wheel of ${entry.name} ${release.text} for what is locked`,
    )
  const plain = sorted.filter(({ wheel }) => wheel.version.local === undefined)
  const labelled = sorted.filter(({ wheel }) => wheel.version.local !== undefined)
  return new Map([plain, labelled].flatMap(all => (all[0] ? [[all[0].wheel.version.text, all] as const] : [])))
}

const isUnlabelledSystem = (wheel: WheelName): boolean =>
  [...placesOfWheels([wheel])].every(place => /^(?:macos-.*|linux-aarch64)$/.test(platformOf(place)))

function buildsOf(entry: PylockEntry, groups: ReadonlyMap<string, CpuFile[]>, cpu: CpuWheels): LockedBuild[] {
  const all = [...groups]
  const [plain] = all
  const markers =
    all.length > 1 ? splitMarkers(entry.marker, placesOfWheels(plain![1].map(({ wheel }) => wheel))) : [entry.marker]
  return all.map(([version, files], i) => ({
    version,
    marker: markers[i],
    index: cpu.namesIndexes ? cpu.cpuIndexUrl : undefined,
    wheels: files.map(({ file }) => ({
      filename: file.filename,
      url: file.url,
      size: file.size,
      sha256: digestOf(file, cpu),
    })),
  }))
}

function digestOf({ filename, hashes, url }: IndexFile, { digests, cpuIndexUrl }: CpuWheels): string {
  const digest = hashes['sha256'] ?? digests.get(url)
  if (digest !== undefined) return digest
  throw new TorchpinError('INDEX_UNREADABLE', `the hash of ${filename} is not to be had from ${cpuIndexUrl}`, {
    hint: 'run again where the wheel can be fetched',
  })
}

/** All that is decided about a pylock.toml. */
export type PylockDecisions = readonly PylockDecision[]
