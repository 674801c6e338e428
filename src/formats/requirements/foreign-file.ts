import { basename, dirname, join, sep } from 'node:path'
import { TorchpinError } from '../../contract/errors.ts'
import type { RequirementsDocument } from './parse.ts'
import { kindOfLine } from './statement.ts'

/** A file of a run, and how the run came to it. */
interface Reached {
  readonly absolute: string
  /** Links followed. */
  readonly real: string
  /** An argument names it, or it was found in a folder that one names. */
  readonly named: boolean
}

/**
 * What a run may do with a file: show its text (`own`); go by its lines and show none (`foreign`); not even read it (`barred`).
 */
export type Standing = 'own' | 'foreign' | 'barred'

/** How people name requirements files. Few others end that way, and none that holds secrets by habit. */
const usualName = /\.(?:txt|in|pip)$|(?:^|[-_./\\])(?:reqs?|requirements?|constraints?)(?:[-_./\\]|$)/i

/**
 * Tells how far a file is to be trusted. A line in a repository of somebody else can lead to any file of this machine:
 * `-r ~/.netrc`, `-c .env`, a link to `/proc/self/environ`. Own is what lies in the repository and was named, or has the name
 * of a requirements file. Barred is what git and people hide, unless it was named, and what lies elsewhere with another name.
 *
 * @param isWithin whether a real path lies in the repository of what was named
 */
export function standingOf({ absolute, real, named }: Reached, isWithin: (path: string) => boolean): Standing {
  const name = basename(real)
  const isUsual = usualName.test(join(basename(dirname(real)), name))
  const asNamed = named && name === basename(absolute)
  if (dirname(real).split(sep).includes('.git') || (name.startsWith('.') && !asNamed)) return 'barred'
  if (!isWithin(real)) return isUsual ? 'foreign' : 'barred'
  return asNamed || isUsual ? 'own' : 'foreign'
}

/**
 * Refuses a file whose text may not be shown, unless it is plainly one of requirements: every line can be read, and something
 * in it has a version, an option or a place. Where that is not so it may hold secrets, of which nothing may be told, and none
 * be sent to an index as the name of a project.
 *
 * @param shown `base.txt`, and `, included by requirements.txt:3,` where another file leads to it
 * @param document what was read; left out where the file is barred, or no text at all
 * @throws TorchpinError FILE_UNREADABLE, without a word of the file
 */
export function refuseForeign(shown: string, document?: RequirementsDocument): void {
  const kinds = document?.statements.filter(({ kind }) => kind !== 'blank').map(kindOfLine)
  const unreadable = kinds?.filter(kind => kind === 'text').length
  if (kinds && unreadable === 0 && (kinds.length === 0 || kinds.includes('requirement'))) return
  const why = !kinds
    ? 'lies elsewhere or is hidden, and is not read'
    : `is no requirements file: ${unreadable ? `${unreadable} of its lines cannot be read` : 'nothing in it says so'}`
  throw new TorchpinError('FILE_UNREADABLE', `${shown} ${why}`, {
    hint: 'nothing of a file is shown that lies outside of the repository or has another name; name it too if it is one of yours',
  })
}
