import type { PackageIndex, ProjectPage } from '../package-index/project-page.ts'
import { type Release, releasesOf } from '../package-index/releases.ts'
import { type SpecifierSet, satisfying } from '../packaging/specifier.ts'
import type { Version } from '../packaging/version.ts'
import { type CandidateRules, type Candidates, candidatesOf } from './candidates.ts'

type Page = { readonly page: ProjectPage; readonly index: PackageIndex }

const known = new WeakMap<ProjectPage, Map<string, Candidates>>()
const withdrawn = new WeakMap<ProjectPage, readonly Version[]>()
const numbers = new WeakMap<object, number>()
let count = 0

/**
 * `candidatesOf`, worked out once for pages and rules that are the same: a thousand units of a run ask for the same projects.
 * What is kept goes with the pages. Rules without a name are not compared.
 */
export function sharedCandidates(pages: readonly Page[], rules: CandidateRules): Candidates {
  const [first] = pages
  if (!first || rules.name === undefined) return candidatesOf(pages, rules)
  const ofPage = known.get(first.page) ?? new Map<string, Candidates>()
  known.set(first.page, ofPage)
  const key = keyOf(pages, rules)
  const candidates = ofPage.get(key) ?? candidatesOf(pages, rules)
  ofPage.set(key, candidates)
  return candidates
}

function keyOf(pages: readonly Page[], { name, target, uploadedBefore, pinned }: CandidateRules): string {
  const places = pages.flatMap(({ page, index }) => [numberOf(page), numberOf(index)])
  // Of the pins those count that bring back a version of which something was withdrawn.
  const brought = pages.flatMap(({ page }) => withdrawnIn(page).filter(pinned))
  return [
    name,
    ...places,
    target.python,
    target.platform,
    uploadedBefore?.getTime(),
    ...brought.map(({ text }) => text),
  ].join(' ')
}

function withdrawnIn(page: ProjectPage): readonly Version[] {
  const before = withdrawn.get(page)
  if (before) return before
  const found = releasesOf(page)
    .filter(hasYanked)
    .map(({ version }) => version)
  withdrawn.set(page, found)
  return found
}

function hasYanked(release: Release): boolean {
  for (let i = 0; i < release.length; i++) if (release.yanked(i)) return true
  return false
}

function numberOf(object: object): number {
  const number = numbers.get(object) ?? ++count
  numbers.set(object, number)
  return number
}

const matches = new WeakMap<Candidates, Map<string, readonly boolean[]>>()

/** Which of the candidates a specifier lets in, by position; asked once for each specifier. */
export function matching(of: Candidates, specifier: SpecifierSet): readonly boolean[] {
  const known = matches.get(of) ?? new Map<string, readonly boolean[]>()
  matches.set(of, known)
  const answer =
    known.get(specifier.text) ?? satisfying(specifier, of.candidates.length, place => of.candidates[place]!.version)
  known.set(specifier.text, answer)
  return answer
}
