import type { Change, FileResult, RewriteResult } from '../../contract/results/rewrite.ts'
import { firstNames } from '../../text/lists.ts'
import { firstOfEach } from '../../text/of-a-kind.ts'
import { fromTop } from '../findings.ts'
import { formatterFor, type Style } from '../formatter.ts'
import { command, findingCommands } from '../github.ts'
import { closingLine } from './closing.ts'
import { isLock } from './lock-diffs.ts'

/** Packages of a lock that an annotation names. */
const NAMES = 6

/**
 * Workflow commands of GitHub Actions: what there is to say and what was changed, as annotations at their lines, and the run
 * as a whole. Errors first, since GitHub shows ten annotations of a level and step and drops the rest.
 */
export function githubReport(result: RewriteResult, style: Style): string {
  const files = fromTop(result.files, style)
  const found = files.flatMap(({ path, diagnostics }) => diagnostics.map(of => ({ path, ...of })))
  return [
    findingCommands(found),
    command('notice', { title: 'torchpin' }, closingLine(result, formatterFor(style))),
    ...firstOfEach(files.flatMap(annotated), ({ action }) => action).shown.map(
      ({ path, action, line, name, text, reason }) =>
        command('notice', { file: path, line, title: `${action} ${name}` }, `${text}: ${reason}`),
    ),
  ].join('')
}

interface Annotated extends Change {
  readonly path: string
  /** What has happened, as a clause. */
  readonly text: string
}

/** The changes of a file. What a lock loses for one reason is one piece of news, or it would take all that GitHub shows. */
function annotated(file: FileResult): Annotated[] {
  const { path, changes } = file
  return changes.flatMap((change): Annotated[] => {
    const { action, from, to, reason } = change
    const alike = changes.filter(one => action === 'remove' && one.action === action && one.reason === reason)
    if (!isLock(file) || alike.length < 2) return [{ ...change, path, text: changeText(from, to) }]
    const names = alike.map(one => one.from)
    return alike[0] === change ? [{ ...change, path, text: `${firstNames(names, NAMES)} are gone` }] : []
  })
}

export function changeText(from: string, to: string): string {
  if (from === '') return `${to} is new`
  return to === '' ? `${from} is gone` : `${from} becomes ${to}`
}
