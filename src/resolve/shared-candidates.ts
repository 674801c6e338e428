import type { PackageIndex, ProjectPage } from '../package-index/project-page.ts'
import { parseSdistFilename, parseWheelFilename } from '../packaging/wheel.ts'
import { type CandidateRules, type Candidates, candidatesOf } from './candidates.ts'

type Page = { readonly page: ProjectPage; readonly index: PackageIndex }

const known = new WeakMap<ProjectPage, Map<string, Candidates>>()
const numbers = new WeakMap<object, number>()
let count = 0

/**
 * `candidatesOf`, worked out once for pages and rules that are the same: a thousand units of a run ask for the same projects.
 * What is kept goes with the pages. Rules without a name are not compared.
 */
export function sharedCandidates(project: string, pages: readonly Page[], rules: CandidateRules): Candidates {
  const [first] = pages
  if (!first || rules.name === undefined) return candidatesOf(project, pages, rules)
  const ofPage = known.get(first.page) ?? new Map<string, Candidates>()
  known.set(first.page, ofPage)
  const key = keyOf(project, pages, rules)
  const candidates = ofPage.get(key) ?? candidatesOf(project, pages, rules)
  ofPage.set(key, candidates)
  return candidates
}

function keyOf(
  project: string,
  pages: readonly Page[],
  { name, targets, uploadedBefore, pinned }: CandidateRules,
): string {
  const places = pages.flatMap(({ page, index }) => [numberOf(page), numberOf(index)])
  const installs = targets.map(({ python, platform }) => `${python} ${platform}`)
  // Of the pins those count that bring back a file which was withdrawn.
  const withdrawn = pages.flatMap(({ page }) => page.files.filter(({ yanked }) => yanked))
  const brought = withdrawn.flatMap(({ filename }) => {
    const version = parseWheelFilename(filename)?.version ?? parseSdistFilename(filename, project)
    return version && pinned(version) ? [version.text] : []
  })
  return [name, ...places, ...installs, uploadedBefore?.getTime(), ...new Set(brought)].join(' ')
}

function numberOf(object: object): number {
  const number = numbers.get(object) ?? ++count
  numbers.set(object, number)
  return number
}
