import { posix } from 'node:path'
import type { Change, FileResult, Finding } from '../contract/results/rewrite.ts'
import { counted } from '../text/bytes.ts'
import { firstNames } from '../text/lists.ts'
import { firstOfEach, moreLikeIt, type Shown } from '../text/of-a-kind.ts'
import type { Formatter, Style } from './formatter.ts'

/** Names listed for a group of changes before the rest is counted. */
const NAMES = 6

const colors = { error: 'red', warning: 'yellow', info: 'cyan' } as const

/** Findings one after the other: the first ten of each code and how many more there are, or all with `verbose`. */
export function describeFindings<Found extends Finding>(
  found: readonly Found[],
  formatter: Formatter,
  verbose = false,
  describe: (finding: Found) => string = finding => describeFinding(finding, formatter),
): string {
  if (verbose) return found.map(describe).join('')
  const { shown, more } = firstOfEach(found, ({ code }) => code)
  return shown.map(describe).join('') + leftOut(more, formatter)
}

/** How many findings of each code are not shown, and how to see them. */
export function leftOut(
  more: Shown<Pick<Finding, 'code' | 'level'>>['more'],
  { paint, prose, glyphs }: Formatter,
): string {
  return more
    .map(({ like: { code, level }, count }) => {
      const about = paint(colors[level], `${level}[${code}]`)
      return `${prose(`${glyphs.more} ${about}: ${moreLikeIt(count)}; --verbose or --format json shows all`)}\n`
    })
    .join('')
}

/** The changes and diagnostics of a file in the order of its lines, one `file:line: …` each. */
export function findings({ path, changes, diagnostics }: FileResult, formatter: Formatter): string {
  const entries = [
    ...groupsOf(changes).map(group => ({ line: group[0]!.line, text: describeChanges(path, group, formatter) })),
    ...diagnostics.map(diagnostic => ({
      line: diagnostic.line,
      text: describeFinding({ path, ...diagnostic }, formatter),
    })),
  ]
  return entries
    .sort((a, b) => a.line - b.line)
    .map(({ text }) => text)
    .join('')
}

/** `requirements.txt:3: warning[code]: message`, and the hint on a line of its own. */
export function describeFinding(
  { path, code, level, line, column, message, hint }: Finding,
  { paint, show, prose }: Formatter,
): string {
  const place = [show(path), line, column].filter(part => part !== undefined).join(':')
  const head = prose(`${place}: ${paint(colors[level], `${level}[${show(code)}]`)}: ${show(message)}`)
  return hint === undefined ? `${head}\n` : `${head}\n${prose(`  ${paint('cyan', 'hint')}: ${show(hint)}`)}\n`
}

/** A hint that several findings share. */
export interface SharedHint {
  readonly hint: string
  readonly count: number
}

/** The findings without the hints that more than one of them has, and these hints, each once. */
export function withSharedHints(found: readonly Finding[]): {
  readonly findings: readonly Finding[]
  readonly shared: readonly SharedHint[]
} {
  const counts = new Map<string, number>()
  for (const { hint } of found) if (hint !== undefined) counts.set(hint, (counts.get(hint) ?? 0) + 1)
  const shared = [...counts].map(([hint, count]) => ({ hint, count })).filter(({ count }) => count > 1)
  const hints = new Set(shared.map(({ hint }) => hint))
  const findings = found.map(finding => {
    const { hint, ...rest } = finding
    return hint !== undefined && hints.has(hint) ? rest : finding
  })
  return { findings, shared }
}

/** A fix that several findings share, printed once: `fix for 11 findings: torchpin rewrite requirements.txt`. */
export function describeSharedHint({ hint, count }: SharedHint, { paint, show, prose }: Formatter): string {
  return `${prose(`${paint('cyan', `fix for ${counted(count, 'finding')}`)}: ${show(hint)}`)}\n`
}

/** Where to read more of what was found, without a line end. */
export function explainLine({ paint }: Formatter): string {
  return paint('dim', 'torchpin explain CODE tells more of each')
}

/** Changes with the same action and reason are one entry: forty lines pinned for one reason are one piece of news. */
function groupsOf(changes: readonly Change[]): Change[][] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const key = `${change.action}\n${change.reason}`
    const group = groups.get(key)
    if (group) group.push(change)
    else groups.set(key, [change])
  }
  return [...groups.values()]
}

function describeChanges(path: string, changes: readonly Change[], { paint, show, prose }: Formatter): string {
  const { action, line, reason } = changes[0]!
  const names = [...new Set(changes.map(({ name }) => show(name)))]
  return `${prose(`${show(path)}:${line}: ${paint('bold', action)} ${firstNames(names, NAMES)}: ${paint('dim', show(reason))}`)}\n`
}

/** Things with paths as a code host wants them: from the top of the repository, wherever in it the run is. */
export function fromTop<Placed extends { readonly path: string }>(
  things: readonly Placed[],
  { folder = '' }: Pick<Style, 'folder'>,
): readonly Placed[] {
  if (folder === '') return things
  return things.map(thing =>
    posix.isAbsolute(thing.path) ? thing : { ...thing, path: posix.join(folder, thing.path) },
  )
}
