const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

export type Paint = (style: keyof typeof codes, text: string) => string

/** Wraps text in terminal colours, or leaves it as it is. */
export function painter(color: boolean): Paint {
  return (style, text) => (color && text ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text)
}

/** Whether to colour: as `--color` says, else as NO_COLOR and FORCE_COLOR say, else on a terminal. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
  when: 'auto' | 'always' | 'never' = 'auto',
): boolean {
  if (when !== 'auto') return when === 'always'
  if (environment['NO_COLOR']) return false
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}
