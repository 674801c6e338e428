import type { Decision, Gain } from '../formats/decision.ts'
import { asDecided } from '../formats/requirements/as-decided.ts'
import { reachable } from '../formats/requirements/files.ts'
import { indexesInForce } from '../formats/requirements/index-options.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import type { FileAddition } from './additions.ts'
import { indexStyleRules } from './index-styles.ts'
import type { IndexWriting } from './versions.ts'

type Files = ReadonlyMap<string, RequirementsFile>

/**
 * What each file gains so that it leads to its `+cpu` pins, read on its own, and has the entries that it lacks. Included
 * files come first: what they bring, the file that includes them need not say again.
 *
 * @param files by absolute path
 * @param decided about each file besides
 * @param projects the projects pinned to the CPU index by each file itself
 */
export function gainsOf(
  files: Files,
  decided: ReadonlyMap<string, readonly Decision[]>,
  { projects, additions }: { projects: ReadonlyMap<string, readonly string[]>; additions: readonly FileAddition[] },
  { cpuIndexUrl, styles }: IndexWriting,
): ReadonlyMap<string, readonly Gain[]> {
  const gains = new Map<string, readonly Gain[]>()
  const switched = new Map([...files].map(([path, file]) => [path, asDecided(file, decided.get(path) ?? [])]))
  const current = new Map(switched)
  for (const path of innermostFirst(files)) {
    const file = switched.get(path)!
    // uv does not read index options from a constraints file that another file names, and on its own none is installed.
    if (file.role === 'constraints') continue
    const own = additions.filter(addition => addition.file === path)
    const wanted = [...new Set(reachable(file, switched).flatMap(reached => projects.get(reached) ?? []))]
    const style = indexStyleRules[styles.get(path)!]
    const missing = wanted.length > 0 ? style.missing(indexesInForce(file, current), cpuIndexUrl, wanted) : []
    if (missing.length === 0 && own.length === 0) continue
    const behind = file.includes.findLast(include => setsIndex(switched.get(include.file)!, current))?.statement.span
    const gained: Gain[] = [
      ...missing.map(index => ({ kind: 'name-index', ...index, behind, reason: 'the CPU wheels are there' }) as const),
      ...own.map(({ file, ...addition }) => ({ kind: 'add', behind, ...addition }) as const),
    ]
    gains.set(path, gained)
    current.set(path, asDecided(files.get(path)!, [...(decided.get(path) ?? []), ...gained]))
  }
  return gains
}

function setsIndex(file: RequirementsFile, files: Files): boolean {
  const { indexUrl, extraIndexUrls, findLinks, noIndex } = indexesInForce(file, files)
  return indexUrl !== undefined || noIndex || extraIndexUrls.length > 0 || findLinks.length > 0
}

function innermostFirst(files: Files): string[] {
  const seen = new Set<string>()
  const order: string[] = []
  const visit = (file: RequirementsFile): void => {
    if (seen.has(file.absolute)) return
    seen.add(file.absolute)
    for (const include of file.includes) {
      const included = files.get(include.file)
      if (included) visit(included)
    }
    order.push(file.absolute)
  }
  for (const file of files.values()) visit(file)
  return order
}
