import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { DEFAULT_CPU_INDEX_URL } from '../../src/contract/options.ts'
import { torchFamily } from '../../src/torch/family.ts'
import { sameIndex } from '../../src/torch/index-urls.ts'
import type { Row } from '../uv-projects/rows.ts'
import type { Renovate } from './renovate.ts'

interface Extracted {
  readonly deps: readonly { readonly packageName?: string; readonly registryUrls?: readonly string[] }[]
}

/** What Renovate's own reader of pyproject.toml says of the torch projects of a row, as torchpin leaves it, that do not come from the CPU index alone. */
export async function elsewhere(renovate: Renovate, { name, folder, expected }: Row): Promise<readonly string[]> {
  const require = createRequire(renovate.script)
  const part = (path: string) => require(join(dirname(renovate.script), path))
  const { GlobalConfig } = part('config/global.js') as { GlobalConfig: { set(config: object): void } }
  const { extractPackageFile } = part('modules/manager/pep621/extract.js') as {
    extractPackageFile(text: string, path: string): Promise<Extracted | null>
  }
  const found: string[] = []
  for (const path of expected.changes.filter(path => path.endsWith('pyproject.toml'))) {
    const file = resolve(folder, 'after', path)
    // It reads the lock beside the file as well.
    GlobalConfig.set({ localDir: dirname(file) })
    const { deps } = (await extractPackageFile(readFileSync(file, 'utf8'), 'pyproject.toml')) ?? { deps: [] }
    for (const { packageName = '', registryUrls = [] } of deps)
      if (
        torchFamily.has(packageName) &&
        !(registryUrls.length === 1 && sameIndex(registryUrls[0]!, DEFAULT_CPU_INDEX_URL))
      )
        found.push(
          `${name}/${path}: ${packageName} from ${registryUrls.join(' ') || 'where Renovate looks by default'}`,
        )
  }
  return found
}
