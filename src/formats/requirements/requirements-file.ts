import type { Encoding } from '../../text/diff.ts'
import { saysKeep } from '../format.ts'
import type { OptionStatement, RequirementStatement, RequirementsDocument } from './parse.ts'
import type { CondaFile } from './pip-list.ts'

/** A file of a run, as it is on the disk. */
export interface RequirementsFile extends RequirementsDocument {
  /** For display: as the user names it, or as the files that lead to it do. */
  readonly path: string
  readonly absolute: string
  /** Links followed; left out of standard input. */
  readonly real?: string
  readonly encoding: Encoding
  readonly bytes: Uint8Array
  /** Constraints, when no path leads to it but by `-c`. */
  readonly role: FileRole
  /** The user names it. */
  readonly root: boolean
  /** Whether its text may be shown: see `standingOf`. */
  readonly own: boolean
  /** The line that makes a build publish this file as the needs of a package: `pyproject.toml:12`. Left out if no line does. */
  readonly publishedBy?: string
  /** Set where the file is a conda environment: `source` and all spans are then of its `pip:` list, in the same places. */
  readonly conda?: CondaFile
  /** The files that it brings in, in its order; each is a file of the run. */
  readonly includes: readonly Include[]
  /** What it brings in from the net, which is not read. */
  readonly remoteIncludes: readonly RemoteInclude[]
}

/** Whether a file counts and is not edited: a package publishes it, and the user names another one. */
export function staysAsItIs({ publishedBy, root }: RequirementsFile): boolean {
  return publishedBy !== undefined && !root
}

/** Whether a comment at the end of a statement says that its line stays as it is. */
export function isIgnored({ source }: RequirementsFile, { comment }: Pick<RequirementStatement, 'comment'>): boolean {
  return comment !== undefined && saysKeep(source.slice(comment.start, comment.end))
}

export type FileRole = 'requirements' | 'constraints'

export interface Include {
  readonly statement: OptionStatement
  /** The `absolute` of a file of the run. */
  readonly file: string
  readonly role: FileRole
}

export interface RemoteInclude {
  readonly statement: OptionStatement
  readonly url: string
  readonly role: FileRole
}
