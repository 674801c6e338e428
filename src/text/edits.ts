/** A stretch of a text: UTF-16 offsets, the end not included. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Put `text` in the place of a span. An empty span inserts. */
export interface Edit extends Span {
  readonly text: string
}

/**
 * Applies edits that all speak of the same, original source; two edits at one place keep their order.
 * @throws Error when edits overlap or leave the source: that is a mistake of the caller, not of the file.
 */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let out = ''
  let at = 0
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at || end < start || end > source.length)
      throw new Error(`edits overlap or leave the text at ${start}..${end}`)
    out += source.slice(at, start) + text
    at = end
  }
  return out + source.slice(at)
}
