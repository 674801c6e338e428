import { join, relative, resolve } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { type Folder, foldersUpwards, withSlashes } from './folders.ts'
import { readText } from './read-text.ts'

/** What git leaves out: a list of patterns each, the outermost first; what a later one says goes before. */
export type IgnoreRules = readonly { readonly folder: string; readonly patterns: Ignore }[]

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
  for await (const folder of foldersUpwards(directory)) above.unshift(folder)
  const top = above[0]!
  const repository = top.names.includes('.git') ? top.path : undefined
  let rules: IgnoreRules = repository === undefined ? [] : await excludesOf(repository)
  for (const [i, folder] of above.entries()) {
    if (i > 0 && isIgnored(rules, folder.path, true)) rules = []
    if (i < above.length - 1) rules = await withRulesOf(folder, rules)
  }
  return { rules, repository }
}

/** The rules within a folder: those from above, then its own .gitignore. */
export async function withRulesOf({ path, names }: Folder, above: IgnoreRules): Promise<IgnoreRules> {
  const text = names.includes('.gitignore') ? await readText(join(path, '.gitignore')) : undefined
  return text === undefined ? above : [...above, rulesFrom(path, text)]
}

/** Whether git ignores a file or folder whose parents it does not ignore. */
export function isIgnored(rules: IgnoreRules, path: string, isFolder: boolean): boolean {
  const verdict = rules
    .map(({ folder, patterns }) => patterns.test(withSlashes(relative(folder, path)) + (isFolder ? '/' : '')))
    .findLast(({ ignored, unignored }) => ignored || unignored)
  return verdict?.ignored ?? false
}

function rulesFrom(folder: string, text: string): IgnoreRules[number] {
  return { folder, patterns: ignore({ ignorecase }).add(text) }
}

/** `.git` is a folder, or, in a worktree or a submodule, a file that says where the folder is. */
async function excludesOf(root: string): Promise<IgnoreRules> {
  const named = /^gitdir: (.+)/.exec((await readText(join(root, '.git'))) ?? '')?.[1]?.trimEnd()
  const own = named === undefined ? join(root, '.git') : resolve(root, named)
  const common = (await readText(join(own, 'commondir')))?.trimEnd()
  const text = await readText(join(common ? resolve(own, common) : own, 'info', 'exclude'))
  return text === undefined ? [] : [rulesFrom(root, text)]
}
