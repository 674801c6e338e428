import type { Requirement } from '../../packaging/requirement.ts'
import type { Span } from '../../text/edits.ts'
import { endOfContent, readLogicalLine } from './lines.ts'
import type { Option } from './options.ts'
import { hintForName, placeRequirement, type RequirementSpans, readRequirement } from './requirement-line.ts'
import type { Hash, RequirementStatement } from './statement.ts'
import { readStatement } from './statement-line.ts'

const none: readonly never[] = []

/**
 * A requirement alone on its line, which is what nearly every line of a list is. Only where it stands is kept: its parts and spans are
 * read from the text when they are asked for. With 100,000 pins that takes a thirtieth of the time of `readStatement` and a
 * sixteenth of the memory, which is why it exists.
 */
export class PlainRequirement implements RequirementStatement {
  readonly #source: string
  readonly #start: number
  readonly #bodyEnd: number
  readonly #end: number
  #requirement: Requirement | undefined
  #at: RequirementSpans | undefined

  /** @param bodyEnd where the requirement ends, which is read from `start` on as it stands */
  constructor(source: string, start: number, bodyEnd: number, end: number) {
    this.#source = source
    this.#start = start
    this.#bodyEnd = bodyEnd
    this.#end = end
  }

  get kind(): 'requirement' {
    return 'requirement'
  }

  get span(): Span {
    return { start: this.#start, end: this.#end }
  }

  get body(): Span {
    return { start: this.#start, end: this.#bodyEnd }
  }

  get requirement(): Requirement {
    this.#requirement ??= readRequirement(this.#source.slice(this.#start, this.#bodyEnd))
    return this.#requirement
  }

  get at(): RequirementSpans {
    const by = this.#start
    this.#at ??= placeRequirement(this.requirement, ({ start, end }) => ({ start: by + start, end: by + end }))
    return this.#at
  }

  get comment(): Span | undefined {
    const start = this.#source.slice(this.#bodyEnd, this.#end).indexOf('#')
    if (start < 0) return undefined
    return { start: this.#bodyEnd + start, end: endOfContent(this.#source, this.#bodyEnd + start) }
  }

  get hint(): string | undefined {
    return hintForName(this.requirement.name)
  }

  get hashes(): readonly Hash[] {
    return none
  }

  get options(): readonly Option[] {
    return none
  }

  get ignoredOptions(): readonly Option[] {
    return none
  }

  get leftovers(): readonly Span[] {
    return none
  }

  get usesEnvironment(): boolean {
    return false
  }

  /** What the full reader says of the line. */
  protected get read(): RequirementStatement {
    return readStatement(readLogicalLine(this.#source, this.#start), {}) as RequirementStatement
  }
}

/** The same with nothing but hashes behind it, which is what a compiled file is made of. */
export class HashedRequirement extends PlainRequirement {
  #whole: RequirementStatement | undefined

  override get hashes(): readonly Hash[] {
    return this.#read.hashes
  }

  override get options(): readonly Option[] {
    return this.#read.options
  }

  get #read(): RequirementStatement {
    this.#whole ??= this.read
    return this.#whole
  }
}
