import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { type IgnoreRules, isIgnored, rulesAbove, rulesGiven, withRulesOf } from './git-ignore.ts'

/** What lies below a folder: absolute paths, in the order of their names. */
export interface Below {
  readonly files: readonly string[]
  /** Requirements files that git ignores, or that were asked to be left out. */
  readonly ignored: readonly string[]
}

const fileNames = /(?:requirements?.*|(?:^|[-_.])constraints?.*|(?:^|[-_.])reqs?(?:[-_.].*)?)\.(?:txt|in)$/i
const folderNames = /^(?:requirements?|reqs?|constraints)$/i
const proseNames = /^(?:readme|license|licence|copying|notice|changelog|changes|authors)\b/i

/** Folders with what others wrote, what tools made, or what versions are kept in. */
export const skipped =
  /^(?:\.git|\.hg|\.svn|\.jj|node_modules|bower_components|(?:site|dist)-packages|__pycache__|__pypackages__|\.tox|\.nox|\.pixi|\.eggs|.*\.(?:egg|dist)-info|_?vendor(?:ed)?|_?third[-_]?party|3rd[-_]?party)$/i

/** What only an environment has at its top: of venv and virtualenv, of conda. */
export const environmentMarks = new Set(['pyvenv.cfg', 'conda-meta'])

interface Walk {
  /** The real path of the folder where the walk started. */
  readonly root: string
  readonly inRepository: boolean
  readonly excluded: IgnoreRules
  readonly files: string[]
  readonly ignored: string[]
}

/**
 * The requirements files below a folder, without what git ignores, environments, what others vendored, and repositories
 * inside the repository. Links to folders are not followed: they lead to what is found anyway, or out.
 *
 * @param exclude patterns of a .gitignore at the top of the repository, or where there is none at the folder
 * @throws Error with a `code` when the folder itself cannot be read; folders below it that cannot are left out
 */
export async function requirementsBelow(folder: string, exclude: readonly string[] = []): Promise<Below> {
  const entries = await readdir(folder, { withFileTypes: true })
  const { rules, repository } = await rulesAbove(folder)
  const walk: Walk = {
    root: await realpath(folder),
    inRepository: repository !== undefined,
    excluded: rulesGiven(repository ?? folder, exclude),
    files: [],
    ignored: [],
  }
  const path = repository === undefined ? basename(folder) : relative(repository, folder)
  const inFolder = path.split(sep).some(name => folderNames.test(name))
  await visit(walk, folder, entries, inFolder, rules)
  return walk
}

async function visit(
  walk: Walk,
  folder: string,
  entries: readonly Dirent[],
  inFolder: boolean,
  above: IgnoreRules,
): Promise<void> {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const rules = await withRulesOf({ path: folder, names: sorted.map(({ name }) => name) }, above)
  for (const entry of sorted) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (skipped.test(entry.name) || isIgnored(rules, path, true) || isIgnored(walk.excluded, path, true)) continue
      const below = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => [])
      if (below.some(({ name }) => environmentMarks.has(name) || (walk.inRepository && name === '.git'))) continue
      await visit(walk, path, below, inFolder || folderNames.test(entry.name), rules)
    } else if (isRequirementsFile(entry.name, inFolder)) {
      if (!entry.isFile() && !(await leadsToFileBelow(walk.root, path))) continue
      if (isIgnored(rules, path, false) || isIgnored(walk.excluded, path, false)) walk.ignored.push(path)
      else walk.files.push(path)
    }
  }
}

/** Any text file below a folder named `requirements` counts; elsewhere the name of the file has to say it. */
function isRequirementsFile(name: string, inFolder: boolean): boolean {
  return fileNames.test(name) || (inFolder && /\.(?:txt|in)$/i.test(name) && !proseNames.test(name))
}

/** A link may be followed to a file below the folder that was named, and to nothing else. */
async function leadsToFileBelow(root: string, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => undefined)
  if (target === undefined || !target.startsWith(root.endsWith(sep) ? root : root + sep)) return false
  return (await stat(target)).isFile()
}
