import type { RewriteResult } from '../result.ts'
import { firstOfEach } from '../text/of-a-kind.ts'
import { bars } from './bars.ts'
import { bytecodeLine } from './bytecode.ts'
import { closingLine } from './closing.ts'
import { diffView } from './diff-view.ts'
import { describeFindings, findings, leftOut } from './findings.ts'
import { type Pen, penFor, type Style } from './pen.ts'
import { savingsTable } from './savings-table.ts'
import { unitsTable } from './units-table.ts'

/**
 * The report for a terminal: the diff, what there is to say, and at the end, where the eye is, what is saved.
 * Where it does not go to a terminal the diff is the bytes that `git apply` takes, and git reads over what follows it.
 */
export function textReport(result: RewriteResult, style: Style): string {
  const pen = penFor(style)
  if (style.quiet && !style.diffOnly) return errors(result, style, pen)
  const diff = diffView(result.files.map(file => file.diff).join(''), pen, style.terminal ?? style.color)
  if (style.diffOnly) return diff
  const parts = [diff, told(result, style, pen), ...savings(result, style, pen)]
  return [...parts, `${pen.paint('bold', pen.prose(closingLine(result, pen)))}\n`]
    .filter(part => part !== '')
    .join('\n')
}

/** What was done and what there is to say, file by file; of each code the first ten of all files, unless all are asked for. */
function told({ files }: RewriteResult, { verbose }: Style, pen: Pen): string {
  if (verbose) return files.map(file => findings(file, pen)).join('')
  const { shown, more } = firstOfEach(
    files.flatMap(({ diagnostics }) => diagnostics),
    ({ code }) => code,
  )
  const kept = new Set(shown)
  const cut = files.map(file => ({ ...file, diagnostics: file.diagnostics.filter(found => kept.has(found)) }))
  return cut.map(file => findings(file, pen)).join('') + leftOut(more, pen)
}

function errors({ files }: RewriteResult, { verbose }: Style, pen: Pen): string {
  const found = files.flatMap(({ path, diagnostics }) =>
    diagnostics.filter(({ level }) => level === 'error').map(error => ({ path, ...error })),
  )
  return describeFindings(found, pen, verbose)
}

/** Of one unit its packages; of several the units, and the packages of all to who wants more. */
function savings(result: RewriteResult, { verbose }: Style, pen: Pen): string[] {
  const units = unitsTable(result, pen)
  const packages = result.savings ? savingsTable(result.savings, pen) : ''
  const about = `${pen.paint('dim', pen.prose(targetLine(result, pen)))}\n`
  const drawn = packages === '' ? about : `${about}\n${bars(result.savings!, pen)}`
  const bytecode = result.savings ? bytecodeLine(result.savings, pen) : ''
  const onDisk = bytecode === '' ? '' : `${pen.paint('dim', pen.prose(bytecode))}\n`
  return [drawn, units === '' || verbose ? packages : '', units, onDisk]
}

/** What the pins were chosen for, and from when the facts are unless they are of today. */
function targetLine({ target, index, verified }: RewriteResult, { show }: Pen): string {
  const facts = {
    live: '',
    cache: ', CPU wheels as last seen (cache)',
    snapshot: `, CPU wheels as of ${index.snapshotDate ?? 'the release of torchpin'} (snapshot)`,
  }
  const proof = verified?.map(({ tool, version }) => `${tool} ${version}`) ?? []
  const verifiedBy = proof.length > 0 ? `, verified with ${[...new Set(proof)].join(' and ')}` : ''
  return show(
    `Python ${target.python.join(', ')} on ${target.platforms.join(', ')} (${target.source})${facts[index.origin]}${verifiedBy}`,
  )
}
