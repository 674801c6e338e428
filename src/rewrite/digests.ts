import { isUnreachable } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import type { Digests } from '../decide/versions.ts'
import type { IndexFile } from '../package-index/project-page.ts'
import type { Indexes } from '../run/solve/indexes.ts'

/**
 * The SHA-256 of files whose index gives none: each is fetched once and summed up. What cannot be fetched is left out, and
 * no line is then decided on that needs it.
 */
export async function missingDigests(
  files: readonly IndexFile[],
  indexes: Pick<Indexes, 'sha256'>,
  { onProgress, onNotice }: Options,
): Promise<Digests> {
  const digests = new Map<string, string>()
  for (const file of files) {
    if (file.hashes['sha256'] || digests.has(file.url)) continue
    onNotice(`the index gives no hash of ${file.filename}, so it is fetched to work it out`)
    const onBytes = (done: number) =>
      onProgress({ phase: 'hashing', done, ...(file.size ? { total: file.size } : {}), name: file.filename })
    const digest = await indexes.sha256(file, onBytes).catch(unreachable)
    if (digest) digests.set(file.url, digest)
  }
  return digests
}

function unreachable(error: unknown): undefined {
  if (!isUnreachable(error)) throw error
}
