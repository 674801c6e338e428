import type { Choice } from './choose.ts'
import type { Unit } from './open.ts'
import type { Savings } from './result.ts'
import type { RequirementLines } from './torch/lines.ts'
import { measureSavings } from './torch/savings.ts'

/**
 * What the change saves on the first target: the files as they were, resolved as pip would from their own indexes, against the
 * resolution that was written. Null where the files as they were cannot be resolved at all: then there is nothing to
 * compare with.
 */
export async function measure(
  { name, targets, options, asTheyAre }: Unit,
  { resolution: after, withoutMetadata }: Choice,
  { direct }: RequirementLines,
): Promise<Savings | null> {
  const target = targets[0]!
  const before = await asTheyAre(target)
  if (!before) {
    options.onNotice(
      `${name}: the files as they were cannot be resolved, so there is nothing to measure the savings against`,
    )
    return null
  }
  const named = direct.every(({ wheel }) => wheel)
  const complete = { before: named && before.exact, after: named && withoutMetadata.length === 0 }
  return measureSavings(before.resolution, after, target, complete, (done, total, name) =>
    options.onProgress({ phase: 'measuring', done, total, name }),
  )
}
