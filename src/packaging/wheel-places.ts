import { type Platform, platforms, wheelRank } from './target.ts'
import type { WheelName, WheelTags } from './wheel.ts'

/** One Python on one platform on which a wheel installs. */
export interface Place {
  /** `3.13`, `3.13.2` as asked; `3.13t` is the free-threaded build of 3.13. */
  readonly python: string
  /** A platform that can be targeted, or a name in the same manner for one that cannot: `windows-arm64`. */
  readonly platform: string
}

/** Where wheels go that are for none of the platforms that can be targeted. */
const elsewhere: readonly [RegExp, (machine: string) => string][] = [
  [/^macosx_\d+_\d+_(?:x86_64|intel|universal2)$/, () => 'macos-x86_64'],
  [/^win_(arm64)$/, machine => `windows-${machine}`],
  [/^win32$/, () => 'windows-x86'],
  [/^musllinux_\d+_\d+_(\w+)$/, machine => `musl-${machine}`],
  [/^(?:many)?linux(?:_\d+_\d+|\d+)?_(?!x86_64$|aarch64$)([a-z]\w+)$/, machine => `linux-${machine}`],
]

/**
 * On which of some Pythons a wheel installs, and on which platforms.
 * @param pythons as in {@link Place}
 */
export function placesOf(wheel: WheelName, pythons: readonly string[]): Place[] {
  const others = [...new Set(wheel.platforms.flatMap(otherPlatform))]
  return pythons.flatMap(python => {
    const built = python.endsWith('t') ? withoutThreads(wheel) : wheel
    const target = (platform: Platform) => ({ python: python.replace(/t$/, ''), platform })
    const own = platforms.filter(platform => wheelRank(built, target(platform)) !== undefined)
    // Whether it is for this Python at all is asked of a platform that every tag of a Python has.
    const fits =
      others.length > 0 && wheelRank({ ...built, platforms: ['linux_x86_64'] }, target('linux-x86_64')) !== undefined
    return [...own, ...(fits ? others : [])].map(platform => ({ python, platform }))
  })
}

function otherPlatform(tag: string): string[] {
  for (const [pattern, name] of elsewhere) {
    const found = pattern.exec(tag)
    if (found) return [name(found[1] ?? '')]
  }
  return []
}

/** A wheel as a free-threaded Python sees it, in the tags of the ordinary one: the stable ABI is none of its own (PEP 703). */
function withoutThreads(wheel: WheelName): WheelName {
  const generic = wheel.pythons.some(python => python.startsWith('py'))
  const abis = wheel.abis.flatMap(abi => {
    if (/^cp3\d+t$/.test(abi)) return [abi.slice(0, -1)]
    return abi === 'none' && generic ? [abi] : []
  })
  return { ...wheel, abis }
}

/** The Pythons that a wheel names, as in {@link Place}: none for one that is for every Python 3. */
export function pythonsNamed({ pythons, abis }: WheelTags): string[] {
  const minors = pythons.flatMap(python => /^cp3(\d+)$/.exec(python)?.[1] ?? [])
  return minors.flatMap(minor => [
    ...(abis.some(abi => !abi.endsWith('t')) ? [`3.${minor}`] : []),
    ...(abis.includes(`cp3${minor}t`) ? [`3.${minor}t`] : []),
  ])
}

/** Pythons in their order, a free-threaded one after the ordinary. */
export function comparePythons(a: string, b: string): number {
  // Made late: most runs compare none, and it takes as long as reading a page.
  byNumbers ??= new Intl.Collator('en', { numeric: true })
  return byNumbers.compare(a, b)
}

let byNumbers: Intl.Collator | undefined

/** Names of places, as {@link placeName} has them. */
export type PlaceNames = ReadonlySet<string>

/** A place in one word: `3.12 linux-x86_64`. */
export function placeName({ python, platform }: Place): string {
  return `${python} ${platform}`
}

/** The Python and the platform of a place by its name. */
export function placeNamed(name: string): Place {
  const blank = name.indexOf(' ')
  return { python: name.slice(0, blank), platform: name.slice(blank + 1) }
}

/** Where some wheels install, on the Pythons that they name. */
export function placesOfWheels(wheels: readonly WheelName[]): PlaceNames {
  const pythons = [...new Set(wheels.flatMap(pythonsNamed))]
  return new Set(wheels.flatMap(wheel => placesOf(wheel, pythons).map(placeName)))
}
