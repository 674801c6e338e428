import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { encode } from '../requirements/encoding.ts'
import { includedBy, type RequirementsFile } from '../requirements/files.ts'
import type { Option, Statement } from '../requirements/parse.ts'
import { namesWheel } from '../requirements/reference-line.ts'
import { applyEdits, type Edit } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'

/** A copy of the files of a run in a folder of their own, for an installer to read before anything is written. */
export interface Shadow {
  /** What an installer is told: `-r` or `-c` and a path, one pair for each file that no other brings in. */
  readonly arguments: readonly string[]
  /** Lines left out, `requirements.txt:3`: to look at them is to run the code of a package, or to fetch a repository. */
  readonly leftOut: readonly string[]
  /** What an installer says, with the names of the real files in it. */
  withRealNames(text: string): string
  remove(): Promise<void>
}

/** Copies files. @param files what they are to be, by absolute path, their includes among them */
export async function shadowOf(files: ReadonlyMap<string, RequirementsFile>): Promise<Shadow> {
  const folder = await mkdtemp(join(tmpdir(), 'torchpin-verify-'))
  const copies = new Map([...files.keys()].map((path, i) => [path, join(folder, `${i}-${basename(path)}`)]))
  const included = includedBy(files.values())
  const leftOut: string[] = []
  for (const file of files.values()) {
    const left = file.statements.filter(runsCode)
    leftOut.push(...left.map(({ span }) => `${file.path}:${positionAt(file.source, span.start).line}`))
    const edits = [...left.map(({ span }) => ({ ...span, text: '\n' })), ...moved(file, copies)]
    await writeFile(copies.get(file.absolute)!, encode(applyEdits(file.source, edits), file.encoding))
  }
  return {
    arguments: [...files.values()]
      .filter(file => !included.has(file.absolute))
      .flatMap(file => [file.role === 'constraints' ? '-c' : '-r', copies.get(file.absolute)!]),
    leftOut,
    withRealNames: text =>
      [...files.values()].reduce((told, { absolute, path }) => told.replaceAll(copies.get(absolute)!, path), text),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A folder, a repository, or an archive that is no wheel: what it needs is known only when it is built. */
function runsCode(statement: Statement): boolean {
  if (statement.kind === 'reference') return !namesWheel(statement.target)
  if (statement.kind === 'requirement')
    return statement.requirement.url !== undefined && !namesWheel(statement.requirement.url)
  return (
    statement.kind === 'option' && statement.options.some(({ name }) => name === 'editable' || name === 'no-binary')
  )
}

/** Paths in a file start at its folder, so in a copy elsewhere they have to be whole. */
function* moved(file: RequirementsFile, copies: ReadonlyMap<string, string>): Generator<Edit> {
  for (const { statement, file: target } of file.includes) {
    const option = statement.options.find(({ name }) => name === 'requirement' || name === 'constraint')!
    yield { ...option.span, text: written(option, copies.get(target)!) }
  }
  for (const statement of file.statements)
    if (statement.kind === 'option')
      for (const option of statement.options)
        if (option.name === 'find-links' && !/^[a-z][a-z0-9+.-]*:/i.test(option.value!))
          yield { ...option.span, text: written(option, resolve(dirname(file.absolute), option.value!)) }
}

function written({ name }: Option, path: string): string {
  return `--${name} "${path.replace(/["\\]/g, '\\$&')}"`
}
