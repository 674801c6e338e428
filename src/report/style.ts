import { wantsColor } from './colors.ts'
import type { Style } from './formatter.ts'

/** Columns of a report that goes to no terminal. */
const PAGE = 100

/**
 * How a report looks best on a stream.
 *
 * @param stream where it goes; `columns` are those of a terminal
 * @param process whose environment and platform count
 * @param color what `--color` says
 */
export function styleFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  { env, platform }: { readonly env: Readonly<Record<string, string | undefined>>; readonly platform: string },
  color: unknown = 'auto',
): Pick<Style, 'color' | 'width' | 'ascii'> & { readonly terminal: boolean } {
  const terminal = stream.isTTY === true
  return {
    color: wantsColor(stream, env, color === 'always' || color === 'never' ? color : 'auto'),
    width: stream.columns || PAGE,
    ascii: wantsAscii(env, platform === 'win32' && !terminal),
    terminal,
  }
}

/**
 * Whether only ASCII can be shown: when the locale that counts (LC_ALL, else LC_CTYPE, else LANG) names something else than
 * UTF-8. Containers and CI often set none and show UTF-8 well, so none means UTF-8, but in a pipe on Windows, whose reader
 * takes it for the code page of the console. The console itself gets UTF-16 from Node, whatever its code page.
 */
function wantsAscii(env: Readonly<Record<string, string | undefined>>, codePage: boolean): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG']
  return locale ? !/utf-?8/i.test(locale) : codePage
}
