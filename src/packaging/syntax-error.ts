import type { Span } from '../text/edits.ts'

/** A text that breaks the grammar of its standard. The message says what was expected, without a full stop. */
export class PackagingSyntaxError extends Error {
  /** Where, in the text that was parsed. */
  readonly span: Span

  constructor(message: string, span: Span) {
    super(message)
    this.name = 'PackagingSyntaxError'
    this.span = span
  }
}
