import { TorchpinError } from '../contract/errors.ts'
import { decode } from '../files/encoding.ts'
import { pathFrom, refuseLinkOut } from '../files/folders.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import type { Encoding } from '../text/diff.ts'
import { applyEdits, type Edit } from '../text/edits.ts'
import type { IgnoreFile } from './context.ts'
import type { Problem } from './facts.ts'

/** A file of the run, as it is and as it will be. */
export interface EditedText {
  /** For display. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly encoding: Encoding
  readonly before: string
  text: string
}

/** Reads a file that may be changed. @throws TorchpinError FILE_UNREADABLE, FILE_OUTSIDE */
export async function readEdited(absolute: string, cwd: string): Promise<EditedText> {
  const path = pathFrom(cwd, absolute)
  await refuseLinkOut(absolute, cwd)
  const bytes = await readRegular(absolute).catch(cause => {
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${whyUnreadable(cause)}`, { cause })
  })
  const decoded = decode(bytes)
  if ('problem' in decoded)
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${decoded.problem}`, { hint: decoded.hint })
  return { path, bytes, encoding: decoded.encoding, before: decoded.text, text: decoded.text }
}

/** A text as if it were that of a file. */
export function givenText(absolute: string, text: string, cwd: string): EditedText {
  return {
    path: pathFrom(cwd, absolute),
    bytes: Buffer.from(text),
    encoding: { name: 'utf-8', bom: false },
    before: text,
    text,
  }
}

/** An ignore file that was read with its context. */
export function editedIgnore({ path, bytes, encoding, rules }: IgnoreFile): EditedText {
  return { path, bytes, encoding, before: rules.text, text: rules.text }
}

/** Applies the edits of problems to a file, except those that touch an earlier one; whether there were any. */
export function applyFixes(file: EditedText, problems: readonly Problem[]): boolean {
  const edits: Edit[] = []
  for (const problem of problems) {
    const free = problem.edits?.every(edit => edits.every(other => edit.end <= other.start || other.end <= edit.start))
    if (problem.edits && free) edits.push(...problem.edits)
  }
  if (edits.length === 0) return false
  file.text = applyEdits(file.text, edits)
  return true
}

/** The line ending of a file: of its first line; a line feed where it has one line. */
export function lineEndingOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
}
