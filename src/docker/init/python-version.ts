import type { PackageIndex } from '../../package-index/project-page.ts'
import { parseSpecifierSet, type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../../packaging/version.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import type { DebianRelease } from '../system-libraries.ts'

/** A release of torch that has CPU wheels for Linux, and the minor versions of Python that they are for. */
export interface TorchRelease {
  readonly version: Version
  readonly minors: ReadonlySet<number>
}

/** The final releases of torch on an index of CPU builds, newest first. */
export async function torchReleases(cpuIndex: PackageIndex): Promise<TorchRelease[]> {
  const byText = new Map<string, { version: Version; minors: Set<number> }>()
  for (const { filename } of (await cpuIndex.project('torch'))?.files ?? []) {
    const wheel = parseWheelFilename(filename)
    if (!wheel || wheel.version.local !== 'cpu' || wheel.version.isPrerelease) continue
    if (!wheel.platforms.some(platform => /linux.*_x86_64$/.test(platform))) continue
    const release = byText.get(wheel.version.text) ?? { version: wheel.version, minors: new Set() }
    for (const abi of wheel.abis) {
      const minor = /^cp3(\d+)$/.exec(abi)?.[1]
      if (minor !== undefined) release.minors.add(Number(minor))
    }
    byText.set(wheel.version.text, release)
  }
  return [...byText.values()].sort((a, b) => compareVersions(b.version, a.version))
}

/** The newest release that all specifiers let in and, where a Python is given, that has a wheel for it. */
export function newestTorch(
  releases: readonly TorchRelease[],
  specifiers: readonly SpecifierSet[],
  python?: string,
): TorchRelease | undefined {
  return releases.find(
    ({ version, minors }) =>
      specifiers.every(set => satisfies(set, publicVersion(version)) || satisfies(set, version)) &&
      (python === undefined || minors.has(minorOf(python))),
  )
}

/** The newest Python that a release of torch has a wheel for and that a Requires-Python lets in; undefined: there is none. */
export function newestPython({ minors }: TorchRelease, requiresPython: string | undefined): string | undefined {
  const range = rangeOf(requiresPython)
  const fitting = [...minors].filter(minor => !range || satisfies(range, parseVersion(`3.${minor}.99`)!))
  return fitting.length === 0 ? undefined : `3.${Math.max(...fitting)}`
}

function rangeOf(text: string | undefined): SpecifierSet | undefined {
  try {
    return text === undefined ? undefined : parseSpecifierSet(text)
  } catch {
    return undefined
  }
}

export function minorOf(python: string): number {
  return Number(python.split('.')[1])
}

/** The variants of the official image that torch's wheels run on. */
export const bases = ['slim-trixie', 'slim-bookworm', 'trixie', 'bookworm'] as const
export type Base = (typeof bases)[number]

/** Since when each Python has images of Debian 13; before, an image of one patch has Debian 12. */
const FIRST_ON_TRIXIE = 14
const LAST_WITHOUT_TRIXIE = 8

/** The variant of `python:` that is there for a Python. A patch of an older one may have come before Debian 13 did. */
export function baseFor(python: string): Base {
  const minor = minorOf(python)
  const patched = python.split('.').length > 2
  return minor <= LAST_WITHOUT_TRIXIE || (patched && minor < FIRST_ON_TRIXIE) ? 'slim-bookworm' : 'slim-trixie'
}

export function debianOf(base: Base): DebianRelease {
  return base.endsWith('bookworm') ? 'bookworm' : 'trixie'
}
