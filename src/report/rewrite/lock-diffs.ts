import type { FileResult, RewriteResult } from '../../contract/results/rewrite.ts'
import { counted } from '../../text/bytes.ts'
import type { Formatter } from '../formatter.ts'

/** Whether a file is one that a tool writes, as long as it likes: uv.lock, poetry.lock, the lock of a script. */
export function isLock({ path }: Pick<FileResult, 'path'>): boolean {
  return /(?:^|[/\\])(?:uv|poetry)\.lock$|\.py\.lock$/.test(path)
}

/** The diffs of the files that people write, one behind the other. */
export function ownDiffs({ files }: RewriteResult): string {
  return files.map(file => (isLock(file) ? '' : file.diff)).join('')
}

/** How much of each lock file changes, without a line end: `uv.lock: 80 lines added, 295 lines removed`. */
export function lockDiffLines({ files }: RewriteResult, { show }: Pick<Formatter, 'show'>): string[] {
  return files
    .filter(file => isLock(file) && file.diff !== '')
    .map(({ path, diff }) => {
      const [, , ...lines] = diff.split('\n')
      const linesWith = (sign: string) => counted(lines.filter(line => line.startsWith(sign)).length, 'line')
      return `${show(path)}: ${linesWith('+')} added, ${linesWith('-')} removed`
    })
}
