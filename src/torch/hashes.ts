import { TorchpinError } from '../errors.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Chosen } from '../resolve/resolve.ts'

/**
 * The hashes that a line of a hashed file carries for a chosen version: one for the file of each target.
 * @throws TorchpinError INDEX_UNREADABLE where the index gives none: a hashed file with a missing hash does not install
 */
export function hashesOf(chosen: Chosen, file: RequirementsFile): string[] {
  const hashes = chosen.files.map(({ file: { filename, hashes }, index }) => {
    const sha256 = hashes['sha256']
    if (sha256) return `sha256:${sha256}`
    throw new TorchpinError(
      'INDEX_UNREADABLE',
      `${file.path} pins hashes, and ${index.url} gives none for ${filename}`,
      {
        hint: 'run again when the index has it, or take the hashes out of the file',
      },
    )
  })
  return [...new Set(hashes)]
}
