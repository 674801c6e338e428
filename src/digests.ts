import { TorchpinError } from './errors.ts'
import type { Indexes } from './indexes.ts'
import type { Options } from './options.ts'
import { type Digests, hashedFiles } from './torch/hashes.ts'
import type { PlanInput } from './torch/plan.ts'

/**
 * The SHA-256 of the wheels that hashed lines will name and whose index gives none: each is fetched once and summed up.
 * What cannot be fetched is left out, and the plan refuses to write such a line.
 */
export async function missingDigests(
  plan: Omit<PlanInput, 'digests'>,
  indexes: Indexes,
  { onProgress, onNotice }: Options,
): Promise<Digests> {
  const digests = new Map<string, string>()
  for (const file of hashedFiles(plan)) {
    if (file.hashes['sha256'] || digests.has(file.url)) continue
    onNotice(`the index gives no hash of ${file.filename}, so it is fetched to work it out`)
    const told = (done: number) =>
      onProgress({ phase: 'hashing', done, ...(file.size ? { total: file.size } : {}), name: file.filename })
    const digest = await indexes.sha256(file, told).catch(unreachable)
    if (digest) digests.set(file.url, digest)
  }
  return digests
}

function unreachable(error: unknown): undefined {
  if (!(error instanceof TorchpinError) || error.code !== 'INDEX_UNREACHABLE') throw error
}
