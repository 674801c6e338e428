import { dirname, join } from 'node:path'
import { type Folder, type FoldersUpwards, foldersUpwards, pathFrom } from '../files/folders.ts'
import { readText } from '../files/read-text.ts'
import { once } from '../text/memo.ts'

/** Where Renovate looks for the settings of a repository, the first that is there. */
const places = [
  'renovate.json',
  'renovate.json5',
  '.github/renovate.json',
  '.github/renovate.json5',
  '.gitlab/renovate.json',
  '.gitlab/renovate.json5',
  '.renovaterc',
  '.renovaterc.json',
  '.renovaterc.json5',
  'package.json',
]

/** What a repository tells Renovate. */
export interface RenovateSettings {
  /** The file, relative to the current folder. */
  readonly path: string
  /** It says which indexes to ask. Presets that it extends are not read. */
  readonly namesRegistries: boolean
}

/** Looks for the settings of Renovate at the top of the git repository that a folder is in. */
export function findRenovateSettings(directory: string, cwd = process.cwd()): Promise<RenovateSettings | undefined> {
  return renovateSettings(cwd)(directory)
}

/** See `findRenovateSettings`. */
export type FindRenovateSettings = (directory: string) => Promise<RenovateSettings | undefined>

/** `findRenovateSettings` for many folders: the settings of a repository are read once. */
export function renovateSettings(cwd: string, upwards: FoldersUpwards = foldersUpwards): FindRenovateSettings {
  const settingsOf = once(
    ({ path }: Folder) => path,
    top => settingsIn(top, cwd),
  )
  return async directory => {
    for (const folder of upwards(directory)) if (folder.has('.git')) return settingsOf(folder)
    return undefined
  }
}

async function settingsIn(top: Folder, cwd: string): Promise<RenovateSettings | undefined> {
  for (const place of places) {
    if (!top.has(dirname(place) === '.' ? place : dirname(place))) continue
    const text = await readText(join(top.path, place))
    if (text === undefined || (place === 'package.json' && !/"renovate"\s*:\s*\{/.test(text))) continue
    return { path: pathFrom(cwd, join(top.path, place)), namesRegistries: text.includes('registryUrls') }
  }
  return undefined
}
