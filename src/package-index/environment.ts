import { homedir } from 'node:os'

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
