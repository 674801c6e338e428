/** Whether a script says itself what it needs. */
export function hasScriptMetadata(text: string): boolean {
  return scriptBlockIn(text) !== undefined
}

/** The TOML in the comment of a script, and where it stands. */
export interface ScriptBlock {
  /** Without the `# ` of its lines, with their endings; `\n` for a `\r` that stands alone, which ends no line of TOML. */
  readonly text: string
  /** The lines of the text, and one more for the `# ///` behind them: where each begins in the text and in the script. */
  readonly lines: readonly { readonly inText: number; readonly inScript: number }[]
}

/** The comment from `# /// script` to the last `# ///` of the comment lines that follow; undefined where there is none. */
export function scriptBlockIn(script: string): ScriptBlock | undefined {
  const opening = /(?<![^\r\n])# \/\/\/ script(?:\r\n|\n|\r)/.exec(script)
  if (!opening) return undefined
  const line = /#(?: ([^\r\n]*))?(\r\n|\n|\r|$)/y
  line.lastIndex = opening.index + opening[0].length
  const comment: { readonly start: number; readonly content: string; readonly ending: string }[] = []
  for (let start = line.lastIndex, match = line.exec(script); match; start = line.lastIndex, match = line.exec(script))
    comment.push({ start: match[1] === undefined ? start + 1 : start + 2, content: match[1] ?? '', ending: match[2]! })
  const close = comment.findLastIndex(({ content }) => content === '///')
  if (close < 0) return undefined
  let text = ''
  const lines = comment.slice(0, close + 1).map(({ start, content, ending }, i) => {
    const place = { inText: text.length, inScript: start }
    if (i < close) text += content + (ending === '\r' ? '\n' : ending)
    return place
  })
  return { text, lines }
}
