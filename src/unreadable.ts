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
    hint: 'pip refuses such a line too; mend it, or leave the file out with --exclude, and run again; nothing was changed',
  })
}

/**
 * Whether a file is text for people that only bears the name of a requirements file: most of its lines cannot be read, and none
 * that can is more than a word. A requirements file with broken lines is none of them: there something has a version, an
 * option or a place.
 */
export function isProse({ statements }: RequirementsFile): boolean {
  const unreadable = statements.filter(({ kind }) => kind === 'unreadable').length
  const words = statements.filter(
    statement =>
      statement.kind === 'requirement' &&
      statement.requirement.specifier.clauses.length === 0 &&
      statement.requirement.url === undefined,
  ).length
  const blank = statements.filter(({ kind }) => kind === 'blank').length
  return unreadable > words && unreadable + words + blank === statements.length
}
