import { posix, win32 } from 'node:path'
import { type Environment, homeOf } from './environment.ts'

/** Where torchpin keeps its cache unless told otherwise: XDG_CACHE_HOME, else the place each system has for caches. */
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
