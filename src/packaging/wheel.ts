import { canonicalizeName } from './names.ts'
import { parseVersion, type Version } from './version.ts'

/** What the file name of a wheel says (PEP 427). Tags are in lower case; each combination of the three lists is one tag (PEP 425). */
export interface WheelName {
  readonly filename: string
  /** The canonical name of the project. */
  readonly name: string
  readonly version: Version
  /** The build tag: its number, and the rest. */
  readonly build?: readonly [number, string]
  readonly pythons: readonly string[]
  readonly abis: readonly string[]
  readonly platforms: readonly string[]
}

/** Reads the file name of a wheel, percent signs already decoded; nothing when it breaks the rules. */
export function parseWheelFilename(filename: string): WheelName | undefined {
  if (!filename.endsWith('.whl')) return undefined
  const parts = filename.slice(0, -'.whl'.length).split('-')
  if (parts.length !== 5 && parts.length !== 6) return undefined
  const [project, written] = parts as [string, string]
  const [pythons, abis, platforms] = parts.slice(-3) as [string, string, string]
  if (project.includes('__') || !/^[\p{L}\p{N}_.]*$/u.test(project)) return undefined
  const version = parseVersion(written)
  const build = parts.length === 6 ? /^(\d+)([^\n]*)/.exec(parts[2]!) : undefined
  if (!version || build === null) return undefined
  return {
    filename,
    name: canonicalizeName(project),
    version,
    ...(build && { build: [Number(build[1]), build[2]!] as const }),
    pythons: tagsOf(pythons),
    abis: tagsOf(abis),
    platforms: tagsOf(platforms),
  }
}

function tagsOf(compressed: string): string[] {
  return compressed.toLowerCase().split('.')
}

/** What pip unpacks. */
const archives = /\.(?:tar\.gz|zip|tgz|tar|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)$/

/**
 * The version of a source distribution of a project, from its file name; nothing when it is no such file.
 * As in pip, the first dash that has the project's name before it divides the two: old versions hold dashes themselves.
 */
export function parseSdistFilename(filename: string, project: string): Version | undefined {
  if (!archives.test(filename)) return undefined
  const stem = filename.replace(archives, '')
  const key = canonicalizeName(project)
  for (let dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1))
    if (canonicalizeName(stem.slice(0, dash)) === key) return parseVersion(stem.slice(dash + 1))
  return undefined
}
