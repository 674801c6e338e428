import { parseSpecifierSet, type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import { wheelRank } from '../../packaging/target.ts'
import { parseVersion } from '../../packaging/version.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import type { DebianRelease } from '../system-libraries.ts'
import type { Base } from './choices.ts'
import { type LinuxRelease, minorNumberOf } from './linux-releases.ts'
import type { Needs } from './needs.ts'

/** The Pythons that a release of torch has a wheel for and that a Requires-Python lets in, newest first. */
export function pythonsWithin({ pythons }: LinuxRelease, requiresPython: string | undefined): string[] {
  const range = rangeOf(requiresPython)
  return pythons
    .filter(isOrdinary)
    .filter(python => !range || satisfies(range, parseVersion(`${python}.99`)!))
    .toReversed()
}

/** Whether everything that a lock file has installs on a Python without being built: each project has a wheel, or none for any. */
export function hasWheels(locked: Needs['files'], python: string): boolean {
  const target = { python: python.split('.').slice(0, 2).join('.'), platform: 'linux-x86_64' } as const
  return locked.every(files => {
    const wheels = files.flatMap(file => parseWheelFilename(file) ?? [])
    return wheels.length === 0 || wheels.some(wheel => wheelRank(wheel, target) !== undefined)
  })
}

/** Whether a Python is one that the official image has: not the free-threaded build. */
export function isOrdinary(python: string): boolean {
  return !python.endsWith('t')
}

function rangeOf(text: string | undefined): SpecifierSet | undefined {
  try {
    return text === undefined ? undefined : parseSpecifierSet(text)
  } catch {
    return undefined
  }
}

/** Since when each Python has images of Debian 13; before, an image of one patch has Debian 12. */
const FIRST_ON_TRIXIE = 14
const LAST_WITHOUT_TRIXIE = 8

/** The variant of `python:` that is there for a Python. A patch of an older one may have come before Debian 13 did. */
export function baseFor(python: string): Base {
  const minor = minorNumberOf(python)
  const patched = python.split('.').length > 2
  return minor <= LAST_WITHOUT_TRIXIE || (patched && minor < FIRST_ON_TRIXIE) ? 'slim-bookworm' : 'slim-trixie'
}

export function debianOf(base: Base): DebianRelease {
  return base.endsWith('bookworm') ? 'bookworm' : 'trixie'
}
