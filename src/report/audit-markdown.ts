import type { AuditResult } from '../audit/result.ts'
import { budgetLines, cure, madeBy, subject, verdict } from './audit-words.ts'
import { formatBytes } from './bytes.ts'
import { code, findingItems, paragraphs, prose } from './markdown-text.ts'

/** Packages named in a comment or a job summary. */
const ROWS = 20
/** Characters of a command. */
const LONGEST = 80

/** The report for a pull request or a job summary. */
export function auditMarkdown(result: AuditResult): string {
  const { findings, distributions, layers } = result
  const fix = cure(result)
  return paragraphs([
    `**${prose(verdict(result))}**`,
    prose(subject(result)),
    budgetLines(result)
      .map(({ text }) => `- ${prose(text)}`)
      .join('\n'),
    findingItems(findings),
    fix === '' ? '' : `Fix: ${prose(fix)}`,
    table(
      ['package', 'version', 'unpacked', 'for GPUs'],
      distributions
        .slice(0, ROWS)
        .map(({ name, version, bytes, accelerator }) => [
          code(name),
          code(version),
          formatBytes(bytes),
          gpu(accelerator),
        ]),
    ),
    table(
      ['layer', 'unpacked', 'stored', 'for GPUs'],
      layers.map(layer => [
        code(madeBy(layer).slice(0, LONGEST)),
        formatBytes(layer.bytes),
        formatBytes(layer.compressed),
        gpu(layer.accelerator),
      ]),
    ),
  ])
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const rule = titles.map((_, i) => (i > titles.length - 3 ? '---:' : '---'))
  return [titles, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function gpu(bytes: number): string {
  return bytes === 0 ? '' : formatBytes(bytes)
}
