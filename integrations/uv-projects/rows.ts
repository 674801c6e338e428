import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a row of fixtures/uv-projects says of its project, in expect.json. */
export interface Expectation {
  readonly why: string
  /** Of `torchpin rewrite`. */
  readonly exitCode: number
  /** Paths of the files that it changes; none: all is left as it is. */
  readonly changes: readonly string[]
  /** Public release of each project of the family that `after` locks, everywhere. */
  readonly releases?: Readonly<Record<string, string>>
  /** Where a lock that holds nothing would go. */
  readonly floatsTo?: Readonly<Record<string, string>>
  /** Names that `after` no longer locks, and those that it locks for the first time. */
  readonly leaves?: readonly string[]
  readonly comes?: readonly string[]
  /** Releases of other projects that `after` holds: those of CPU alternatives. */
  readonly holds?: Readonly<Record<string, string>>
  /** Names whose releases may be others in `after`, since an index went that gave them too. */
  readonly mayChange?: readonly string[]
  /** Words for `uv lock` when `before` was locked. */
  readonly lockedWith?: readonly string[]
  /** Releases that `before` was locked at by Poetry, which has no such words. */
  readonly lockedAt?: Readonly<Record<string, string>>
  /** It is for a person, or for a network that is not here: there is no lock file. */
  readonly unlocked?: boolean
  /** To lock it uv would run a build backend of the repository. */
  readonly lockingRunsCode?: boolean
  /** There is no lock file before. */
  readonly noLockBefore?: boolean
  /** Nothing says that uv manages it: the user names its file. */
  readonly named?: boolean
  /** A script with inline metadata, and whether it has a lock file of its own. */
  readonly script?: string
  readonly locked?: boolean
  /** By declared conflicts the lock holds a CPU build and a CUDA build. */
  readonly holdsBoth?: boolean
  /** CUDA stays, because a person said so. */
  readonly keepsCuda?: boolean
  /** Variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** `poetry` locks it, not uv. */
  readonly tool?: 'poetry'
  /** What is said, in meaning; its code, or the topic of what has none yet. */
  readonly says: readonly {
    readonly code?: string
    readonly level: string
    readonly name: string
    readonly meaning: string
  }[]
}

export interface Row {
  readonly name: string
  readonly folder: string
  readonly expected: Expectation
}

export type Side = 'before' | 'after'

export const rowsFolder = 'fixtures/uv-projects'

/** The rows of those names, or all. */
export function readRows(names: readonly string[]): Row[] {
  const found = readdirSync(rowsFolder).filter(name => existsSync(join(rowsFolder, name, 'expect.json')))
  const unknown = names.filter(name => !found.includes(name))
  if (unknown.length > 0) throw new Error(`no such rows: ${unknown.join(', ')}`)
  return (names.length > 0 ? names : found.sort()).map(name => {
    const folder = join(rowsFolder, name)
    return { name, folder, expected: JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) }
  })
}

/** Paths of the files below a folder, those of environments left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => !/(?:^|\/)\.venv(?:\/|$)/.test(path) && statSync(join(folder, path)).isFile())
    .sort()
}

const isText = (path: string) => /\.(?:toml|lock|py|txt)$|Dockerfile$/.test(path)

/** Copies a project file by file, the hosts in its texts exchanged. */
export function copyProject(
  from: string,
  to: string,
  exchanged: (text: string) => string,
  isWanted = (_path: string) => true,
): void {
  for (const path of filesBelow(from).filter(isWanted)) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    if (isText(path)) writeFileSync(join(to, path), exchanged(readFileSync(join(from, path), 'utf8')))
    else cpSync(join(from, path), join(to, path))
  }
}
