import type { Unit } from '../open.ts'
import { asArgument } from '../text/argument.ts'

/**
 * The command that mends what is found in a unit. A file that is installed with others is not named alone: it would be
 * resolved without them.
 *
 * @param paths what the run was asked to look at
 */
export function remedyOf({ files }: Unit, paths: readonly string[]): string {
  const [only, ...more] = [...files.values()].map(({ path }) => path)
  const asked = paths.length > 0 ? paths : ['.']
  return `torchpin rewrite ${(more.length === 0 ? [only!] : asked).map(asArgument).join(' ')}`
}
