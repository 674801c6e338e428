import { TorchpinError } from './errors.ts'
import type { RequirementsFile } from './requirements/files.ts'
import { kindOfLine } from './requirements/line-kind.ts'
import { firstOfEach, moreLikeIt } from './text/of-a-kind.ts'
import { frame, positionAt } from './text/position.ts'

/**
 * Refuses files with lines that pip would refuse: what cannot be read cannot be proved to install.
 * A line that torchpin knows how to repair is none of them.
 * @throws TorchpinError FILE_UNREADABLE, which shows the first ten such lines of each kind with a caret
 */
export function refuseUnreadable(files: Iterable<RequirementsFile>): void {
  const unreadable = [...files].flatMap(file =>
    file.statements.flatMap(statement =>
      statement.kind === 'unreadable' && !statement.repairable ? { file, statement } : [],
    ),
  )
  if (unreadable.length === 0) return
  // Problems quote lines, so that each would be a kind of its own.
  const { shown, more } = firstOfEach(unreadable, ({ statement: { hint = '' } }) => hint)
  const told = shown.map(({ file: { path, source }, statement: { at, problem, hint } }) => {
    const { line, column } = positionAt(source, at.start)
    return `${path}:${line}:${column}: ${problem}\n${frame(source, at)}${hint ? `\nhint: ${hint}` : ''}`
  })
  const rest = more.map(
    ({ count, like }) => `… ${moreLikeIt(count)}${like.statement.hint ? `: ${like.statement.hint}` : ''}`,
  )
  throw new TorchpinError('FILE_UNREADABLE', [...told, ...rest].join('\n'), {
    hint: 'pip refuses such a line too; mend it, or leave the file out with --exclude, and run again; nothing was changed',
  })
}

/**
 * Refuses lines in which a variable stands for the name of a project: an index is asked for each name, and would be told what
 * the variable holds.
 * @throws TorchpinError FILE_UNREADABLE
 */
export function refuseVariableNames(files: Iterable<RequirementsFile>): void {
  for (const { path, source, statements } of files) {
    for (const statement of statements) {
      if (statement.kind !== 'requirement' || !statement.usesEnvironment) continue
      const { start, end } = statement.at.name
      const written = source.slice(start, end)
      if (!written.includes('$')) continue
      throw new TorchpinError(
        'FILE_UNREADABLE',
        `${path}:${positionAt(source, start).line}: ${written} stands for the name of a project, and indexes would be told its value`,
        { hint: 'write the name itself; a variable may stand for a version or in a URL' },
      )
    }
  }
}

/**
 * Whether a file is text for people that only bears the name of a requirements file: hardly a line can be read, and none that
 * can is more than a word. A requirements file with broken lines is none of these: in it something has a version, an option
 * or a place.
 */
export function isProse({ statements }: RequirementsFile): boolean {
  const kinds = statements.filter(({ kind }) => kind !== 'blank').map(kindOfLine)
  const words = kinds.filter(kind => kind === 'word').length
  return !kinds.includes('requirement') && kinds.includes('text') && kinds.length > 2 * words
}
