import { dirname } from 'node:path'
import type { Options } from './options.ts'
import type { RequirementsFile } from './requirements/files.ts'
import type { IndexStyleName } from './torch/index-styles.ts'
import { detectInstaller } from './workspace/installer.ts'
import { findRenovateSettings } from './workspace/renovate.ts'

function directoriesOf(files: ReadonlyMap<string, RequirementsFile>): string[] {
  return [...new Set([...files.values()].filter(file => file.root).map(file => dirname(file.absolute)))]
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

/** Whether an installer of the repository writes bytecode of these files: pip, unless it is kept from that, is what counts where none is named. */
export async function compilesBytecode(
  files: ReadonlyMap<string, RequirementsFile>,
  { cwd }: Pick<Options, 'cwd'>,
): Promise<boolean> {
  for (const root of [...files.values()].filter(file => file.root))
    if ((await detectInstaller(dirname(root.absolute), root.source, cwd))?.compiles ?? true) return true
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
