import type { Edit } from '../../../text/edits.ts'
import type { ProjectDocument } from './project-document.ts'

/** Edits of the TOML in a script's comment as edits of the script: new lines become lines of the comment. */
export function scriptEdits(script: string, { inFile }: ProjectDocument, edits: readonly Edit[]): Edit[] {
  return united(edits).map(edit => {
    const { start, end } = inFile(edit)
    const text = edit.text.replaceAll('\n', (_, at: number) =>
      /^\r?\n/.test(edit.text.slice(at + 1)) ? '\n#' : '\n# ',
    )
    const isLineEnd = end >= script.length || /[\r\n]/.test(script[end]!)
    // No blank is left behind the `#` of an empty line, and one is put where there was none.
    if (script[start - 1] === '#' && text !== '' && !/^\r?\n/.test(text))
      return { start, end, text: ` ${trimmed(text, isLineEnd)}` }
    const beginsLine = script.slice(start - 2, start) === '# ' && (start === 2 || /[\r\n]/.test(script[start - 3]!))
    const isEmpty = text === '' ? isLineEnd : /^\r?\n/.test(text)
    return { start: beginsLine && isEmpty ? start - 1 : start, end, text: trimmed(text, isLineEnd) }
  })
}

/** Edits that touch as one: the blank that one leaves out is then no concern of the next. */
function united(edits: readonly Edit[]): Edit[] {
  const out: Edit[] = []
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = out.at(-1)
    if (last?.end === edit.start)
      out[out.length - 1] = { start: last.start, end: edit.end, text: last.text + edit.text }
    else out.push(edit)
  }
  return out
}

function trimmed(text: string, isLineEnd: boolean): string {
  return isLineEnd && text.endsWith('\n# ') ? text.slice(0, -1) : text
}
