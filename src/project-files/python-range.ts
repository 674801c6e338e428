import { parseSpecifierSet, type SpecifierSet, satisfies } from '../packaging/specifier.ts'
import { parseVersion } from '../packaging/version.ts'

/** Beyond any Python there will be for a while: an open range reaches it. */
const MINORS = 40
const PATCHES = 40

/** In characters; a person writes less. */
const LONGEST = 200

/**
 * The Python that a Requires-Python says is in use: only a range that leaves one minor version does. `3.11`, or `3.11.7`
 * where it leaves one patch. A range that is none says nothing.
 */
export function onlyPythonIn(range: string): string | undefined {
  if (range.length > LONGEST) return undefined
  let set: SpecifierSet
  try {
    set = parseSpecifierSet(range)
  } catch {
    return undefined
  }
  let only: { minor: number; patches: number[] } | undefined
  for (let minor = 0; minor <= MINORS; minor++) {
    const patches = [...Array(PATCHES).keys()].filter(patch => satisfies(set, parseVersion(`3.${minor}.${patch}`)!))
    if (patches.length > 0 && only) return undefined
    if (patches.length > 0) only = { minor, patches }
  }
  if (!only) return undefined
  const minor = `3.${only.minor}`
  const patch = `${minor}.${only.patches[0]}`
  return only.patches.length === 1 && range.includes(patch) ? patch : minor
}

/** A range of Poetry's as a Requires-Python: `^3.11` and `~3.11` are its own, a bare version is that version. */
export function fromPoetry(range: string): string {
  return range
    .trim()
    .replace(/\s+/g, ' ')
    .split(/ ?, ?| (?=[<>=~^!])/)
    .map(clause => {
      const [, operator, major, minor] = /^(\^|~(?!=)|)\s*(\d+)(?:\.(\d+))?(?:\.[\d*]+)?$/.exec(clause) ?? []
      if (operator === undefined) return clause
      const version = clause.slice(operator.length).trim()
      if (operator === '') return `==${version}`
      const end = operator === '^' || minor === undefined ? `${Number(major) + 1}` : `${major}.${Number(minor) + 1}`
      return `>=${version},<${end}`
    })
    .join(',')
}

/** Whether a range lets a Python in, or of a minor version at least one patch. A range that is none lets every Python in. */
export function allows(range: string, python: string): boolean {
  if (range.length > LONGEST) return true
  try {
    const set = parseSpecifierSet(range)
    const patches = python.split('.').length > 2 ? [''] : [...Array(PATCHES).keys()].map(patch => `.${patch}`)
    return patches.some(patch => satisfies(set, parseVersion(`${python}${patch}`)!))
  } catch {
    return true
  }
}
