import { createHash } from 'node:crypto'
import { fstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { defaultCacheDirectory } from '../../files/environment.ts'

/** What a process is asked, before anything is read. */
export interface AskedOfProcess {
  /** The folder where answers are kept. */
  readonly folder: string
  /** The name of its answer there. No credentials of an address went into it, so that it confirms no guess at them. */
  readonly name: string
  /** All of it: arguments, the current folder, the terminal, who runs what on which Node. It may hold secrets. */
  readonly facts: string
}

/** The commands that are asked the same again and again, by hooks and in CI. */
const commands = new Set(['check', 'rewrite'])

/**
 * Reads what this process is asked.
 *
 * @param shipped the folder of the package: another build of it is asked something else
 * @returns undefined for what is worked out each time
 */
export function askedOfProcess(shipped: string): AskedOfProcess | undefined {
  const [, , command = '', ...rest] = process.argv
  if (!commands.has(command) || rest.includes('--no-last-run')) return undefined
  const cache = cacheFolder(rest) ?? (process.env['TORCHPIN_CACHE_DIR'] || defaultCacheDirectory(process.env))
  const facts = [
    ...[process.version, process.platform, process.arch, process.getuid?.(), process.env['NODE_OPTIONS']],
    ...[terminal(1), terminal(2), process.cwd(), cache],
    ...['package.json', 'dist/cli.cjs', 'snapshot/cpu.json', 'snapshot/pypi.json'].map(name => edition(shipped, name)),
    command,
    ...rest,
  ]
  return {
    folder: join(cache, 'last-run'),
    name: createHash('sha256')
      .update(JSON.stringify(facts.map(withoutCredentials)))
      .digest('hex')
      .slice(0, 40),
    facts: JSON.stringify(facts),
  }
}

/** What `--cache-dir` names. Misread, it leads to a folder where this question was never answered. */
function cacheFolder(rest: readonly string[]): string | undefined {
  const at = rest.findLastIndex(argument => /^--cache-dir(?:=|$)/.test(argument))
  const given = at < 0 ? undefined : rest[at]!
  return given === '--cache-dir' ? rest[at + 1] : given?.slice('--cache-dir='.length)
}

/** What a report looks like on a stream depends on whether a person reads it, and how wide the window is. */
function terminal(stream: 1 | 2): number | undefined {
  const { isTTY, columns } = mayBeTerminal(stream) ? process[stream === 1 ? 'stdout' : 'stderr'] : {}
  return isTTY ? (columns ?? 0) : undefined
}

/** Whether it is worth it to have Node set up a stream, which takes a while. */
function mayBeTerminal(stream: 1 | 2): boolean {
  try {
    return process.platform === 'win32' || fstatSync(stream).isCharacterDevice()
  } catch {
    return false
  }
}

function edition(shipped: string, name: string): string {
  const found = statSync(join(shipped, name), { throwIfNoEntry: false })
  return found ? `${found.size} ${found.mtimeMs} ${found.ino}` : ''
}

function withoutCredentials(fact: unknown): unknown {
  return typeof fact === 'string' ? fact.replace(/\/\/[^/?#]*@/g, '//') : fact
}
