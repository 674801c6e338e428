import { markerText } from '../../packaging/marker.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import { once } from '../../text/memo.ts'
import type { RequirementLine, RequirementLines } from '../../torch/lines.ts'

/** What a question is made of: a thing of the run counts by what it is, and a text by what it says. */
export type QuestionPart = object | string | boolean | undefined

/**
 * The answers that units of a run share. Who asks the same of the same indexes has the same answer, so that it is worked out
 * once; where the files have the lines does not count.
 */
export class Answers {
  readonly #numbers = new WeakMap<object, number>()
  #count = 0
  readonly #answers = once(
    ({ id }: { readonly id: string; readonly ask: () => Promise<unknown> }) => id,
    ({ ask }) => ask(),
  )

  /** Asks a question once. What fails is not kept. @param kind tells questions apart whose answers are of different types */
  async to<Answer>(kind: string, question: readonly QuestionPart[], ask: () => Promise<Answer>): Promise<Answer> {
    const parts = question.map(part => (typeof part === 'object' ? this.#numberOf(part) : part))
    return (await this.#answers({ id: JSON.stringify([kind, ...parts]), ask })) as Answer
  }

  #numberOf(part: object): number {
    const number = this.#numbers.get(part) ?? ++this.#count
    this.#numbers.set(part, number)
    return number
  }
}

/** What lines ask for, whichever files they are in. Undefined: one takes a project from elsewhere, and where it stands may count. */
export function askedIn({ requirements, constraints, direct }: RequirementLines): string | undefined {
  if (direct.length > 0) return undefined
  return JSON.stringify([requirements.map(partsOf), constraints.map(partsOf)])
}

function partsOf(line: RequirementLine) {
  const { requirement, cpuRequirement: cpu, targets, ignoredByComment } = line
  return [
    textOf(requirement),
    cpu === requirement ? 0 : textOf(cpu),
    targets.map(({ python, platform }) => `${python} ${platform}`),
    ignoredByComment ? 1 : 0,
    [line.preferredVersion?.text, line.removal, line.retainedBecause],
  ]
}

function textOf({ name, extras, specifier, marker }: Requirement): string {
  return `${name}[${extras.join()}]${specifier.text};${marker ? markerText(marker) : ''}`
}
