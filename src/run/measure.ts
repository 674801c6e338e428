import type { Savings } from '../contract/results/rewrite.ts'
import { enumerated } from '../text/lists.ts'
import { isLookedInto, type RequirementLines } from '../torch/lines.ts'
import type { Unit } from './open.ts'
import { measureSavings } from './savings.ts'
import type { Choice } from './solve/choose.ts'
import { compilesBytecode } from './targets.ts'

/**
 * What the change saves on the first target: the files as they were, resolved as pip would from their own indexes, against the
 * resolution that was written. Null where the files as they were cannot be resolved at all, or where no size is known: then
 * there is nothing to compare.
 */
export async function measure(
  { name, files, targets, answers, options, actualInstall, project, surroundings }: Unit,
  { resolution: after, withoutMetadata }: Choice,
  { direct }: RequirementLines,
): Promise<Savings | null> {
  const target = targets[0]!
  const before = await actualInstall(target)
  if (!before) {
    options.onNotice(
      `${name}: the files as they were cannot be resolved, so there is nothing to measure the savings against`,
    )
    return null
  }
  const named = direct.every(isLookedInto)
  const complete = { before: named && before.exact, after: named && withoutMetadata.length === 0 }
  const compiles = !project && (await compilesBytecode(files, surroundings))
  const parts = [before.resolution, after, target, compiles, complete.before, complete.after]
  const measured = () =>
    measureSavings(before.resolution, after, { target, complete, compiles }, (done, total, name) =>
      options.onProgress({ phase: 'measuring', done, total, name }),
    )
  const savings = await (answers ? answers.to('savings', parts, measured) : measured())
  for (const notice of unmeasured(savings)) options.onNotice(notice)
  return savings.unknown.length > 0 && savings.unknown.length === savings.packages.length ? null : savings
}

/** What is said of sizes that no index tells. */
function unmeasured({ packages, unknown }: Savings): string[] {
  const estimated = new Set(
    packages.flatMap(({ name, before, after }) =>
      [before, after].flatMap(side =>
        side?.estimatedFrom === undefined ? [] : [`${name} ${side.version} from ${side.estimatedFrom}`],
      ),
    ),
  )
  const uncompiled = packages.filter(({ before, after }) => before?.bytecode === null || after?.bytecode === null)
  const sourceless = uncompiled.map(({ name }) => name).filter(name => !unknown.includes(name))
  return [
    ...(estimated.size > 0 ? [`sizes that no index tells are estimated: ${enumerated([...estimated])}`] : []),
    ...(unknown.length > 0
      ? [`no index tells the size of ${enumerated(unknown)}, so the totals leave it out, before and after`]
      : []),
    ...(sourceless.length > 0
      ? [`how much bytecode pip writes of ${enumerated(sourceless)} is not known, so it is left out, before and after`]
      : []),
  ]
}
