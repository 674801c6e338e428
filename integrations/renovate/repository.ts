import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A bare git repository on disk, as a code host keeps one. */
export interface Repository {
  readonly url: string
  /** The branches, sorted by name. */
  branches(): readonly string[]
  /** The commit of a branch. */
  head(branch: string): string
  /** The text of a file on a branch. */
  show(branch: string, path: string): string
  /** The paths in which a branch differs from main. */
  changed(branch: string): readonly string[]
}

/** Makes a bare repository whose main branch holds these files, and a clone of it, `work`. @param folder an empty one that exists */
export function makeRepository(folder: string, files: Readonly<Record<string, string>>): Repository {
  const bare = join(folder, 'app.git')
  const work = join(folder, 'work')
  git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', bare)
  git(folder, 'clone', '--quiet', bare, work)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true })
    writeFileSync(join(work, path), text)
  }
  git(work, 'add', '--all')
  git(work, '-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message=Begin')
  git(work, 'push', '--quiet', 'origin', 'HEAD:main')
  const words = (text: string) => text.split('\n').filter(line => line !== '')
  return {
    url: pathToFileURL(bare).href,
    branches: () => words(git(bare, 'for-each-ref', '--format=%(refname:short)', 'refs/heads')),
    head: branch => git(bare, 'rev-parse', branch).trim(),
    show: (branch, path) => git(bare, 'show', `${branch}:${path}`),
    changed: branch => words(git(bare, 'diff', '--name-only', 'main', branch)),
  }
}

/** What git prints, away from the settings of this machine. */
function git(cwd: string, ...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout
}
