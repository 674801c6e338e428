import type { Finding } from '../contract/results/rewrite.ts'
import { counted } from '../text/bytes.ts'
import { diffView } from './diff-view.ts'
import { describeFindings, explainLine, fromTop } from './findings.ts'
import { formatterFor, type Style } from './formatter.ts'
import { verdictCommands } from './github.ts'
import { jsonDocument } from './json-document.ts'
import { findingItems, paragraphs, prose } from './markdown-text.ts'
import { sarif } from './sarif.ts'

/** What a command found in files that it may fix. */
export interface FixedFiles {
  readonly files: readonly { readonly diff: string; readonly findings: readonly FixedFinding[] }[]
  readonly ok: boolean
}

interface FixedFinding extends Finding {
  readonly fixable: boolean
  readonly fixed: boolean
}

/**
 * How a command prints that finds things in files and fixes them, by `--format`.
 * @param title of the command
 * @param costs a sentence about all of it, behind the verdict; empty: there is none
 */
export function fixReports<Result extends FixedFiles>(title: string, costs: (result: Result) => string = () => '') {
  const verdictOf = (result: Result) => [verdict(result), costs(result)].filter(part => part !== '').join('. ')
  return {
    text: (result: Result, style: Style) => text(result, style, verdictOf(result)),
    json: (result: Result) => jsonDocument(result),
    markdown: (result: Result, { verbose }: Style) =>
      paragraphs([`**${prose(verdictOf(result))}**`, findingItems(reported(result), verbose)]),
    github: (result: Result, style: Style) =>
      verdictCommands(title, { findings: fromTop(reported(result), style), ok: result.ok }, verdictOf(result)),
    // A finding that the run fixes is no alert.
    sarif: ({ files }: Result, style: Style) =>
      sarif(
        fromTop(
          files.flatMap(({ findings }) => findings).filter(({ fixed }) => !fixed),
          style,
        ),
      ),
  } satisfies Record<string, (result: Result, style: Style) => string>
}

function text(result: FixedFiles, style: Style, closing: string): string {
  const formatter = formatterFor(style)
  const diff = diffView(result.files.map(file => file.diff).join(''), formatter, style.terminal ?? style.color)
  const asked = reported(result).filter(({ level }) => !style.quiet || level === 'error')
  const found = describeFindings(asked, formatter, style.verbose)
  if (style.diffOnly) return diff
  if (style.quiet) return found
  const last = `${formatter.paint(result.ok ? 'green' : 'bold', formatter.prose(closing))}\n`
  const more = found === '' ? '' : `${explainLine(formatter)}\n`
  return [diff, found, last + more].filter(part => part !== '').join('\n')
}

/** The findings of all files, those that the run fixed marked. */
function reported({ files }: FixedFiles): FixedFinding[] {
  return files
    .flatMap(({ findings }) => findings)
    .map(finding => (finding.fixed ? { ...finding, message: `${finding.message} (fixed)` } : finding))
}

/** The run in one line. */
function verdict({ files }: FixedFiles): string {
  const findings = files.flatMap(file => file.findings)
  const count = (level: FixedFinding['level']) => findings.filter(found => found.level === level && !found.fixed).length
  const levels = [
    [count('error'), 'error'],
    [count('warning'), 'warning'],
    [count('info'), 'note'],
  ] as const
  const left = levels.filter(([n]) => n > 0).map(([n, what]) => counted(n, what))
  const fixed = findings.filter(found => found.fixed).length
  const fixable = findings.filter(found => found.fixable && !found.fixed).length
  return [
    left.length === 0 ? (fixed === 0 ? 'Nothing found' : 'Nothing left') : left.join(', '),
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
    ...(fixable > 0 ? [`${fixable} that --fix mends`] : []),
  ].join('; ')
}
