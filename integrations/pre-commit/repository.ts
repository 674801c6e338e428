import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A repository with the hooks of this one installed, and what a person does in it. */
export interface Repository {
  write(files: Readonly<Record<string, string>>): void
  read(path: string): string
  /** Stages everything and commits it, hooks and all. */
  commit(): Promise<Ended>
  /** `pre-commit run --all-files` */
  runAll(): Promise<Ended>
}

/**
 * Makes a repository with one hook of this one, at the commit that is checked out here.
 *
 * @param folder where everything goes, the environments of pre-commit among it
 * @param hooks the folder of a git repository, and a commit of it
 * @param settings lines of torchpin.toml
 */
export async function makeRepository(
  folder: string,
  hooks: { readonly path: string; readonly commit: string; readonly id: string },
  settings: string,
): Promise<Repository> {
  const cwd = mkdtempSync(join(folder, 'repository-'))
  const env = {
    ...withoutPip(process.env),
    PRE_COMMIT_HOME: join(folder, 'pre-commit'),
    PIP_CONFIG_FILE: '/dev/null',
    TORCHPIN_CACHE_DIR: join(folder, 'torchpin'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const ran = (program: string, ...args: readonly string[]) => run(program, args, cwd, env)
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
  }
  write({
    'torchpin.toml': settings,
    '.pre-commit-config.yaml': `repos:\n- repo: ${hooks.path}\n  rev: ${hooks.commit}\n  hooks:\n  - id: ${hooks.id}\n`,
  })
  await ran('git', 'init', '--quiet')
  const { code, output } = await ran('pre-commit', 'install', '--install-hooks')
  if (code !== 0) throw new Error(output)
  return {
    write,
    read: path => readFileSync(join(cwd, path), 'utf8'),
    async commit() {
      await ran('git', 'add', '--all')
      return ran('git', 'commit', '--quiet', '--message=Change')
    },
    runAll: () => ran('pre-commit', 'run', '--all-files'),
  }
}

/** Runs a program to its end. @returns no code where there is no such program */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  return new Promise(done =>
    child
      .on('error', ({ message }) => done({ code: null, output: message }))
      .on('close', code => done({ code, output })),
  )
}

/** Without the settings for pip of this machine, which torchpin reads. */
function withoutPip(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:PIP_|GIT_)/.test(name)))
}
