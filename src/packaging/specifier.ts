import { skipSpace } from './characters.ts'
import { readClause, refuseSuffix, type Specifier } from './clause.ts'
import { PackagingSyntaxError } from './syntax-error.ts'
import { parseVersion, type Version } from './version.ts'

export type { Specifier } from './clause.ts'

/** Clauses that a version has to satisfy all; no clause lets every version in. */
export interface SpecifierSet {
  readonly clauses: readonly Specifier[]
  /** As written, from the first clause to the last. */
  readonly text: string
}

const COMMA = 0x2c

const everything: SpecifierSet = { clauses: [], text: '' }

/**
 * Reads a version specifier (PEP 440), as in Requires-Python. Empty places between commas do not count.
 * @throws PackagingSyntaxError
 */
export function parseSpecifierSet(text: string): SpecifierSet {
  const clauses: Specifier[] = []
  readClauses(text, 0, clauses)
  return specifierSet(text, clauses)
}

/** The set of clauses that were read from `source`. */
export function specifierSet(source: string, clauses: readonly Specifier[]): SpecifierSet {
  if (clauses.length === 0) return everything
  return { clauses, text: source.slice(clauses[0]!.span.start, clauses[clauses.length - 1]!.span.end) }
}

/**
 * Reads clauses from `at` to the end of the text into `clauses`.
 * @throws PackagingSyntaxError
 */
export function readClauses(text: string, at: number, clauses: Specifier[]): void {
  let i = skipSpace(text, at)
  while (i < text.length) {
    if (text.charCodeAt(i) !== COMMA) {
      const clause = readClause(text, i)
      if (clause) refuseSuffix(text, clause)
      const end = clause && skipSpace(text, clause.span.end)
      if (end === undefined || (end < text.length && text.charCodeAt(end) !== COMMA)) throw invalidSpecifier(text, i)
      clauses.push(clause!)
      i = end
    }
    i = skipSpace(text, i + 1)
  }
}

function invalidSpecifier(text: string, start: number): PackagingSyntaxError {
  const comma = text.indexOf(',', start)
  const end = comma < 0 ? text.length : comma
  return new PackagingSyntaxError(`Invalid specifier: '${text.slice(start, end).trim()}'`, { start, end })
}

/** Whether a version satisfies every clause (PEP 440). Pre-releases are versions like any other here. */
export function satisfies(set: SpecifierSet, version: Version): boolean {
  for (const clause of set.clauses) if (!matches(clause, version)) return false
  return true
}

/**
 * `satisfies` of each of many versions.
 * @param versionAt the versions in their order, oldest first; few of them are asked for
 */
export function satisfying(set: SpecifierSet, count: number, versionAt: (place: number) => Version): boolean[] {
  const answers = new Array<boolean>(count).fill(true)
  for (const clause of set.clauses) {
    if (clause.operator === '===') {
      for (let place = 0; place < count; place++) answers[place] &&= matches(clause, versionAt(place))
      continue
    }
    const [from, to] = stretchOf(clause, count, versionAt)
    if (clause.operator === '!=') answers.fill(false, from, to)
    else answers.fill(false, 0, from).fill(false, to)
  }
  return answers
}

/** From which place to before which the versions are in their order that a clause lets in, or bars where it is an exclusion. */
function stretchOf(clause: Specifier, count: number, versionAt: (place: number) => Version): [number, number] {
  const lets = (place: number) => matches(clause, versionAt(place))
  switch (clause.operator) {
    case '>=':
    case '>':
      return [firstPlace(0, count, lets), count]
    case '<=':
    case '<':
      return [0, firstPlace(0, count, place => !lets(place))]
    default: {
      // Neighbours all: they have a version, or the beginning of one, in common.
      const exclusion = clause.operator === '!='
      const from = firstPlace(0, count, place => isReached(clause, versionAt(place)))
      return [from, firstPlace(from, count, place => lets(place) === exclusion)]
    }
  }
}

/** Whether a version is among those that have in common what the clause names, or after them all. */
function isReached({ operator, version: written }: Specifier, candidate: Version): boolean {
  if (!written.endsWith('.*')) {
    const { local, key } = parseVersion(written)!
    return (local === undefined || operator === '~=' ? candidate.publicKey : candidate.key) >= key
  }
  const { epoch, release } = parseVersion(written.slice(0, -2))!
  if (candidate.epoch !== epoch) return candidate.epoch > epoch
  const different = release.findIndex((number, i) => number !== (candidate.release[i] ?? 0))
  return different < 0 || (candidate.release[different] ?? 0) > release[different]!
}

/**
 * The first place from `start` on where something is so that is so at every place behind it. The answer of an ordered comparison
 * changes once, the exceptions of `<` and `>` included: what they bar are the neighbours of the version they name.
 */
function firstPlace(start: number, count: number, isSo: (place: number) => boolean): number {
  let [from, to] = [start, count]
  while (from < to) {
    const middle = (from + to) >> 1
    if (isSo(middle)) to = middle
    else from = middle + 1
  }
  return from
}

/** Whether a clause, other than an exclusion, names a pre-release, which asks for pre-releases in general. */
export function admitsPrereleases(set: SpecifierSet): boolean {
  return set.clauses.some(
    ({ operator, version }) => operator !== '!=' && (parseVersion(version)?.isPrerelease ?? false),
  )
}

/** The versions that satisfy the set, in their order; pre-releases only when asked for or when nothing else is left (PEP 440). */
export function filterVersions(set: SpecifierSet, versions: readonly Version[]): Version[] {
  const fitting = versions.filter(version => satisfies(set, version))
  if (admitsPrereleases(set)) return fitting
  const final = fitting.filter(version => !version.isPrerelease)
  return final.length > 0 ? final : fitting
}

/** Whether a version satisfies one clause, pre-releases included. */
export function matches({ operator, version: written }: Specifier, candidate: Version): boolean {
  if (operator === '===') return candidate.written.toLowerCase() === written.toLowerCase()
  if (written.endsWith('.*'))
    return (operator === '==') === hasPrefix(candidate, parseVersion(written.slice(0, -2))!, 0)
  const version = parseVersion(written)!
  switch (operator) {
    case '==':
      return equals(candidate, version)
    case '!=':
      return !equals(candidate, version)
    case '<=':
      return candidate.publicKey <= version.key
    case '>=':
      return candidate.publicKey >= version.key
    case '~=':
      return candidate.publicKey >= version.key && hasPrefix(candidate, version, 1)
    case '<':
      return candidate.key < version.key && !isEarlyFormOf(candidate, version)
    case '>':
      return candidate.key > version.key && !isLateFormOf(candidate, version)
  }
}

/** A local version label counts only when the clause has one. */
function equals(candidate: Version, version: Version): boolean {
  return (version.local === undefined ? candidate.publicKey : candidate.key) === version.key
}

/** Whether the release begins with that of `version`, `dropped` numbers at its end left out; a short release is filled with zeros. */
function hasPrefix(candidate: Version, version: Version, dropped: number): boolean {
  if (candidate.epoch !== version.epoch) return false
  for (let i = 0; i < version.release.length - dropped; i++)
    if ((candidate.release[i] ?? 0) !== version.release[i]) return false
  return true
}

/** `<2.0` bars the pre-releases of 2.0, unless it names one. */
function isEarlyFormOf(candidate: Version, version: Version): boolean {
  return candidate.isPrerelease && !version.isPrerelease && candidate.key >= parseVersion(`${version.text}.dev0`)!.key
}

/** `>2.0` bars the post-releases of 2.0, unless it names one, and the local versions of 2.0. */
function isLateFormOf(candidate: Version, version: Version): boolean {
  if (candidate.local !== undefined && candidate.publicKey === version.key) return true
  if (candidate.post === undefined || version.post !== undefined) return false
  return parseVersion(candidate.text.slice(0, candidate.text.indexOf('.post')))!.key === version.key
}
