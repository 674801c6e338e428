import { dirname } from 'node:path'
import type { Options } from './options.ts'
import type { PackageIndex } from './package-index/project-page.ts'
import type { Target } from './packaging/target.ts'
import { compareVersions } from './packaging/version.ts'
import { parseWheelFilename } from './packaging/wheel.ts'
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

/** What the result must install on: as told, else as the repository says, else the newest Python that torch has wheels for. */
export async function findTargets(
  files: ReadonlyMap<string, RequirementsFile>,
  options: Options,
  cpuIndex: PackageIndex,
): Promise<Targets> {
  const { pythons, source } = await findPythons(files, options, cpuIndex)
  return { targets: pythons.flatMap(python => options.platform.map(platform => ({ python, platform }))), source }
}

async function findPythons(
  files: ReadonlyMap<string, RequirementsFile>,
  options: Options,
  cpuIndex: PackageIndex,
): Promise<{ pythons: readonly string[]; source: string }> {
  if (options.python.length > 0) return { pythons: options.python, source: '--python' }
  for (const directory of directoriesOf(files)) {
    const found = await detectPython(directory, options.cwd)
    if (found) return { pythons: [found.python], source: found.source }
  }
  const { python, torch } = await newestPython(cpuIndex)
  const source = `the newest Python that torch ${torch} has a CPU wheel for`
  options.onNotice(`nothing says which Python this is for: taking ${python}, ${source} (choose with --python)`)
  return { pythons: [python], source }
}

function directoriesOf(files: ReadonlyMap<string, RequirementsFile>): string[] {
  return [...new Set([...files.values()].filter(file => file.root).map(file => dirname(file.absolute)))]
}

async function newestPython(cpuIndex: PackageIndex): Promise<{ python: string; torch: string }> {
  const wheels = ((await cpuIndex.project('torch'))?.files ?? []).flatMap(
    ({ filename }) => parseWheelFilename(filename) ?? [],
  )
  const labelled = wheels
    .filter(({ version }) => version.local === 'cpu' && !version.isPrerelease)
    .sort((a, b) => compareVersions(a.version, b.version))
  const newest = labelled.at(-1)?.version
  const minors = labelled
    .filter(({ version }) => version === newest)
    .flatMap(({ abis }) => abis.flatMap(abi => /^cp3(\d+)$/.exec(abi)?.[1] ?? []))
  return { python: `3.${Math.max(...minors.map(Number), 11)}`, torch: newest?.text ?? '' }
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
