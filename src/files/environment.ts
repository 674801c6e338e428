import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The home folder, as Python's `expanduser` finds it: HOME, on Windows USERPROFILE, else what the system says. */
export function homeOf(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  return environment[platform === 'win32' ? 'USERPROFILE' : 'HOME'] || homedir()
}

/** Writes out a leading `~`. */
export function expandHome(path: string, environment: Environment): string {
  return /^~(?=$|[/\\])/.test(path) ? homeOf(environment) + path.slice(1) : path
}

/** Where torchpin keeps its cache unless an option says otherwise: XDG_CACHE_HOME, else the place each system has for caches. */
export function defaultCacheDirectory(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = homeOf(environment, platform)
  const { join } = platform === 'win32' ? win32 : posix
  const xdg = environment['XDG_CACHE_HOME']
  // A relative path is to be ignored (XDG Base Directory Specification).
  if (xdg?.startsWith('/')) return join(xdg, 'torchpin')
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'torchpin', 'Cache')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'torchpin')
  return join(home, '.cache', 'torchpin')
}
