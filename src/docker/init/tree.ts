import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type IgnoreRules, isIgnored, rulesAbove, withRulesOf } from '../../workspace/git-ignore.ts'
import { readText } from '../../workspace/read-text.ts'
import { environmentMarks, skipped } from '../../workspace/walk.ts'

/** How far down, and how many files, are looked at: a folder of data has no end. */
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
 * Lists what a repository holds, without environments, what git ignores and what others vendored.
 * @throws Error with a `code` when the folder cannot be read
 */
export async function readTree(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files: string[] = []
  const { rules } = await rulesAbove(folder)
  await visit(folder, '', entries, rules, files, 0)
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

async function visit(
  folder: string,
  below: string,
  entries: readonly Dirent[],
  above: IgnoreRules,
  files: string[],
  depth: number,
): Promise<void> {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const rules = await withRulesOf({ path: folder, names: sorted.map(({ name }) => name) }, above)
  for (const entry of sorted) {
    if (files.length >= MOST) return
    const path = join(folder, entry.name)
    const shown = below + entry.name
    if (entry.isDirectory()) {
      if (depth === DEEPEST || skipped.test(entry.name) || isIgnored(rules, path, true)) continue
      const inside = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => [])
      if (inside.some(({ name }) => environmentMarks.has(name) || name === '.git')) continue
      await visit(path, `${shown}/`, inside, rules, files, depth + 1)
    } else if (entry.isFile() && !isIgnored(rules, path, false)) files.push(shown)
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
