import { dirname } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { isBelow, leadsOut, pathFrom, repositoryOf } from '../files/folders.ts'
import { realpath, stat } from '../files/machine/files.ts'

/**
 * What a run may show and write: the repository of each file or folder that was named, else the folder itself, and those of
 * the current folder.
 *
 * @param named absolute paths
 * @returns whether a real path lies in one of them
 */
export async function placesOf(named: readonly string[], cwd: string): Promise<(path: string) => boolean> {
  const folders = new Set([cwd, ...(await Promise.all(named.map(folderOf)))])
  const places = await Promise.all([...folders].map(repositoryOf))
  return path => places.some(place => isBelow(path, place))
}

/**
 * Refuses to write files that lie elsewhere. `-r ../../other/base.txt` is read wherever it leads, as pip reads it, and a link
 * may be named; what a repository of somebody else can have written must stay in that repository, or in the current folder.
 *
 * @param changing absolute paths, as are `named`: what the user gave, and what was found in folders that the user gave
 * @throws TorchpinError FILE_OUTSIDE
 */
export async function refuseOutside(changing: readonly string[], named: readonly string[], cwd: string): Promise<void> {
  if (changing.length === 0) return
  const isWithin = await placesOf(named, cwd)
  for (const path of changing) {
    const real = await realpath(path)
    if (isWithin(real)) continue
    const shown = pathFrom(cwd, path)
    if (named.includes(path) && (await leadsOut(path)))
      throw new TorchpinError(
        'FILE_OUTSIDE',
        `${shown} is a link out of the repository, and what it leads to would change`,
        {
          hint: `name ${pathFrom(cwd, real)} itself to have it written`,
        },
      )
    throw new TorchpinError('FILE_OUTSIDE', `${shown} is included from elsewhere, and would change`, {
      hint: `name ${shown} too to have it written`,
    })
  }
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ? path : dirname(path)
}
