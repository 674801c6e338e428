import { join, relative, resolve } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { type Folder, foldersUpwards, withSlashes } from './folders.ts'
import { readText } from './read-text.ts'

/** What git leaves out below a folder: one list of patterns, in which a later one goes before. */
export interface IgnoreRules {
  readonly root: string
  readonly patterns: Ignore
}

/**
 * What is read of one list of patterns: lines, and stars in one name. The library tries all ways to divide a name among the stars
 * of a pattern, and those grow with the length of the name to the power of their number. No real list comes near.
 */
const MOST_LINES = 5_000
const MOST_STARS = 2
/** In characters: no path is longer, and a pattern of a million makes no regular expression. */
const LONGEST_LINE = 4_096

/** As `git init` sets core.ignoreCase. */
const ignorecase = process.platform === 'win32' || process.platform === 'darwin'

/**
 * The rules that the folders above one have for it: their .gitignore files, and `info/exclude` of the repository, which
 * yields to them. A folder that is itself ignored was named on purpose, so they do not count there.
 */
export async function rulesAbove(
  directory: string,
): Promise<{ readonly rules: IgnoreRules; readonly repository: string | undefined }> {
  const above: Folder[] = []
  for (const folder of foldersUpwards(directory)) above.unshift(folder)
  const top = above[0]!
  const repository = top.has('.git') ? top.path : undefined
  const none: IgnoreRules = { root: repository ?? directory, patterns: ignore({ ignorecase }) }
  // Outside of a repository nothing says how far up rules count: a .gitignore of somebody's home could ignore it all.
  if (repository === undefined) return { rules: none, repository }
  let rules = added(none, repository, await excludesOf(repository))
  for (const [i, folder] of above.entries()) {
    if (i > 0 && isIgnored(rules, folder.path, true)) rules = none
    if (i < above.length - 1)
      rules = await withRulesOf({ path: folder.path, names: folder.matching(/^\.gitignore$/) }, rules)
  }
  return { rules, repository }
}

/** The rules within a folder: those from above, then its own .gitignore. */
export async function withRulesOf(
  { path, names }: { readonly path: string; readonly names: readonly string[] },
  above: IgnoreRules,
): Promise<IgnoreRules> {
  return names.includes('.gitignore') ? added(above, path, await readText(join(path, '.gitignore'))) : above
}

/** What was asked to be left out, as a .gitignore of a folder would say it. */
export function rulesGiven(root: string, patterns: readonly string[]): IgnoreRules {
  return added({ root, patterns: ignore({ ignorecase }) }, root, patterns.join('\n'))
}

/** Whether git ignores a file or folder whose parents it does not ignore. */
export function isIgnored({ root, patterns }: IgnoreRules, path: string, isFolder: boolean): boolean {
  return patterns.ignores(withSlashes(relative(root, path)) + (isFolder ? '/' : ''))
}

/** Rules with those that a file states for its folder, as patterns of the root, so that the whole is one list. */
function added({ root, patterns }: IgnoreRules, folder: string, text = ''): IgnoreRules {
  const below = withSlashes(relative(root, folder)).replace(/[\\*?[]/g, '\\$&')
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, MOST_LINES)
    .filter(isQuick)
  const own = below === '' ? lines : lines.map(line => patternBelow(below, line))
  return { root, patterns: ignore({ ignorecase }).add(patterns).add(own) }
}

function isQuick(line: string): boolean {
  return (
    line.length <= LONGEST_LINE &&
    line.split('/').every(name => name.replace(/\*+/g, '*').split('*').length - 1 <= MOST_STARS)
  )
}

/** A pattern with a slash before its end counts from its own folder, any other matches at every level (gitignore(5)). */
function patternBelow(folder: string, line: string): string {
  const [, not, written] = /^(!?)(.*)$/s.exec(line)!
  const pattern = written!.replace(/^\//, '')
  if (pattern.trim() === '' || line.startsWith('#')) return ''
  const anchored = /\/(?=\s*\S)/.test(written!)
  return `${not}/${folder}/${anchored ? '' : '**/'}${pattern}`
}

/** `.git` is a folder, or, in a worktree or a submodule, a file that says where the folder is. */
async function excludesOf(root: string): Promise<string | undefined> {
  const named = /^gitdir: (.+)/.exec((await readText(join(root, '.git'))) ?? '')?.[1]?.trimEnd()
  const own = named === undefined ? join(root, '.git') : resolve(root, named)
  const common = (await readText(join(own, 'commondir')))?.trimEnd()
  return readText(join(common ? resolve(own, common) : own, 'info', 'exclude'))
}
