import { dirname, join } from 'node:path'
import { foldersUpwards, pathFrom } from './folders.ts'
import { readText } from './read-text.ts'

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
export async function findRenovateSettings(
  directory: string,
  cwd = process.cwd(),
): Promise<RenovateSettings | undefined> {
  for await (const { path: top, names } of foldersUpwards(directory)) {
    if (!names.includes('.git')) continue
    for (const place of places) {
      if (!names.includes(dirname(place) === '.' ? place : dirname(place))) continue
      const text = await readText(join(top, place))
      if (text === undefined || (place === 'package.json' && !/"renovate"\s*:\s*\{/.test(text))) continue
      return { path: pathFrom(cwd, join(top, place)), namesRegistries: text.includes('registryUrls') }
    }
  }
  return undefined
}
