import { TorchpinError } from './errors.ts'
import type { RequirementsFile } from './requirements/files.ts'
import { frame, positionAt } from './text/position.ts'

/**
 * Refuses files with lines that pip would refuse: what cannot be read cannot be proved to install.
 * A line that torchpin knows how to repair is none of them.
 * @throws TorchpinError FILE_UNREADABLE, which shows every such line with a caret
 */
export function refuseUnreadable(files: Iterable<RequirementsFile>): void {
  const shown: string[] = []
  for (const file of files) {
    for (const statement of file.statements) {
      if (statement.kind !== 'unreadable' || statement.repairable) continue
      const { line, column } = positionAt(file.source, statement.at.start)
      const hint = statement.hint ? `\nhint: ${statement.hint}` : ''
      shown.push(`${file.path}:${line}:${column}: ${statement.problem}\n${frame(file.source, statement.at)}${hint}`)
    }
  }
  if (shown.length === 0) return
  throw new TorchpinError('FILE_UNREADABLE', shown.join('\n'), {
    hint: 'pip refuses such a line too; mend it and run again, nothing was changed',
  })
}
