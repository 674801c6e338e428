import { dirname } from 'node:path'
import type { IndexStyle, Options } from '../contract/options.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import type { Surroundings } from './surroundings.ts'

function directoriesOf(files: ReadonlyMap<string, RequirementsFile>): string[] {
  return [...new Set([...files.values()].filter(file => file.root).map(file => dirname(file.absolute)))]
}

/** Whether the repository of some files plainly installs them with uv. */
export async function installsWithUv(
  files: ReadonlyMap<string, RequirementsFile>,
  { installer }: Pick<Surroundings, 'installer'>,
): Promise<boolean> {
  for (const root of [...files.values()].filter(file => file.root))
    if ((await installer(dirname(root.absolute), root.source))?.installer === 'uv') return true
  return false
}

/** Whether an installer of the repository writes bytecode of these files: pip, unless it is kept from that, is what counts where none is named. */
export async function compilesBytecode(
  files: ReadonlyMap<string, RequirementsFile>,
  { installer }: Pick<Surroundings, 'installer'>,
): Promise<boolean> {
  for (const root of [...files.values()].filter(file => file.root))
    if ((await installer(dirname(root.absolute), root.source))?.compiles ?? true) return true
  return false
}

/** How the index is best written where the user leaves it open: find-links where the repository plainly installs with uv. */
export function preferredStyle(
  installsWithUv: boolean,
  { indexStyle }: Pick<Options, 'indexStyle'>,
): Exclude<IndexStyle, 'auto'> {
  if (indexStyle !== 'auto') return indexStyle
  return installsWithUv ? 'find-links' : 'extra-index-url'
}

/** The settings of Renovate in the repository of the files, where they leave it to Renovate which indexes it asks. */
export async function renovateOf(
  files: ReadonlyMap<string, RequirementsFile>,
  { renovate }: Pick<Surroundings, 'renovate'>,
): Promise<string | undefined> {
  for (const directory of directoriesOf(files)) {
    const found = await renovate(directory)
    if (found) return found.namesRegistries ? undefined : found.path
  }
  return undefined
}
