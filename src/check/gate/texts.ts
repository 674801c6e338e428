import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TorchpinError } from '../../contract/errors.ts'
import { parseRequirements, type Statement, type Variables } from '../../formats/requirements/parse.ts'
import type { Side } from './other-side.ts'

/** Files that one run compares at most; git is asked for each. */
const MOST = 1_000

/** What a side has of some requirements files. */
export interface Texts {
  /** By absolute path. */
  readonly files: ReadonlyMap<string, string>
  /** What they bring in from outside of the repository, of which git knows nothing. */
  readonly outside: readonly string[]
}

/**
 * The texts of requirements files on a side, with those that they bring in there, and the pyproject.toml of each folder that
 * they name.
 *
 * @param starts absolute paths
 * @param isInside whether a path lies in the repository; what lies elsewhere is not asked for
 * @param variables what `${NAME}` stands for
 * @throws TorchpinError FILE_UNREADABLE
 */
export async function textsOn(
  side: Side,
  starts: Iterable<string>,
  isInside: (path: string) => boolean,
  variables: Variables,
): Promise<Texts> {
  const files = new Map<string, string>()
  const outside: string[] = []
  const asked = new Set(starts)
  // A set gives what is added to it while it is gone through.
  for (const path of asked) {
    if (!isInside(path)) {
      outside.push(path)
      continue
    }
    if (asked.size > MOST)
      throw new TorchpinError('FILE_UNREADABLE', `--against compares at most ${MOST} requirements files at a time`)
    const text = await side(path)
    if (text === undefined) continue
    files.set(path, text)
    if (path.endsWith('pyproject.toml')) continue
    for (const statement of parseRequirements(text, variables).statements)
      for (const next of leadsTo(statement)) asked.add(resolve(dirname(path), next))
  }
  return { files, outside }
}

/** `./lib[sound]` is the folder `./lib`. */
function withoutExtras(target: string): string {
  const start = target.endsWith(']') ? target.lastIndexOf('[') : -1
  return start < 0 ? target : target.slice(0, start)
}

/** The files of the repository that a line leads to, from the folder of its file. */
function leadsTo(statement: Statement): string[] {
  if (statement.kind === 'reference' && statement.form === 'path')
    return [join(withoutExtras(statement.target), 'pyproject.toml')]
  if (statement.kind !== 'option') return []
  return statement.options.flatMap(({ name, effective, value = '' }) => {
    if (!effective || (name !== 'requirement' && name !== 'constraint')) return []
    if (/^file:/i.test(value)) return localPath(value)
    return /^[a-z][a-z0-9+.-]+:/i.test(value) ? [] : [value]
  })
}

function localPath(url: string): string[] {
  try {
    return [fileURLToPath(url)]
  } catch {
    return []
  }
}
