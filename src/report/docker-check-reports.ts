import type { DockerCheckResult, DockerFinding } from '../docker-check.ts'
import { counted } from './bytes.ts'
import { diffView } from './diff-view.ts'
import { describeFindings, explainLine } from './findings.ts'
import { fromTop } from './from-top.ts'
import { verdictCommands } from './github.ts'
import { jsonDocument } from './json-document.ts'
import { findingItems, paragraphs, prose } from './markdown-text.ts'
import { penFor, type Style } from './pen.ts'
import { sarif } from './sarif.ts'

/** How `docker check` prints, by `--format`. */
export const dockerCheckReports = {
  text,
  json: (result: DockerCheckResult) => jsonDocument(result),
  markdown,
  github: (result: DockerCheckResult, style: Style) =>
    verdictCommands(
      'torchpin docker check',
      { findings: fromTop(told(result), style), ok: result.ok },
      verdict(result),
    ),
  // What the run mends is no alert.
  sarif: ({ files }: DockerCheckResult, style: Style) =>
    sarif(
      fromTop(
        files.flatMap(({ findings }) => findings).filter(({ fixed }) => !fixed),
        style,
      ),
    ),
} satisfies Record<string, (result: DockerCheckResult, style: Style) => string>

function text(result: DockerCheckResult, style: Style): string {
  const pen = penFor(style)
  const diff = diffView(result.files.map(file => file.diff).join(''), pen, style.terminal ?? style.color)
  const asked = told(result).filter(({ level }) => !style.quiet || level === 'error')
  const found = describeFindings(asked, pen, style.verbose)
  if (style.diffOnly) return diff
  if (style.quiet) return found
  const last = `${pen.paint(result.ok ? 'green' : 'bold', pen.prose(verdict(result)))}\n`
  const more = found === '' ? '' : `${explainLine(pen)}\n`
  return [diff, found, last + more].filter(part => part !== '').join('\n')
}

function markdown(result: DockerCheckResult, { verbose }: Style): string {
  return paragraphs([`**${prose(verdict(result))}**`, findingItems(told(result), verbose)])
}

/** The findings of all files, with a word on those that the run mends. */
function told({ files }: DockerCheckResult): DockerFinding[] {
  return files
    .flatMap(({ findings }) => findings)
    .map(finding => (finding.fixed ? { ...finding, message: `${finding.message} (fixed)` } : finding))
}

/** The run in one line. */
function verdict({ files }: DockerCheckResult): string {
  const findings = files.flatMap(file => file.findings)
  const count = (level: DockerFinding['level']) =>
    findings.filter(found => found.level === level && !found.fixed).length
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
