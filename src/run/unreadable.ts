import { TorchpinError } from '../contract/errors.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { kindOfLine, type UnreadableStatement } from '../formats/requirements/statement.ts'
import { formatOf, type OtherFormat } from '../project-files/other-formats.ts'
import { firstOfEach, moreLikeIt } from '../text/of-a-kind.ts'
import { frame, positionAt } from '../text/position.ts'

/**
 * Refuses files with lines that pip would refuse: what cannot be read cannot be proved to install.
 * A line that torchpin knows how to repair is none of them.
 *
 * @param named absolute paths of the files that an argument names: --exclude does not leave them out
 * @throws TorchpinError FILE_UNREADABLE, which shows the first ten such lines of each kind with a caret; of a file in another
 *   format it says which
 */
export function refuseUnreadable(files: Iterable<RequirementsFile>, named: ReadonlySet<string>): void {
  const refused = [...files]
    .map(file => ({ file, lines: unreadableIn(file), format: otherFormat(file) }))
    .filter(({ lines }) => lines.length > 0)
  const [only] = refused
  if (!only) return
  if (only.format && refused.length === 1)
    throw new TorchpinError('FILE_UNREADABLE', notRequirements(only.file, only.format), { hint: only.format.instead })
  const others = refused.flatMap(({ file, format }) =>
    format ? [`${notRequirements(file, format)}\nhint: ${format.instead}`] : [],
  )
  const unreadable = refused.flatMap(({ file, lines, format }) =>
    format ? [] : lines.map(statement => ({ file, statement })),
  )
  const { shown, more } = firstOfEach(unreadable, ({ statement }) => kindOfHint(statement))
  const reported = shown.map(({ file, statement }) => shownLine(file, statement))
  const rest = more.map(({ count, like }) => {
    const kind = kindOfHint(like.statement)
    return `… ${moreLikeIt(count)}${kind ? `: ${kind}` : ''}`
  })
  const canBeExcluded = refused.every(({ file }) => file.root && !named.has(file.absolute))
  const exclude = canBeExcluded ? ', or leave the file out with --exclude,' : ''
  throw new TorchpinError('FILE_UNREADABLE', [...others, ...reported, ...rest].join('\n'), {
    hint: `pip refuses such a line too; mend it${exclude} and run again; nothing was changed`,
  })
}

function unreadableIn({ statements }: RequirementsFile): UnreadableStatement[] {
  return statements.flatMap(statement => (statement.kind === 'unreadable' && !statement.repairable ? [statement] : []))
}

/** Problems quote lines, and so does the hint of a missing `==`: each would be a kind of its own. */
function kindOfHint({ hint = '' }: UnreadableStatement): string {
  return hint.startsWith('write ') && /[\w\]]==\d/.test(hint) ? 'write == between name and version' : hint
}

const notRequirements = ({ path }: RequirementsFile, { what }: OtherFormat): string =>
  `${path} is ${what}, not a requirements file`

function shownLine({ path, source }: RequirementsFile, { at, problem, hint }: UnreadableStatement): string {
  const { line, column } = positionAt(source, at.start)
  return `${path}:${line}:${column}: ${problem}\n${frame(source, at)}${hint ? `\nhint: ${hint}` : ''}`
}

/**
 * What a file is that somebody took for a requirements file: at least half of its lines are none of requirements.
 * @returns undefined where it looks like nothing that is known, and where single lines are wrong
 */
export function otherFormat({ statements, source }: RequirementsFile): OtherFormat | undefined {
  const kinds = statements.filter(({ kind }) => kind !== 'blank').map(kindOfLine)
  const texts = kinds.filter(kind => kind === 'text').length
  return texts > 0 && 2 * texts >= kinds.length ? formatOf(source) : undefined
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
