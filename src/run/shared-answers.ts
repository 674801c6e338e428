import { createHash } from 'node:crypto'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { Answers } from './solve/answers.ts'

type Part = readonly RequirementsFile[]

/**
 * Gives parts with the same entries one set of answers, and drops it after the last of them: what is kept does not grow with parts that ask for
 * something of their own. Undefined where no other part has the same entries.
 *
 * @returns to be asked once for each part, when its turn comes
 */
export function sharedAnswers(parts: readonly Part[]): (part: Part) => Answers | undefined {
  if (parts.length < 2) return () => undefined
  const entries = new Map(parts.map(part => [part, entriesOf(part)]))
  const waiting = new Map<string, number>()
  for (const asked of entries.values()) waiting.set(asked, (waiting.get(asked) ?? 0) + 1)
  const kept = new Map<string, Answers>()
  return part => {
    const asked = entries.get(part)!
    const others = waiting.get(asked)! - 1
    waiting.set(asked, others)
    const known = kept.get(asked)
    if (known) {
      if (others === 0) kept.delete(asked)
      return known
    }
    if (others === 0) return undefined
    const answers = new Answers()
    kept.set(asked, answers)
    return answers
  }
}

/** A digest of the lines of some files, comments left out. */
function entriesOf(part: Part): string {
  const entries = JSON.stringify(
    part.map(({ role, source, statements }) => [
      role,
      ...statements
        .filter(({ kind }) => kind !== 'blank')
        .map(({ span, comment }) => source.slice(span.start, comment?.start ?? span.end).trimEnd()),
    ]),
  )
  return createHash('sha256').update(entries).digest('base64')
}
