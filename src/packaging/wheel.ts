import { remembered } from '../text/memo.ts'
import { canonicalizeName } from './names.ts'
import { parseVersion, type Version } from './version.ts'

/** For what a wheel is built. Tags are in lower case; each combination of the three lists is one tag (PEP 425). */
export interface WheelTags {
  /** The build tag: its number, and the rest. */
  readonly build?: readonly [number, string]
  readonly pythons: readonly string[]
  readonly abis: readonly string[]
  readonly platforms: readonly string[]
}

/** What the file name of a wheel says (PEP 427). */
export interface WheelName extends WheelTags {
  readonly filename: string
  /** The canonical name of the project. */
  readonly name: string
  readonly version: Version
}

/** Reads the file name of a wheel, percent signs already decoded; nothing when it breaks the rules. */
export function parseWheelFilename(filename: string): WheelName | undefined {
  const parts = splitWheelFilename(filename)
  const tags = parts && parseWheelTags(parts.tags)
  const name = parts && projectOf(parts.project)
  const version = parts && parseVersion(parts.version)
  return name === undefined || !version || !tags ? undefined : { filename, name, version, ...tags }
}

/** Takes the file name of a wheel apart without reading the parts: project, version, and the tags as one text. */
export function splitWheelFilename(
  filename: string,
): { readonly project: string; readonly version: string; readonly tags: string } | undefined {
  if (!filename.endsWith('.whl')) return undefined
  const first = filename.indexOf('-')
  const second = filename.indexOf('-', first + 1)
  if (first < 0 || second < 0) return undefined
  return {
    project: filename.slice(0, first),
    version: filename.slice(first + 1, second),
    tags: filename.slice(second + 1, -'.whl'.length),
  }
}

/** Reads what comes behind the version in the name of a wheel: `1-cp311-abi3-linux_x86_64`. The same text gives the same object. */
export const parseWheelTags: (text: string) => WheelTags | undefined = remembered(readWheelTags)

function readWheelTags(text: string): WheelTags | undefined {
  const parts = text.split('-')
  if (parts.length !== 3 && parts.length !== 4) return undefined
  const [pythons, abis, platforms] = parts.slice(-3) as [string, string, string]
  const build = parts.length === 4 ? /^(\d+)([^\n]*)/.exec(parts[0]!) : undefined
  if (build === null) return undefined
  const tags = { pythons: tagsOf(pythons), abis: tagsOf(abis), platforms: tagsOf(platforms) }
  if ([...tags.pythons, ...tags.abis, ...tags.platforms].includes('') || !tags.pythons.every(isIdentifier))
    return undefined
  return { ...(build && { build: [Number(build[1]), build[2]!] as const }), ...tags }
}

function tagsOf(compressed: string): string[] {
  return compressed.toLowerCase().split('.')
}

/** Whether an interpreter's name could be one of a variable in Python. */
function isIdentifier(text: string): boolean {
  // All that exist are ASCII, and V8 takes a while to make sets of Unicode.
  return /^[A-Za-z_]\w*$/.test(text) || /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text)
}

/** The canonical name of the project that a wheel's name begins with, if it may begin so. */
const projectOf = remembered(written =>
  written.includes('__') || !(/^[\w.]+$/.test(written) || /^[\p{L}\p{N}_.]+$/u.test(written))
    ? undefined
    : canonicalizeName(written),
)

/** What pip unpacks. */
const archives = /\.(?:tar\.gz|zip|tgz|tar|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)$/

/**
 * The version of a source distribution of a project, from its file name; nothing when it is no such file.
 * As in pip, the first dash that has the project's name before it divides the two: old versions hold dashes themselves.
 */
export function parseSdistFilename(filename: string, project: string): Version | undefined {
  const stem = stemOf(filename)
  if (stem === undefined) return undefined
  const key = canonicalizeName(project)
  // No name becomes longer in its canonical form.
  for (let dash = stem.indexOf('-', key.length); dash >= 0; dash = stem.indexOf('-', dash + 1))
    if (canonicalizeName(stem.slice(0, dash)) === key) return parseVersion(stem.slice(dash + 1))
  return undefined
}

/** The name of an archive without what tells its format. */
function stemOf(filename: string): string | undefined {
  if (filename.endsWith('.tar.gz')) return filename.slice(0, -'.tar.gz'.length)
  return archives.test(filename) ? filename.replace(archives, '') : undefined
}

/** What the name of a file says of the release it is a file of. */
export interface ReleaseFileName {
  readonly version: Version
  /** Undefined: it is a source distribution. */
  readonly wheel: WheelTags | undefined
}

/** Reads the name of a wheel or of a source distribution of a project; nothing when it is neither. Equal tags are one object. */
export function parseReleaseFilename(filename: string, project: string): ReleaseFileName | undefined {
  const parts = splitWheelFilename(filename)
  if (!parts) {
    const version = parseSdistFilename(filename, project)
    return version && { version, wheel: undefined }
  }
  const wheel = parseWheelTags(parts.tags)
  const version = parseVersion(parts.version)
  return wheel && version && projectOf(parts.project) !== undefined ? { version, wheel } : undefined
}

/** The name of the file at a URL or a path, as {@link parseWheelFilename} takes it. */
export function fileNameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1).replace(/%2B/gi, '+')
}
