import { posix } from 'node:path'
import type { Style } from './pen.ts'

/** Things with paths as a code host wants them: from the top of the repository, wherever in it the run is. */
export function fromTop<Placed extends { readonly path: string }>(
  things: readonly Placed[],
  { folder = '' }: Pick<Style, 'folder'>,
): readonly Placed[] {
  if (folder === '') return things
  return things.map(thing =>
    posix.isAbsolute(thing.path) ? thing : { ...thing, path: posix.join(folder, thing.path) },
  )
}
