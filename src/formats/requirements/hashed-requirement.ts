import { strip } from '../../packaging/characters.ts'
import type { Requirement } from '../../packaging/requirement.ts'
import type { Span } from '../../text/edits.ts'
import { type LogicalLine, readLogicalLine, toSource } from './lines.ts'
import type { Option } from './options.ts'
import { isPlainText, ShortRequirement } from './plain-requirement.ts'
import { isPlainlyReadable, placeRequirement, type RequirementSpans, readRequirement } from './requirement-line.ts'
import type { Hash, RequirementStatement } from './statement.ts'
import { readStatement } from './statement-line.ts'

/** One of the hashes behind a requirement, in the form in which tools write them. */
const hash = / +--hash=sha(?:256|384|512):[0-9A-Za-z]+/y

/**
 * A requirement with nothing but hashes behind it, which is what a compiled file is made of. As with a plain requirement its parts
 * are read when they are asked for; those of its hashes come from `readStatement`.
 */
class HashedRequirement extends ShortRequirement implements RequirementStatement {
  readonly span: Span
  readonly comment: Span | undefined
  readonly #source: string
  #requirement: Requirement | undefined
  #at: RequirementSpans | undefined
  #whole: RequirementStatement | undefined

  constructor(source: string, { span, comment }: LogicalLine) {
    super()
    this.span = span
    this.comment = comment
    this.#source = source
  }

  get requirement(): Requirement {
    this.#requirement ??= readRequirement(bodyOf(this.#line))
    return this.#requirement
  }

  get at(): RequirementSpans {
    const line = this.#line
    this.#at ??= placeRequirement(this.requirement, at => toSource(line, at.start, at.end))
    return this.#at
  }

  get body(): Span {
    const line = this.#line
    return toSource(line, 0, bodyOf(line).length)
  }

  get hashes(): readonly Hash[] {
    return this.#read.hashes
  }

  get options(): readonly Option[] {
    return this.#read.options
  }

  get #line(): LogicalLine {
    return readLogicalLine(this.#source, this.span.start)
  }

  get #read(): RequirementStatement {
    this.#whole ??= readStatement(this.#line, {}) as RequirementStatement
    return this.#whole
  }
}

/** Reads a line that holds a plain requirement and hashes behind it; undefined where a glance does not show that it does. */
export function readHashedRequirement(source: string, line: LogicalLine): RequirementStatement | undefined {
  const { text } = line
  const end = text.indexOf(' -')
  if (end <= 0 || !isPlainText(text, end) || !isPlainlyReadable(strip(text.slice(0, end)))) return undefined
  // The blanks in front of the first hash may be more than one.
  let at = end
  while (at < text.length) {
    hash.lastIndex = at
    if (!hash.test(text)) return undefined
    at = hash.lastIndex
  }
  return new HashedRequirement(source, line)
}

function bodyOf({ text }: LogicalLine): string {
  return strip(text.slice(0, text.indexOf(' -')))
}
