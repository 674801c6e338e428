import { dirname } from 'node:path'
import type { Indexes } from './indexes.ts'
import type { Options } from './options.ts'
import { type Release, releasesOf } from './package-index/releases.ts'
import type { Platform, Target } from './packaging/target.ts'
import { comparePythons, pythonsNamed } from './packaging/wheel-places.ts'
import { includedBy, type RequirementsFile } from './requirements/files.ts'
import { defaultPlatform, type NamedPlatform, platformsNamedIn } from './run/which-platforms.ts'
import type { IndexStyleName } from './torch/index-styles.ts'
import { detectInstaller } from './workspace/installer.ts'
import { detectPython } from './workspace/python.ts'
import { findRenovateSettings } from './workspace/renovate.ts'

export interface Targets {
  readonly targets: readonly Target[]
  /** The platforms that are among the targets because the files name them, and nobody asked for any. */
  readonly named: readonly NamedPlatform[]
  /** Where the Python versions were read: `--python`, `Dockerfile:1`. */
  readonly source: string
}

/**
 * What the result must install on: as told, else as the repository says, else the newest Python that torch can be installed
 * on; and where no platform is told, besides Linux those that the markers of the files name.
 *
 * @param without platforms that do not count though the files name them
 */
export async function findTargets(
  files: ReadonlyMap<string, RequirementsFile>,
  { options, indexes, without }: { options: Options; indexes: Indexes; without: ReadonlySet<Platform> },
): Promise<Targets> {
  const { pythons, source } = await findPythons(files, options, indexes)
  const named =
    options.platform.length > 0
      ? []
      : platformsNamedIn(files.values(), pythons).filter(({ platform }) => !without.has(platform))
  const platforms = options.platform.length > 0 ? options.platform : [defaultPlatform, ...named.map(n => n.platform)]
  return { targets: pythons.flatMap(python => platforms.map(platform => ({ python, platform }))), named, source }
}

async function findPythons(
  files: ReadonlyMap<string, RequirementsFile>,
  options: Options,
  indexes: Indexes,
): Promise<{ pythons: readonly string[]; source: string }> {
  if (options.python.length > 0) return { pythons: options.python, source: '--python' }
  const stated = await statedPythons(files, options)
  if (stated.size > 0) return { pythons: [...stated.keys()], source: [...stated.values()].join(', ') }
  const { python, source } = await newestPython(indexes)
  options.onNotice(`nothing says which Python this is for: taking ${python}, ${source} (choose with --python)`)
  return { pythons: [python], source }
}

/**
 * The Pythons that the folders of the files name, and where each is read first. What lies above a file that others bring in
 * says nothing of it: it is installed where those are.
 */
async function statedPythons(
  files: ReadonlyMap<string, RequirementsFile>,
  { cwd }: Options,
): Promise<Map<string, string>> {
  const included = includedBy(files.values())
  const installed = new Set([...files.keys()].filter(path => !included.has(path)).map(path => dirname(path)))
  const stated = new Map<string, string>()
  for (const directory of directoriesOf(files)) {
    const found = await detectPython(directory, cwd)
    if (!found || !(installed.has(directory) || found.folder === directory)) continue
    if (!stated.has(found.python)) stated.set(found.python, found.source)
  }
  return stated
}

function directoriesOf(files: ReadonlyMap<string, RequirementsFile>): string[] {
  return [...new Set([...files.values()].filter(file => file.root).map(file => dirname(file.absolute)))]
}

/** What torch needs of its dependencies that is compiled for each Python, and so is late for a new one, or not in the snapshot. */
const compiledNeed = 'markupsafe'

const OLDEST_GUESS = '3.11'

async function newestPython({ cpu, anyName: [main] }: Indexes): Promise<{ python: string; source: string }> {
  const [torch, need] = await Promise.all([cpu.project('torch'), main?.project(compiledNeed).catch(() => undefined)])
  const newest = torch && releasesOf(torch).findLast(({ version }) => version.local === 'cpu' && !version.isPrerelease)
  const pythons = newest ? pythonsOf(newest) : []
  const ofNeed = need ? new Set(releasesOf(need).flatMap(pythonsOf)) : undefined
  const source = `the newest Python that torch ${newest?.version.text ?? ''} has a CPU wheel for`
  const both = pythons.filter(python => ofNeed?.has(python) ?? true)
  return both.length === pythons.length || both.length === 0
    ? { python: newestOf([...pythons, OLDEST_GUESS]), source }
    : { python: newestOf(both), source: `${source}, and ${compiledNeed}, which torch needs, a wheel` }
}

const newestOf = (pythons: readonly string[]): string => pythons.toSorted(comparePythons).at(-1)!

/** The Pythons for which a release has wheels of their own, free-threaded ones left out. */
function pythonsOf(release: Release): string[] {
  const wheels = Array.from({ length: release.length }, (_, i) => release.wheel(i) ?? [])
  return [...new Set(wheels.flat().flatMap(pythonsNamed))].filter(python => !python.endsWith('t'))
}

/** Whether the repository of some files plainly installs them with uv. */
export async function installsWithUv(
  files: ReadonlyMap<string, RequirementsFile>,
  { cwd }: Pick<Options, 'cwd'>,
): Promise<boolean> {
  for (const root of [...files.values()].filter(file => file.root))
    if ((await detectInstaller(dirname(root.absolute), root.source, cwd))?.installer === 'uv') return true
  return false
}

/** How the index is best written where the user leaves it open: find-links where the repository plainly installs with uv. */
export function preferredStyle(installsWithUv: boolean, { indexStyle }: Pick<Options, 'indexStyle'>): IndexStyleName {
  if (indexStyle !== 'auto') return indexStyle
  return installsWithUv ? 'find-links' : 'extra-index-url'
}

/** The settings of Renovate in the repository of the files, where they leave it to Renovate which indexes it asks. */
export async function renovateOf(
  files: ReadonlyMap<string, RequirementsFile>,
  { cwd }: Options,
): Promise<string | undefined> {
  for (const directory of directoriesOf(files)) {
    const found = await findRenovateSettings(directory, cwd)
    if (found) return found.namesRegistries ? undefined : found.path
  }
  return undefined
}
