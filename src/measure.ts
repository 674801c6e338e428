import type { Install } from './as-they-were.ts'
import type { Choice } from './choose.ts'
import type { Options } from './options.ts'
import type { Target } from './packaging/target.ts'
import type { Savings } from './result.ts'
import type { RequirementLines } from './torch/lines.ts'
import { measureSavings } from './torch/savings.ts'

/**
 * What the change saves on a target: the files as they were, resolved as pip would from their own indexes, against the
 * resolution that was written. Null where the files as they were cannot be resolved at all: then there is nothing to
 * compare with.
 */
export async function measure(
  before: Install | undefined,
  { resolution: after, withoutMetadata }: Choice,
  { direct }: RequirementLines,
  target: Target,
  options: Pick<Options, 'onNotice' | 'onProgress'>,
): Promise<Savings | null> {
  if (!before) {
    options.onNotice('the files as they were cannot be resolved, so there is nothing to measure the savings against')
    return null
  }
  const named = direct.every(({ wheel }) => wheel)
  const complete = { before: named && before.exact, after: named && withoutMetadata.length === 0 }
  return measureSavings(before.resolution, after, target, complete, (done, total, name) =>
    options.onProgress({ phase: 'measuring', done, total, name }),
  )
}
