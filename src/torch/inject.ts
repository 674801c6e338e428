import { type RequirementsFile, reachable, withSource } from '../requirements/files.ts'
import type { Variables } from '../requirements/parse.ts'
import type { Change } from '../result.ts'
import { applyEdits, type Edit } from '../text/edits.ts'
import { indexesInForce } from './index-lines.ts'
import { type IndexStyleName, indexStyles } from './index-styles.ts'
import { indexInsertionPoint, newlineOf } from './insertion.ts'

/** Lines that a file gains, all at one place. */
export interface Insertion {
  readonly at: number
  readonly lines: readonly string[]
  readonly changes: readonly Omit<Change, 'line'>[]
}

/** A requirement line that a file gains because something in it pulls the project in. */
export interface Addition {
  readonly file: string
  readonly project: string
  readonly line: string
  readonly reason: string
}

/**
 * Finds where each file needs a line for the CPU index, so that the file, read on its own, leads to its `+cpu` pins.
 * Included files come first: what they bring, the file that includes them need not say again.
 *
 * @param files by absolute path, as they will be but for these lines
 * @param projects the projects pinned to the CPU index by each file itself
 */
export function insertions(
  files: ReadonlyMap<string, RequirementsFile>,
  projects: ReadonlyMap<string, readonly string[]>,
  additions: readonly Addition[],
  styleOf: (file: RequirementsFile) => IndexStyleName,
  cpuIndexUrl: string,
  environment: Variables,
): ReadonlyMap<string, Insertion> {
  const done = new Map<string, Insertion>()
  const current = new Map(files)
  for (const path of innermostFirst(files)) {
    const file = files.get(path)!
    // uv does not read index options from a constraints file that another file names, and on its own none is installed.
    if (file.role === 'constraints') continue
    const own = additions.filter(addition => addition.file === path)
    const wanted = [...new Set(reachable(file, files).flatMap(reached => projects.get(reached) ?? []))]
    const missing =
      wanted.length > 0 ? indexStyles[styleOf(file)].missing(indexesInForce(file, current), cpuIndexUrl, wanted) : []
    if (missing.length === 0 && own.length === 0) continue
    const at = indexInsertionPoint(file, included => setsIndex(files.get(included)!, current))
    const insertion: Insertion = {
      at,
      lines: [...missing, ...own.map(({ line }) => line)],
      changes: [
        ...missing.map(
          line =>
            ({ action: 'inject', name: 'torch', from: '', to: line, reason: 'the CPU wheels are there' }) as const,
        ),
        ...own.map(
          ({ project, line, reason }) => ({ action: 'add', name: project, from: '', to: line, reason }) as const,
        ),
      ],
    }
    done.set(path, insertion)
    const edit = insertionEdit(file, insertion)
    current.set(path, withSource(file, applyEdits(file.source, [edit]), environment))
  }
  return done
}

/** The lines in the file's own line ending; behind a last line without one, and then still without one. */
export function insertionEdit({ source }: RequirementsFile, { at, lines }: Insertion): Edit {
  const newline = newlineOf(source)
  const openEnd = at === source.length && at > 0 && !/[\r\n\uFEFF]$/.test(source)
  return { start: at, end: at, text: lines.map(line => (openEnd ? newline + line : line + newline)).join('') }
}

function setsIndex(file: RequirementsFile, files: ReadonlyMap<string, RequirementsFile>): boolean {
  const { indexUrl, extraIndexUrls, findLinks, noIndex } = indexesInForce(file, files)
  return indexUrl !== undefined || noIndex || extraIndexUrls.length > 0 || findLinks.length > 0
}

function innermostFirst(files: ReadonlyMap<string, RequirementsFile>): string[] {
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
