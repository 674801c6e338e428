import type { Options } from '../../contract/options.ts'
import type { Target } from '../../packaging/target.ts'
import { keysOf, parseKey } from '../../resolve/provider/package-key.ts'
import { targetsOf } from '../../resolve/resolve.ts'
import { torchFamily } from '../../torch/family.ts'
import type { RequirementLines } from '../../torch/lines.ts'
import type { Indexes } from './indexes.ts'

/** What will be asked. */
export interface Ahead {
  readonly lines: RequirementLines
  readonly indexes: Pick<Indexes, 'cpu' | 'others' | 'cache'>
  readonly targets: readonly Target[]
  readonly options: Pick<Options, 'offline' | 'resolution' | 'sizes'>
}

/**
 * Has the pages fetched that an answer will probably need: those of what the lines ask for, and of what the releases need that the
 * snapshots know. Else a page would wait for the metadata of the release that asks for it, and that for its page, link by
 * link. Only indexes whose releases a snapshot lists are asked, and what they answer is looked at when it is really needed.
 */
export function lookAhead({ lines, indexes, targets, options }: Ahead): void {
  // The oldest releases need other things than the newest.
  if (options.offline || options.resolution === 'lowest-direct') return
  const others = indexes.others.filter(({ likely }) => likely !== undefined)
  if (others.length === 0) return
  // What the files cost as they were is worked out from their own indexes.
  const ofFamily = options.sizes ? [indexes.cpu, ...others] : [indexes.cpu]
  const asked = lines.requirements.flatMap(({ requirement, cpuRequirement, removal }) => [
    ...(removal === undefined ? [cpuRequirement] : []),
    ...(options.sizes ? [requirement] : []),
  ])
  for (const target of targets) {
    const seen = new Set(lines.direct.map(({ project }) => project))
    const waiting = asked.filter(requirement => targetsOf(requirement, [target]).length > 0)
    for (const requirement of waiting)
      for (const key of keysOf(requirement)) {
        const { project, extra } = parseKey(key)
        if (seen.has(key)) continue
        seen.add(key)
        for (const index of torchFamily.has(project) ? ofFamily : others) {
          if (extra === undefined) index.expect?.(project)
          const likely = index.likely?.(requirement)
          if (likely) waiting.push(...indexes.cache.needsOn(target, likely, extra))
        }
      }
  }
}
