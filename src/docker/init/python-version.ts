import { parseSpecifierSet, type SpecifierSet, satisfies } from '../../packaging/specifier.ts'
import { parseVersion } from '../../packaging/version.ts'
import type { DebianRelease } from '../system-libraries.ts'
import type { Base } from './choices.ts'
import { type CpuRelease, minorOf } from './cpu-releases.ts'

/** The newest Python that a release of torch has a wheel for and that a Requires-Python lets in; undefined: there is none. */
export function newestPython(
  { minors = new Set() }: CpuRelease,
  requiresPython: string | undefined,
): string | undefined {
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
