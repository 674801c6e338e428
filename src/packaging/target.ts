import type { MarkerEnvironment } from './marker.ts'
import { parseWheelTags, type WheelTags } from './wheel.ts'

/** An operating system on a kind of processor. */
export type Platform = 'linux-x86_64' | 'linux-aarch64' | 'macos-arm64' | 'windows-x86_64'

/** Where an install goes: CPython (not the free-threaded one) on a platform. */
export interface Target {
  /** `3.11`, or `3.11.7`. */
  readonly python: string
  readonly platform: Platform
}

/**
 * What keeps a wheel from a target. `musl`: it is built for another C library; `glibc`: for a newer one;
 * `platform`: for another system or machine; `python`: for another Python; `abi`: for this Python, built in another way.
 */
export type WheelMismatch = 'python' | 'abi' | 'platform' | 'musl' | 'glibc'

export const platforms: readonly Platform[] = ['linux-x86_64', 'linux-aarch64', 'macos-arm64', 'windows-x86_64']

interface System {
  readonly osName: string
  readonly sysPlatform: string
  readonly system: string
  readonly machine: string
  /** Platform tags, best first. */
  readonly tags: readonly string[]
}

/** The newest glibc 2 that a Linux target has, as uv assumes it: that of Debian 10, RHEL 8 and Ubuntu 20.04. */
const GLIBC_MINOR = 28
const MACOS_MAJOR = 14

const linux = { osName: 'posix', sysPlatform: 'linux', system: 'Linux' }

const systems: Readonly<Record<Platform, System>> = {
  'linux-x86_64': { ...linux, machine: 'x86_64', tags: linuxTags('x86_64', 5) },
  'linux-aarch64': { ...linux, machine: 'aarch64', tags: linuxTags('aarch64', 17) },
  'macos-arm64': { osName: 'posix', sysPlatform: 'darwin', system: 'Darwin', machine: 'arm64', tags: macosTags() },
  'windows-x86_64': { osName: 'nt', sysPlatform: 'win32', system: 'Windows', machine: 'AMD64', tags: ['win_amd64'] },
}

/** manylinux tags from the newest glibc to the oldest that the machine has had (PEP 600, PEP 599 and before), then the bare tag. */
function linuxTags(machine: string, oldest: number): string[] {
  const older: Readonly<Record<number, string>> = { 17: 'manylinux2014', 12: 'manylinux2010', 5: 'manylinux1' }
  const tags: string[] = []
  for (let minor = GLIBC_MINOR; minor >= oldest; minor--) {
    tags.push(`manylinux_2_${minor}_${machine}`)
    if (older[minor]) tags.push(`${older[minor]}_${machine}`)
  }
  return [...tags, `linux_${machine}`]
}

/** Apple silicon begins with macOS 11; a universal wheel may name an older system, for its Intel half. */
function macosTags(): string[] {
  const tags: string[] = []
  for (let major = MACOS_MAJOR; major >= 11; major--)
    tags.push(`macosx_${major}_0_arm64`, `macosx_${major}_0_universal2`)
  for (let minor = 16; minor >= 4; minor--) tags.push(`macosx_10_${minor}_universal2`)
  return tags
}

/** What is known of a target once it has been asked about. */
interface Facts {
  readonly environment: MarkerEnvironment
  readonly ranks: ReadonlyMap<string, number>
  /** Python tags of this very Python, as opposed to those of an older one whose stable ABI it still has. */
  readonly ownPythons: ReadonlySet<string>
}

/** By Python, for each platform: they are asked for with every tag of every wheel, so the key is not put together each time. */
const known: Readonly<Record<Platform, Map<string, Facts>>> = {
  'linux-x86_64': new Map(),
  'linux-aarch64': new Map(),
  'macos-arm64': new Map(),
  'windows-x86_64': new Map(),
}

function factsOf({ python, platform }: Target): Facts {
  const facts = known[platform].get(python) ?? workOut(python, platform)
  known[platform].set(python, facts)
  return facts
}

function workOut(python: string, platform: Platform): Facts {
  const [major = 3, minor = 0] = python.split('.').map(Number)
  const generic = [`py${major}${minor}`, `py${major}`]
  for (let older = minor - 1; older >= 0; older--) generic.push(`py${major}${older}`)
  return {
    environment: environment(python, `${major}.${minor}`, systems[platform]),
    ranks: new Map(tagsInOrder(major, minor, generic, systems[platform].tags).map((tag, rank) => [tag, rank])),
    ownPythons: new Set([`cp${major}${minor}`, ...generic]),
  }
}

/** PEP 425, in the order of packaging's `cpython_tags` and `compatible_tags`. */
function tagsInOrder(
  major: number,
  minor: number,
  generic: readonly string[],
  platformTags: readonly string[],
): string[] {
  const own = `cp${major}${minor}`
  const builds = [`${own}-${own}`, `${own}-abi3`, `${own}-none`]
  for (let older = minor - 1; older >= 2; older--) builds.push(`cp${major}${older}-abi3`)
  return [
    ...[...builds, ...generic.map(python => `${python}-none`)].flatMap(build =>
      platformTags.map(tag => `${build}-${tag}`),
    ),
    ...[own, ...generic].map(python => `${python}-none-any`),
  ]
}

function environment(
  python: string,
  pythonVersion: string,
  { osName, sysPlatform, system, machine }: System,
): MarkerEnvironment {
  const full = python === pythonVersion ? `${python}.0` : python
  return {
    implementation_name: 'cpython',
    implementation_version: full,
    os_name: osName,
    platform_machine: machine,
    platform_python_implementation: 'CPython',
    platform_release: '',
    platform_system: system,
    platform_version: '',
    python_full_version: full,
    python_version: pythonVersion,
    sys_platform: sysPlatform,
  }
}

/** The marker variables of a target. As in uv, a Python without a patch number is its first release: `3.11` is 3.11.0. */
export function environmentFor(target: Target): MarkerEnvironment {
  return factsOf(target).environment
}

/** The wheel tags a target takes (`cp311-cp311-manylinux_2_28_x86_64`), with their ranks: 0 is best. */
export function supportedTags(target: Target): ReadonlyMap<string, number> {
  return factsOf(target).ranks
}

/** The rank of a wheel's best tag, 0 being best; nothing when the wheel does not install there. */
export function wheelRank(wheel: WheelTags, target: Target): number | undefined {
  const { ranks } = factsOf(target)
  let best: number | undefined
  for (const python of wheel.pythons)
    for (const abi of wheel.abis)
      for (const platform of wheel.platforms) {
        const rank = ranks.get(`${python}-${abi}-${platform}`)
        if (rank !== undefined && (best === undefined || rank < best)) best = rank
      }
  return best
}

/** One tag, in lower case: no build tag, and no list that stands for several. */
const oneTag = /^[a-z0-9_]+-[a-z0-9_]+-[a-z0-9_]+$/

/** As {@link wheelRank}, of the text that `parseWheelTags` reads. Most wheels have one tag, which is looked up without being read. */
export function rankOfTags(text: string, target: Target): number | undefined {
  if (oneTag.test(text)) return factsOf(target).ranks.get(text)
  const wheel = parseWheelTags(text)
  return wheel && wheelRank(wheel, target)
}

/** What keeps a wheel from a target, the platform first; nothing when it installs there. */
export function whyNot(wheel: WheelTags, target: Target): WheelMismatch | undefined {
  if (wheelRank(wheel, target) !== undefined) return undefined
  const { machine, tags, sysPlatform } = systems[target.platform]
  if (!wheel.platforms.some(platform => platform === 'any' || tags.includes(platform))) {
    const near = sysPlatform === 'linux' ? wheel.platforms.filter(platform => platform.endsWith(`_${machine}`)) : []
    if (near.some(platform => platform.startsWith('manylinux'))) return 'glibc'
    return near.some(platform => platform.startsWith('musllinux')) ? 'musl' : 'platform'
  }
  const { ownPythons } = factsOf(target)
  return wheel.pythons.some(python => ownPythons.has(python)) ? 'abi' : 'python'
}
