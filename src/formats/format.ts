import type { Change } from '../contract/results/rewrite.ts'
import type { Edit } from '../text/edits.ts'
import type { Decision } from './decision.ts'

/** A kind of file in which projects are asked for. */
export interface Format<M extends Manifest, D = Decision> {
  /** For people: `requirements.txt`. */
  readonly name: string
  /** Whether a path names such a file, by its name alone. */
  matches(path: string): boolean
  /** @throws TorchpinError FILE_UNREADABLE where the bytes are no text */
  read(bytes: Uint8Array, context: ReadContext): M
  /** What decisions make of a file. Pure; all syntax is the format's own. */
  edit(manifest: M, decisions: readonly D[]): Edited
}

export interface ReadContext {
  /** For messages. */
  readonly path: string
  /** What environment variables stand for in the file. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

/** What a file says, each part with its span in the text. */
export interface Manifest {
  /** The text as it was read. */
  readonly source: string
}

/** What decisions make of a file. */
export interface Edited {
  /** Of the original text; to be applied at once. */
  readonly edits: readonly Edit[]
  /** The same for the reader, in the order of the lines. */
  readonly changes: readonly Change[]
}

/** `# torchpin: keep` at the end of a line leaves the line alone. */
const KEEP = /#\s*torchpin:\s*keep\b/i

/** Whether a comment says that its line stays as it is. */
export function saysKeep(comment: string): boolean {
  return KEEP.test(comment)
}
