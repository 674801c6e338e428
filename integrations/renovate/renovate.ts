import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** An installed Renovate. */
export interface Renovate {
  readonly version: string
  readonly script: string
  /** `renovate-config-validator`. */
  readonly validator: string
}

export interface Ended {
  /** Null where it was stopped: it took too long. */
  readonly code: number | null
  readonly output: string
}

/** The Renovate that `npm install renovate` put below a folder, if there is one. */
export function findRenovate(folder: string): Renovate | undefined {
  const path = join(folder, 'node_modules/renovate/package.json')
  if (!existsSync(path)) return undefined
  const { version, bin } = JSON.parse(readFileSync(path, 'utf8'))
  const scriptOf = (name: string) => join(dirname(path), bin[name])
  return { version, script: scriptOf('renovate'), validator: scriptOf('renovate-config-validator') }
}

/** Runs a script to its end, with this environment and nothing of ours. @param limit in milliseconds */
export function runScript(
  script: string,
  args: readonly string[],
  {
    env,
    limit,
    cwd,
  }: {
    readonly env: Readonly<Record<string, string>>
    readonly limit: number
    readonly cwd?: string
  },
): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { env, cwd, timeout: limit, killSignal: 'SIGKILL' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  return new Promise((done, fail) => child.on('error', fail).on('close', code => done({ code, output })))
}

/**
 * The configuration that whoever runs Renovate gives it.
 *
 * @param more which repositories it looks at, and the variables that commands get
 * @returns the path of the file
 */
export function writeGlobalConfig(folder: string, api: string, more: object): string {
  const path = join(folder, 'config.json')
  const config = {
    platform: 'gitea',
    endpoint: api,
    token: 'loopback-only',
    // The address of the repository is then taken as it is, and may be of the file system.
    gitUrl: 'ssh',
    onboarding: false,
    requireConfig: 'optional',
    gitAuthor: 'Bot <bot@example.org>',
    branchConcurrentLimit: 0,
    prHourlyLimit: 0,
    baseDir: join(folder, 'base'),
    cacheDir: join(folder, 'cache'),
    allowedCommands: ['^torchpin rewrite(?: [\\w./-]+)*$'],
    ...more,
  }
  writeFileSync(path, JSON.stringify(config, undefined, 2))
  return path
}

/**
 * Has Renovate's validator look at a configuration, and refuse what is old as well. One in JavaScript is of Renovate
 * itself, one in JSON of a repository.
 */
export async function validate(renovate: Renovate, name: string, text: string): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'torchpin-renovate-'))
  try {
    const ofRepository = name.endsWith('.json')
    const path = join(folder, ofRepository ? 'renovate.json' : 'config.js')
    writeFileSync(path, text)
    const env = { PATH: process.env['PATH']!, HOME: folder, LOG_LEVEL: 'info' }
    // A file that is named counts as Renovate's own, and one under its usual name in the current folder as a repository's.
    const args = ['--strict', ...(ofRepository ? [] : [path])]
    return await runScript(renovate.validator, args, { env, cwd: folder, limit: 60_000 })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
