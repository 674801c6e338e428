import type { Diagnostic } from '../../contract/results/rewrite.ts'
import type { IndexOption } from '../../formats/index-option.ts'
import { redactUrl } from '../../text/secrets.ts'
import { sameIndex } from '../../torch/index-urls.ts'
import type { FileLines } from '../../torch/lines.ts'
import { isHashed } from '../entry.ts'

/** Packages that an extra index has, by what else has them. */
export interface SharedNames {
  /** URLs without credentials. */
  readonly index: string
  readonly main: string
  /** On an earlier index too; of the torch family, the pinned release itself. */
  readonly both: readonly string[]
  /** On this index alone, so that the name may be free on the main one. */
  readonly alone: readonly string[]
}

/** How many names a notice lists; the rest is counted. */
const MOST_NAMED = 3

/** One notice for each extra index, at its line. With hashes only the chosen files can be installed, so there is none. */
export function ofSharedNames(
  { asked }: FileLines,
  options: readonly IndexOption[],
  shared: readonly SharedNames[],
): Diagnostic[] {
  if (asked.some(isHashed)) return []
  return shared.flatMap(({ index, main, both, alone }): Diagnostic[] => {
    const line = lineOf(options, index)
    if (line === undefined) return []
    const common = {
      code: 'name-on-any-index' as const,
      line,
      hint: 'write hashes (--hash), or name one index that merges both and decides',
    }
    const [here, there] = [redactUrl(index), redactUrl(main)]
    return [
      ...(alone.length > 0
        ? [
            {
              ...common,
              level: 'warning' as const,
              message: `${listed(alone)} on ${here} and not on ${there}: whoever puts the name there has it installed`,
            },
          ]
        : []),
      ...(both.length > 0
        ? [
            {
              ...common,
              level: 'info' as const,
              message: `${listed(both)} on ${here} and on another index too: pip takes the higher version, whoever made it`,
            },
          ]
        : []),
    ]
  })
}

/** An extra index that did not answer, at its line: what only it has was not chosen, and may come from elsewhere. */
export function ofUnreached(options: readonly IndexOption[], unreached: readonly string[]): Diagnostic[] {
  return unreached.flatMap((index): Diagnostic[] => {
    const line = lineOf(options, index)
    if (line === undefined) return []
    return [
      {
        code: 'index-not-reached',
        level: 'warning',
        line,
        message: `${redactUrl(index)} cannot be reached, so all packages were chosen without it, as pip would do`,
        hint: 'where the index is gone take the line out, for uv stops at it; else run again where it can be reached',
      },
    ]
  })
}

function lineOf(options: readonly IndexOption[], index: string): number | undefined {
  return options.find(({ name, value }) => name === 'extra-index-url' && sameIndex(value, index))?.line
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED
  const first = rest > 0 ? [...names.slice(0, MOST_NAMED), `${rest} more`] : names
  return `${first.join(', ')} ${names.length === 1 ? 'is' : 'are'}`
}
