import { printable } from '../text/terminal.ts'
import type { VersionsResult } from '../versions-result.ts'
import { code, paragraphs, prose } from './markdown-text.ts'
import { penFor, type Style } from './pen.ts'
import { companionsShown, linesToPin, newestPair, pythonRuns, remarks, subject, torchNeed } from './versions-cells.ts'

/** The list for a page or a pull request: a table, what it does not tell, and the lines to pin. */
export function versionsMarkdown(result: VersionsResult, style: Style): string {
  const { glyphs } = penFor({ ...style, color: false })
  const ofTorch = result.package === 'torch'
  const companions = companionsShown(result)
  const rows = result.releases.map(release => [
    `${code(release.version)}${release.yanked ? ' (yanked)' : ''}`,
    pythonRuns(release.pythons, glyphs),
    release.platforms.join(', '),
    ...(ofTorch ? companions.map(name => newestPair(release, name, glyphs)) : [torchNeed(release, glyphs)]),
    release.uploaded?.slice(0, 10) ?? '',
  ])
  const head = ['version', 'Pythons', 'platforms', ...(ofTorch ? companions : ['torch']), 'uploaded']
  const dated = result.releases.some(({ uploaded }) => uploaded !== null)
  const cells = [head, head.map(() => '---'), ...rows.map(([version = '', ...rest]) => [version, ...rest.map(prose)])]
  const lines = linesToPin(result).map(line => printable(line).replaceAll('`', ''))
  return paragraphs([
    `**${prose(subject(result).join(', '))}**`,
    cells.map(row => `| ${(dated ? row : row.slice(0, -1)).join(' | ')} |`).join('\n'),
    ...remarks(result)
      .map(remark => `- ${prose(remark)}`)
      .join('\n')
      .split(/(?=^$)/),
    `To pin the newest:\n\n\`\`\`\n${lines.join('\n')}\n\`\`\``,
  ])
}
