import type { RewriteResult } from '../../contract/results/rewrite.ts'
import { firstTime } from '../../text/lists.ts'
import { firstOfEach } from '../../text/of-a-kind.ts'
import { diffView } from '../diff-view.ts'
import { describeFindings, findings, leftOut } from '../findings.ts'
import { type Formatter, formatterFor, type Style } from '../formatter.ts'
import { bars } from './bars.ts'
import { bytecodeLine } from './bytecode.ts'
import { closingLine } from './closing.ts'
import { lockDiffLines, ownDiffs } from './lock-diffs.ts'
import { savingsText } from './savings.ts'
import { unitsText } from './units.ts'

/**
 * The report for a terminal: the diff, the findings, and last, where the reader looks first, the savings.
 * When it does not go to a terminal, `git apply` takes it: the diff is kept byte for byte, and git skips the text behind it.
 * Of a lock file the lines are counted, unless the diff alone or everything is asked for.
 */
export function textReport(result: RewriteResult, style: Style): string {
  const formatter = formatterFor(style)
  if (style.quiet && !style.diffOnly) return errors(result, style, formatter)
  const isWhole = style.diffOnly || style.verbose
  const shown = isWhole ? result.files.map(file => file.diff).join('') : ownDiffs(result)
  const diff = diffView(shown, formatter, style.terminal ?? style.color)
  if (style.diffOnly) return diff
  const locks = isWhole ? [] : lockDiffLines(result, formatter)
  const counted = locks.map(line => `${formatter.prose(`${line}; --verbose or --diff-only shows them`)}\n`).join('')
  const parts = [diff, counted, reported(result, style, formatter), ...savings(result, style, formatter)]
  return [...parts, `${formatter.paint('bold', formatter.prose(closingLine(result, formatter)))}\n`]
    .filter(part => part !== '')
    .join('\n')
}

/**
 * Changes and diagnostics, file by file: the first ten of each code over all files and each hint once, or everything with
 * `verbose`.
 */
function reported({ files }: RewriteResult, { verbose }: Style, formatter: Formatter): string {
  if (verbose) return files.map(file => findings(file, formatter)).join('')
  const { shown, more } = firstOfEach(
    files.flatMap(({ diagnostics }) => diagnostics),
    ({ code }) => code,
  )
  const kept = new Set(shown)
  const isNew = firstTime()
  const cut = files.map(file => ({
    ...file,
    diagnostics: file.diagnostics
      .filter(found => kept.has(found))
      .toSorted((a, b) => a.line - b.line)
      .map(({ hint, ...found }) => ({ ...found, ...(hint !== undefined && isNew(hint) && { hint }) })),
  }))
  return cut.map(file => findings(file, formatter)).join('') + leftOut(more, formatter)
}

function errors({ files }: RewriteResult, { verbose }: Style, formatter: Formatter): string {
  const found = files.flatMap(({ path, diagnostics }) =>
    diagnostics.filter(({ level }) => level === 'error').map(error => ({ path, ...error })),
  )
  return describeFindings(found, formatter, verbose)
}

/** For a single unit its packages; for several the units, and with `verbose` the packages of all. */
function savings(result: RewriteResult, { verbose }: Style, formatter: Formatter): string[] {
  const units = unitsText(result, formatter)
  const packages = result.savings ? savingsText(result.savings, formatter) : ''
  const about = `${formatter.paint('dim', formatter.prose(targetLine(result, verbose, formatter)))}\n`
  const drawn = packages === '' ? about : `${about}\n${bars(result.savings!, formatter)}`
  const bytecode = result.savings ? bytecodeLine(result.savings, formatter) : ''
  const onDisk = bytecode === '' ? '' : `${formatter.paint('dim', formatter.prose(bytecode))}\n`
  return [drawn, units === '' || verbose ? packages : '', units, onDisk]
}

/** A notice of the run has already explained why it took a Python that nothing states. */
function statedBy(source: string, verbose = false): string {
  return verbose ? source : source.replace(/^(nothing states one); .*$/s, '$1')
}

/** What the pins were chosen for, and the date of the facts unless they are today's. */
function targetLine(
  { target, index, verified }: RewriteResult,
  verbose: boolean | undefined,
  { show }: Formatter,
): string {
  const facts = {
    live: '',
    cache: ', CPU wheels as last seen (cache)',
    snapshot: `, CPU wheels as of ${index.snapshotDate ?? 'the release of torchpin'} (snapshot)`,
  }
  const proof = verified?.map(({ tool, version }) => `${tool} ${version}`) ?? []
  const verifiedBy = proof.length > 0 ? `, verified with ${[...new Set(proof)].join(' and ')}` : ''
  return show(
    `Python ${target.python.join(', ')} on ${target.platforms.join(', ')} (${statedBy(target.source, verbose)})${facts[index.origin]}${verifiedBy}`,
  )
}
