import { stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode } from '../../files/encoding.ts'
import { includedBy } from '../../formats/requirements/files.ts'
import type { Option, Statement } from '../../formats/requirements/parse.ts'
import { namesWheel } from '../../formats/requirements/reference-line.ts'
import type { RequirementsFile } from '../../formats/requirements/requirements-file.ts'
import { applyEdits, type Edit } from '../../text/edits.ts'
import { positionAt } from '../../text/position.ts'

/** A copy of the files of a run in a folder of their own, for an installer to read before anything is written. */
export interface Shadow {
  /** The arguments of an installer: `-r` or `-c` and a path, one pair for each file that no other brings in. */
  readonly arguments: readonly string[]
  /** Lines left out, `requirements.txt:3`: to look at them may run the code of a package, or fetch a repository. */
  readonly leftOut: readonly string[]
  /** A message of an installer, with the names of the real files in it. */
  withRealNames(text: string): string
}

/**
 * Copies files.
 * @param files what they are to be, by absolute path, their includes among them
 * @param folder where the copies go
 * @param cwd where pip's paths on a line of their own start
 */
export async function shadowOf(
  files: ReadonlyMap<string, RequirementsFile>,
  folder: string,
  cwd: string,
): Promise<Shadow> {
  const copies = new Map([...files.keys()].map((path, i) => [path, join(folder, `${i}-${basename(path)}`)]))
  const included = includedBy(files.values())
  const leftOut: string[] = []
  for (const file of files.values()) {
    const left = await chosen(file.statements, async statement => !(await bringsWheelsAlone(statement, cwd)))
    leftOut.push(...left.map(({ span }) => `${file.path}:${positionAt(file.source, span.start).line}`))
    const stays = (statement: Statement) => !left.some(({ span }) => span.start === statement.span.start)
    const edits = [...left.map(({ span }) => ({ ...span, text: '\n' })), ...moved(file, copies, cwd, stays)]
    await writeFile(copies.get(file.absolute)!, encode(applyEdits(file.source, edits), file.encoding))
  }
  return {
    arguments: [...files.values()]
      .filter(file => !included.has(file.absolute))
      .flatMap(file => [file.role === 'constraints' ? '-c' : '-r', copies.get(file.absolute)!]),
    leftOut,
    withRealNames: text =>
      [...files.values()].reduce(
        (message, { absolute, path }) => message.replaceAll(copies.get(absolute)!, path),
        text,
      ),
  }
}

async function chosen<Item>(items: readonly Item[], isChosen: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const found = await Promise.all(items.map(isChosen))
  return items.filter((_, i) => found[i])
}

/**
 * Whether a line can bring in wheels alone. A folder, a repository, or an archive that is no wheel has to be built to be
 * looked at; `--no-binary` has everything built, and a file from the net may hold any of this.
 */
async function bringsWheelsAlone(statement: Statement, cwd: string): Promise<boolean> {
  if (statement.kind === 'option') return !statement.options.some(option => builds(option) || isFromTheNet(option))
  if (statement.kind === 'reference') return isWheel(statement.target, cwd)
  return statement.kind !== 'requirement' || statement.requirement.url === undefined
    ? true
    : isWheel(statement.requirement.url, cwd)
}

const builds = ({ name }: Option): boolean => name === 'editable' || name === 'no-binary'

const isFromTheNet = ({ name, value = '' }: Option): boolean =>
  (name === 'requirement' || name === 'constraint') && /^https?:/i.test(value)

/** Whether there is a wheel for sure: a folder may have the name of one, and a repository too. */
async function isWheel(target: string, cwd: string): Promise<boolean> {
  if (!namesWheel(target)) return false
  if (/^https?:/i.test(target)) return true
  try {
    const path = /^file:/i.test(target) ? fileURLToPath(target) : resolve(cwd, target)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** Where paths in a file start is another place for a copy, so they have to be whole; those of pip's own start at `cwd`. */
function* moved(
  file: RequirementsFile,
  copies: ReadonlyMap<string, string>,
  cwd: string,
  stays: (statement: Statement) => boolean,
): Generator<Edit> {
  for (const { statement, file: target } of file.includes) {
    if (!stays(statement)) continue
    const option = statement.options.find(({ name }) => name === 'requirement' || name === 'constraint')!
    yield { ...option.span, text: written(option, copies.get(target)!) }
  }
  for (const statement of file.statements.filter(stays)) {
    if (statement.kind === 'reference' && statement.form === 'path')
      yield { ...statement.at, text: resolve(cwd, statement.target) }
    if (statement.kind !== 'option') continue
    for (const option of statement.options)
      if (option.name === 'find-links' && !/^[a-z][a-z0-9+.-]*:/i.test(option.value!))
        yield { ...option.span, text: written(option, resolve(dirname(file.absolute), option.value!)) }
  }
}

function written({ name }: Option, path: string): string {
  return `--${name} "${path.replace(/["\\]/g, '\\$&')}"`
}
