import { basename, dirname, join, sep } from 'node:path'
import { TorchpinError } from '../errors.ts'
import { kindOfLine } from './line-kind.ts'
import type { RequirementsDocument } from './parse.ts'

/** A file of a run, and how the run came to it. */
interface Reached {
  readonly absolute: string
  /** Links followed. */
  readonly real: string
  /** An argument names it, or it was found in a folder that one names. */
  readonly named: boolean
}

/** How people name requirements files. Few others end that way, and none that holds secrets by habit. */
const usualName = /\.(?:txt|in|pip)$|(?:^|[-_./\\])(?:reqs?|requirements?|constraints?)(?:[-_./\\]|$)/i

/**
 * Whether the text of a file may be shown: it lies in the repository, is none of git's own files, and is one that was named,
 * or that has the name of a requirements file. A line of somebody else's repository can lead to any other: `-r ~/.netrc`,
 * `-c .env`, a link to `/proc/self/environ`.
 *
 * @param isWithin whether a real path lies in the repository of what was named
 */
export function isOwn({ absolute, real, named }: Reached, isWithin: (path: string) => boolean): boolean {
  const folders = dirname(real).split(sep)
  if (!isWithin(real) || folders.includes('.git')) return false
  const name = basename(real)
  const isLink = name !== basename(absolute)
  return (named && !isLink) || (!name.startsWith('.') && usualName.test(join(basename(dirname(real)), name)))
}

/**
 * Refuses a file whose text may not be shown, unless it is plainly one of requirements: every line can be read, and something
 * in it has a version, an option or a place. Where that is not so it may hold secrets, of which nothing may be told, and none
 * be sent to an index as the name of a project.
 *
 * @param includedAt `requirements.txt:3`, the line that leads to it; empty where it was named
 * @param document what was read; left out where the file is no text at all
 * @throws TorchpinError FILE_UNREADABLE, without a word of the file
 */
export function refuseForeign(path: string, includedAt: string, document?: RequirementsDocument): void {
  const kinds = document?.statements.filter(({ kind }) => kind !== 'blank').map(kindOfLine)
  const unreadable = kinds?.filter(kind => kind === 'text').length
  if (kinds && unreadable === 0 && (kinds.length === 0 || kinds.includes('requirement'))) return
  const why = unreadable ? `${unreadable} of its lines cannot be read` : 'nothing in it says so'
  throw new TorchpinError(
    'FILE_UNREADABLE',
    `${path}${includedAt && `, included by ${includedAt},`} is no requirements file: ${why}`,
    {
      hint: 'nothing is shown of a file outside of the repository, or with another name; name it too where it is one of yours',
    },
  )
}
