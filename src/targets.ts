import { dirname } from 'node:path'
import type { Indexes } from './indexes.ts'
import type { Options } from './options.ts'
import { type Release, releasesOf } from './package-index/releases.ts'
import type { Target } from './packaging/target.ts'
import type { RequirementsFile } from './requirements/files.ts'
import type { IndexStyleName } from './torch/index-styles.ts'
import { detectInstaller } from './workspace/installer.ts'
import { detectPython } from './workspace/python.ts'
import { findRenovateSettings } from './workspace/renovate.ts'

export interface Targets {
  readonly targets: readonly Target[]
  /** Where the Python versions were read: `--python`, `Dockerfile:1`. */
  readonly source: string
}

/** What the result must install on: as told, else as the repository says, else the newest Python that torch can be installed on. */
export async function findTargets(
  files: ReadonlyMap<string, RequirementsFile>,
  options: Options,
  indexes: Indexes,
): Promise<Targets> {
  const { pythons, source } = await findPythons(files, options, indexes)
  return { targets: pythons.flatMap(python => options.platform.map(platform => ({ python, platform }))), source }
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
  const included = new Set([...files.values()].flatMap(({ includes }) => includes.map(({ file }) => file)))
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

async function newestPython({ cpu, anyName: [main] }: Indexes): Promise<{ python: string; source: string }> {
  const [torch, need] = await Promise.all([cpu.project('torch'), main?.project(compiledNeed).catch(() => undefined)])
  const newest = torch && releasesOf(torch).findLast(({ version }) => version.local === 'cpu' && !version.isPrerelease)
  const minors = newest ? minorsOf(newest) : []
  const ofNeed = need ? new Set(releasesOf(need).flatMap(minorsOf)) : undefined
  const source = `the newest Python that torch ${newest?.version.text ?? ''} has a CPU wheel for`
  const both = minors.filter(minor => ofNeed?.has(minor) ?? true)
  return both.length === minors.length || both.length === 0
    ? { python: `3.${Math.max(...minors, 11)}`, source }
    : { python: `3.${Math.max(...both)}`, source: `${source}, and ${compiledNeed}, which torch needs, a wheel` }
}

/** The Pythons, `14` for 3.14, for which a release has wheels of their own. */
function minorsOf(release: Release): number[] {
  const abis = Array.from({ length: release.length }, (_, i) => release.wheel(i)?.abis ?? []).flat()
  return [...new Set(abis.flatMap(abi => /^cp3(\d+)$/.exec(abi)?.[1] ?? []))].map(Number)
}

/** How the index is best written where the user leaves it open: find-links where the repository plainly installs with uv. */
export async function preferredStyle(
  files: ReadonlyMap<string, RequirementsFile>,
  { indexStyle, cwd }: Options,
): Promise<IndexStyleName> {
  if (indexStyle !== 'auto') return indexStyle
  for (const root of [...files.values()].filter(file => file.root)) {
    const found = await detectInstaller(dirname(root.absolute), root.source, cwd)
    if (found?.installer === 'uv') return 'find-links'
  }
  return 'extra-index-url'
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
