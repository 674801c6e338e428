import { dirname } from 'node:path'
import type { Options } from '../contract/options.ts'
import { homeOf } from '../files/environment.ts'
import { isRepository, isWithin, repositoryOf } from '../files/folders.ts'
import { realpath } from '../files/machine/files.ts'

/**
 * The real paths of the repositories that some files are in, and of that of the current folder. A folder that is in none counts
 * as one, unless the home of the user is in it: programs that lie there are the user's own.
 *
 * @param files absolute paths
 */
export async function repositoriesOf(files: readonly string[], { cwd, environment }: Options): Promise<string[]> {
  const home = await realpath(homeOf(environment)).catch(() => homeOf(environment))
  const places = await Promise.all([...new Set([cwd, ...files.map(path => dirname(path))])].map(repositoryOf))
  const isOthers = await Promise.all(places.map(async place => (await isRepository(place)) || !isWithin(home, place)))
  return places.filter((_, i) => isOthers[i])
}
