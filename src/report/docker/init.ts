import type { ReportFormat } from '../../contract/options.ts'
import type { DockerInitResult } from '../../contract/results/docker-init.ts'
import { diffView } from '../diff-view.ts'
import { describeFindings } from '../findings.ts'
import { formatterFor, type Style } from '../formatter.ts'
import { jsonDocument } from '../json-document.ts'

/** How `docker init` prints, by `--format`. `dry`: nothing was written, so the files are shown. */
export const dockerInitReports = {
  text: dockerInitText,
  json: (result: DockerInitResult) => jsonDocument(result),
} satisfies Record<ReportFormat<'docker init'>, (result: DockerInitResult, style: Style, dry: boolean) => string>

function dockerInitText(result: DockerInitResult, style: Style, dry: boolean): string {
  const formatter = formatterFor(style)
  const { paint, show, glyphs } = formatter
  const diffs = dry
    ? result.files
        .map(({ diff }) => diffView(diff, formatter, style.terminal ?? style.color))
        .filter(diff => diff !== '')
    : []
  if (style.quiet) return diffs.join('')
  const width = Math.max(
    ...result.recognised.map(({ what, value }) => `${what} ${value}`.length).filter(size => size < 48),
    0,
  )
  const recognised = result.recognised.map(({ what, value, source }) => {
    const gap = ' '.repeat(Math.max(width - `${what} ${value}`.length, 0))
    return `${what} ${paint('bold', show(value))}${gap}  ${paint('dim', `(${show(source)})`)}\n`
  })
  const verbs = dry
    ? { write: 'would be written', replace: 'would be replaced', keep: 'stays as it is' }
    : { write: 'written', replace: 'replaced', keep: 'stays as it is' }
  const files = result.files.map(({ path, action }) => `${show(path)} ${glyphs.arrow} ${verbs[action]}\n`)
  const findings = describeFindings(result.findings, formatter, style.verbose)
  const next = result.next.map(command => `  ${show(command)}\n`)
  return [...diffs, recognised.join(''), findings, files.join(''), `Next:\n${next.join('')}`]
    .filter(part => part !== '')
    .join('\n')
}
