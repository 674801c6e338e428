import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { withSlashes } from '../../files/folders.ts'
import { rulesAbove } from '../../files/git-ignore.ts'
import { readText } from '../../files/read-text.ts'
import { walk } from '../../files/walk.ts'

/** Limits on depth and number of files: a folder of data has no end. */
const DEEPEST = 7
const MOST = 20_000

/** The files of a repository, as far as git would keep them. */
export interface Tree {
  readonly folder: string
  /** Relative, with `/` between folders, in the order of their names. */
  readonly files: readonly string[]
  /** What lies at the top, ignored by git or not; a folder ends in `/`. */
  readonly top: readonly string[]
  has(path: string): boolean
  /** A folder that holds files. */
  hasFolder(path: string): boolean
  /** Empty where there is no such file or it cannot be read; line ends are `\n`. */
  text(path: string): Promise<string>
}

/**
 * Lists what a repository holds, without environments, what git ignores, what others vendored, and repositories inside.
 * @throws Error with a `code` when the folder cannot be read
 */
export async function readTree(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files: string[] = []
  const { rules } = await rulesAbove(folder)
  for await (const { path, entry, isIgnored } of walk(
    { folder, entries, rules },
    { deepest: DEEPEST, barredBy: '.git' },
  )) {
    if (files.length >= MOST) break
    if (entry.isFile() && !isIgnored()) files.push(withSlashes(relative(folder, path)))
  }
  const known = new Set(files)
  const folders = new Set(files.flatMap(foldersOf))
  const texts = new Map<string, Promise<string>>()
  return {
    folder,
    files,
    top: entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort(),
    has: path => known.has(path),
    hasFolder: path => folders.has(path),
    text(path) {
      const read = texts.get(path) ?? readText(join(folder, path)).then(text => plain(text ?? ''))
      texts.set(path, read)
      return read
    },
  }
}

/** `a/b/c.py` lies in `a` and in `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}

function plain(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
}
