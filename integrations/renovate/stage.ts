import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { RewriteResult } from '../../src/contract/results/rewrite.ts'
import { type IndexSpec, serveIndexes } from '../../test/loopback/indexes.ts'
import { type Kept, serveGitea } from './gitea.ts'
import { type Ended, type Renovate, runScript, writeGlobalConfig } from './renovate.ts'
import { makeRepository, type Repository } from './repository.ts'

/** A repository on a code host, the indexes that its files name, and Renovate to be run on it. */
export interface Stage {
  readonly repository: Repository
  /** What the code host keeps of it. */
  readonly host: Kept
  /** Paths asked of the indexes so far. */
  readonly asked: readonly string[]
  /** The runs of torchpin so far. */
  calls(): readonly Call[]
  renovate(): Promise<Ended>
  /** The codes of what torchpin tells of requirements.txt in a clone of the repository, without changing it. */
  told(): Promise<readonly string[]>
  /** A text with {CPU} and {MAIN} in place of the addresses. */
  words(text: string): string
  close(): Promise<void>
}

/** A run of torchpin as Renovate started it. */
export interface Call {
  readonly args: string
  readonly code: number
  readonly stderr: string
  /** What Renovate had changed before: the added lines of the difference to main. */
  readonly given: readonly string[]
  /** The names of the variables that it got. */
  readonly environment: readonly string[]
}

const bin = resolve('bin/torchpin.js')

/** A run of Renovate takes some five seconds; one that takes longer than this hangs. In milliseconds. */
const LIMIT = 120_000

/**
 * Sets up a stage on 127.0.0.1 and in a folder of its own; {CPU}, {MAIN} and {PRESETS} in the files stand for addresses.
 */
export async function setUp(
  renovate: Renovate,
  files: Readonly<Record<string, string>>,
  { cpu, main }: { readonly cpu: IndexSpec; readonly main: IndexSpec },
  presets: Readonly<Record<string, string>>,
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'torchpin-renovate-'))
  for (const name of ['bin', 'calls', 'home']) mkdirSync(join(folder, name))
  const indexes = await serveIndexes(cpu, main)
  const places: Record<string, string> = { '{CPU}': indexes.cpu, '{MAIN}': indexes.main }
  const filled = (text: string) => text.replace(/\{[A-Z]+\}/g, word => places[word] ?? word)
  const words = (text: string) => Object.entries(places).reduce((all, [word, url]) => all.replaceAll(url, word), text)
  // The code host has to know the repository, and a file of the repository names the code host.
  const repositories = new Map<string, Repository>()
  const gitea = await serveGitea(repositories, mapped(presets, filled))
  places['{PRESETS}'] = gitea.presets
  const repository = makeRepository(folder, mapped(files, filled))
  repositories.set('acme/app', repository)
  putOnPath(join(folder, 'bin'), join(folder, 'calls'))
  const config = writeGlobalConfig(folder, gitea.api, {
    repositories: ['acme/app'],
    customEnvVariables: { TORCHPIN_CACHE_DIR: join(folder, 'torchpin-cache') },
  })

  return {
    repository,
    host: gitea.of('acme/app'),
    asked: indexes.requests,
    calls: () =>
      readdirSync(join(folder, 'calls'))
        .sort()
        .map(name => readCall(join(folder, 'calls', name))),
    renovate: () => runScript(renovate.script, [], { env: environmentOf(folder, config, indexes.main), limit: LIMIT }),
    async told() {
      const { output } = await runScript(bin, 'rewrite --dry-run --quiet --format json requirements.txt'.split(' '), {
        cwd: join(folder, 'work'),
        env: { PATH: process.env['PATH']!, HOME: join(folder, 'home'), PIP_CONFIG_FILE: '/dev/null' },
        limit: LIMIT,
      })
      const { files } = JSON.parse(output) as RewriteResult
      return files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
    },
    words,
    async close() {
      await gitea.close()
      await indexes.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * The variables of Renovate.
 *
 * @param folder where `bin/` and `home/` are
 * @param config the path of its configuration
 * @param index what it asks where a file names no index
 */
export function environmentOf(folder: string, config: string, index: string): Record<string, string> {
  return {
    PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: join(folder, 'home'),
    PIP_INDEX_URL: `${index}/`,
    PIP_CONFIG_FILE: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    RENOVATE_CONFIG_FILE: config,
    LOG_LEVEL: 'debug',
    LOG_FORMAT: 'json',
  }
}

export function mapped(
  files: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, change(text)]))
}

/** Puts the built torchpin into a folder of PATH, so that each run of it leaves a folder of what it was given and said. */
export function putOnPath(folder: string, calls: string): void {
  const script = `#!/bin/sh
call=$(mktemp -d '${calls}/'"$(date +%s%N)"XXXX)
echo "$*" >"$call/args"
git diff --unified=0 >"$call/difference"
env | sed -n 's/^\\([A-Za-z_][A-Za-z_0-9]*\\)=.*/\\1/p' | sort >"$call/environment"
'${process.execPath}' '${bin}' "$@" 2>"$call/stderr"
code=$?
echo $code >"$call/code"
cat "$call/stderr" >&2
exit $code
`
  writeFileSync(join(folder, 'torchpin'), script, { mode: 0o755 })
}

export function readCall(folder: string): Call {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    args: read('args').trimEnd(),
    code: Number(read('code')),
    stderr: read('stderr'),
    given: [...read('difference').matchAll(/^\+(?!\+\+ )(.*)/gm)].map(([, line]) => line!),
    environment: read('environment').trimEnd().split('\n'),
  }
}
