import type { RewriteResult } from '../result.ts'
import { formatBytes } from './bytes.ts'

/** A report for a pull request or a job summary. */
export function markdownReport({ files, savings }: RewriteResult): string {
  const parts: string[] = []
  if (savings) {
    const { before, after, saved } = savings
    const approximately = before.exact && after.exact ? '' : '~'
    parts.push(
      `**${approximately}${formatBytes(saved.download)} less to download, ${approximately}${formatBytes(saved.installed)} less installed** (${before.packages} → ${after.packages} packages)`,
      ['| package | before | after | download before | after |', '| --- | --- | --- | ---: | ---: |']
        .concat(
          savings.packages
            .filter(row => row.before?.version !== row.after?.version)
            .map(
              ({ name, before: old, after: now }) =>
                `| ${[name, old?.version ?? '–', now?.version ?? '–', old ? formatBytes(old.download) : '–', now ? formatBytes(now.download) : '–'].map(cell).join(' | ')} |`,
            ),
        )
        .join('\n'),
    )
  }
  const told = files.flatMap(({ path, diagnostics }) =>
    diagnostics.map(
      ({ line, level, code, message }) => `- ${cell(`${path}:${line}`)}: ${level} \`${code}\`: ${cell(message)}`,
    ),
  )
  if (told.length > 0) parts.push(told.join('\n'))
  const diff = files.map(file => file.diff).join('')
  if (diff) {
    const longest = Math.max(2, ...[...diff.matchAll(/`+/g)].map(([ticks]) => ticks.length))
    const fence = '`'.repeat(longest + 1)
    parts.push(`${fence}diff\n${diff.replace(/\n?$/, '\n')}${fence}`)
  }
  return `${parts.join('\n\n') || 'Nothing to change.'}\n`
}

const cell = (text: string): string => text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/[\r\n]+/g, ' ')
