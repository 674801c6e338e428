const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

export type Color = keyof typeof codes

/** Puts a text into a terminal style; an empty text stays empty. */
export type Paint = (style: Color, text: string) => string

/** A `Paint` that colours, or one that leaves every text as it is. */
export function painter(color: boolean): Paint {
  return (style, text) => (color && text ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text)
}

/**
 * Whether to colour what goes to a stream: as `--color` says, else FORCE_COLOR, else NO_COLOR (https://no-color.org: set and
 * not empty), else when it is a terminal. Node itself has FORCE_COLOR win over NO_COLOR, too.
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
  when: 'auto' | 'always' | 'never' = 'auto',
): boolean {
  if (when !== 'auto') return when === 'always'
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (environment['NO_COLOR']) return false
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}
