import { type Options, resolveOptions } from '../contract/options.ts'
import { loadRequirements } from '../formats/requirements/files.ts'
import { indexesFor, openNetwork } from './solve/indexes.ts'
import { surroundingsOf } from './surroundings.ts'
import type { Unit } from './unit.ts'
import { unitOnItsPythons } from './which-python.ts'

/**
 * The Python that a requirements file is for, decided as `rewrite` does it, from what the cache and the snapshot tell: no
 * index is asked. What neither knows speaks against no Python.
 *
 * @param given where the file is, and where earlier runs kept what indexes answered
 * @throws TorchpinError as `loadRequirements` does
 */
export async function pythonAtHand(
  path: string,
  given: Pick<Options, 'cwd'> & Partial<Pick<Options, 'cacheDir' | 'environment'>>,
): Promise<Pick<Unit, 'source' | 'assumed'> & { readonly python: string }> {
  const options = resolveOptions({ ...given, offline: true })
  const loaded = await loadRequirements([path], { cwd: options.cwd })
  const files = new Map(loaded.map(file => [file.absolute, file]))
  const indexes = indexesFor(files, await openNetwork(options))
  const { targets, source, assumed } = await unitOnItsPythons({
    options,
    name: path,
    files,
    sources: new Map(),
    without: new Set(),
    indexes,
    surroundings: surroundingsOf(options),
  })
  return { python: targets[0]!.python, source, assumed }
}
