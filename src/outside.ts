import { realpath } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { TorchpinError } from './errors.ts'
import { foldersUpwards, pathFrom } from './workspace/folders.ts'

/**
 * Refuses to write files that nobody named and that lie elsewhere. `-r ../../other/base.txt` is read wherever it leads, as pip
 * reads it; what a repository of somebody else can have written must stay in that repository, or in the current folder.
 *
 * @param changing absolute paths, as are `named`: what the user gave, and what was found in folders that the user gave
 * @throws TorchpinError FILE_OUTSIDE
 */
export async function refuseOutside(changing: readonly string[], named: readonly string[], cwd: string): Promise<void> {
  const included = changing.filter(path => !named.includes(path))
  if (included.length === 0) return
  const places = await Promise.all([...new Set([cwd, ...named.map(path => dirname(path))])].map(repositoryOf))
  for (const path of included) {
    const real = await realpath(path)
    if (places.some(place => real.startsWith(place.endsWith(sep) ? place : place + sep))) continue
    const shown = pathFrom(cwd, path)
    throw new TorchpinError('FILE_OUTSIDE', `${shown} is included from elsewhere, and would change`, {
      hint: `name ${shown} too to have it written`,
    })
  }
}

/** The real path of the repository that a folder belongs to, else of the folder. */
async function repositoryOf(folder: string): Promise<string> {
  for await (const { path, names } of foldersUpwards(folder)) if (names.includes('.git')) return realpath(path)
  return realpath(folder)
}
