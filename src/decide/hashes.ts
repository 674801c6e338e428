import { TorchpinError } from '../contract/errors.ts'
import type { Installed } from '../resolve/resolve.ts'
import type { Digests } from './versions.ts'

/**
 * The hashes that a line of a hashed file carries for these builds: those of every wheel of the version that installs on
 * one of the targets, since an installer there may know another tag as the best one.
 * @throws TorchpinError INDEX_UNREADABLE where the chosen wheel's is not known: a hashed file with a missing hash does not install
 */
export function hashesOf(builds: readonly Installed[], file: { readonly path: string }, digests: Digests): string[] {
  const hashes = builds.flatMap(build => {
    const chosen = digestOf(build.file, digests)
    if (!chosen) {
      throw new TorchpinError(
        'INDEX_UNREADABLE',
        `${file.path} pins hashes, and that of ${build.file.filename} is not to be had from ${build.index.url}`,
        { hint: 'run again where the wheel can be fetched, or take the hashes out of the file' },
      )
    }
    const others = build.fitting.filter(({ filename }) => isWheel(filename) === isWheel(build.file.filename))
    return [chosen, ...others.flatMap(other => digestOf(other, digests) ?? [])]
  })
  return [...new Set(hashes)].map(hash => `sha256:${hash}`)
}

function digestOf({ hashes, url }: Installed['file'], digests: Digests): string | undefined {
  return hashes['sha256'] ?? digests.get(url)
}

const isWheel = (filename: string): boolean => filename.endsWith('.whl')
