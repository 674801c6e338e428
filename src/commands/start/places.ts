import { isAbsolute, join, relative } from 'node:path'
import { defaultCacheDirectory, type Environment } from '../../files/environment.ts'

/**
 * Where compiled code is kept: with the user's own caches. Not where `--cache-dir` and TORCHPIN_CACHE_DIR say, for CI systems carry
 * those folders from branch to branch, and code that somebody else wrote would run; for the same reason not within the current folder.
 *
 * @returns undefined where none is kept; NODE_DISABLE_COMPILE_CACHE, which is Node's own, says so
 */
export function codeFolder(environment: Environment, cwd: string): string | undefined {
  if (environment['NODE_DISABLE_COMPILE_CACHE']) return undefined
  const folder = join(defaultCacheDirectory(environment), 'code')
  const way = relative(cwd, folder)
  const within = environment['XDG_CACHE_HOME'] !== undefined && !way.startsWith('..') && !isAbsolute(way)
  return within ? undefined : folder
}

/** The commands, each of which compiles other parts of the bundle. */
export const commandNames: readonly string[] = [
  'rewrite',
  'check',
  'audit',
  'versions',
  'docker',
  'ci',
  'explain',
  'completion',
]

/**
 * The name of an entry: it changes with the bundle, the command, and the Node that compiles.
 *
 * @param source of the bundle, whose head tells it from others
 * @param command the first argument, whatever it is
 */
export function codeName(source: string, command: string | undefined): string {
  const digest = /^\/\*([0-9a-f]{36})\*\//.exec(source)?.[1] ?? 'unknown'
  const known = command !== undefined && commandNames.includes(command) ? command : 'other'
  return `${known}-${digest}-${process.version}-${process.arch}`
}
