import { redactUrl } from '../package-index/credentials.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Diagnostic } from '../result.ts'
import { positionAt } from '../text/position.ts'
import { sameIndex } from './index-urls.ts'
import { type FileLines, isHashed } from './lines.ts'

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

/** Names told; the rest is counted. */
const TOLD = 3

/** Told once for each extra index, at its line. With hashes nothing else than was chosen can be installed, so nothing is told. */
export function ofSharedNames(
  file: RequirementsFile,
  { own, shared }: { readonly own: FileLines; readonly shared: readonly SharedNames[] },
): Diagnostic[] {
  if (own.asked.some(isHashed)) return []
  return shared.flatMap(({ index, main, both, alone }): Diagnostic[] => {
    const line = lineOf(file, index)
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

/** An extra index at which nobody was there, at its line: what only it has was not chosen, and may be taken from elsewhere. */
export function ofUnreached(
  file: RequirementsFile,
  { unreached }: { readonly unreached: readonly string[] },
): Diagnostic[] {
  return unreached.flatMap((index): Diagnostic[] => {
    const line = lineOf(file, index)
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

function lineOf({ source, statements }: RequirementsFile, index: string): number | undefined {
  const found = statements.find(
    statement =>
      statement.kind === 'option' &&
      statement.options.some(
        ({ name, value }) => name === 'extra-index-url' && value !== undefined && sameIndex(value, index),
      ),
  )
  return found && positionAt(source, found.span.start).line
}

function listed(names: readonly string[]): string {
  const rest = names.length - TOLD
  const told = rest > 0 ? [...names.slice(0, TOLD), `${rest} more`] : names
  return `${told.join(', ')} ${names.length === 1 ? 'is' : 'are'}`
}
