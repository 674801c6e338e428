import { printable } from '../text/terminal.ts'
import { type Paint, painter } from './colors.ts'
import { wrap } from './wrap.ts'

/** How a report should look. */
export interface Style {
  readonly color: boolean
  /** Columns of the terminal, or of the page. */
  readonly width: number
  /** The diff and nothing else. */
  readonly diffOnly: boolean
  /** Errors and nothing else. */
  readonly quiet: boolean
  /** The packages too where there are several units. */
  readonly verbose?: boolean
  /** The reader cannot show more than ASCII. */
  readonly ascii: boolean
  /**
   * The text goes to a person's terminal, so what control characters it holds are written out, in the diff too. Otherwise
   * the diff is left as it is, for `git apply`. The same as `color` if left out.
   */
  readonly terminal?: boolean
  /** Where the run is, from the top of the repository: `services/api`; empty or left out at the top. */
  readonly folder?: string
}

const unicode = { arrow: '→', minus: '−', more: '…', rule: '─', none: '–', bar: '█', eighths: ' ▏▎▍▌▋▊▉' } as const
const ascii = { arrow: '->', minus: '-', more: '...', rule: '-', none: '-', bar: '#', eighths: '' } as const

/** The means of writing that all parts of a report share. */
export interface Formatter {
  readonly paint: Paint
  readonly width: number
  readonly glyphs: Readonly<Record<keyof typeof unicode, string>>
  /** Foreign text, made safe to print on one line. */
  show(text: string): string
  /** A line, broken between words to the width of the terminal. Elsewhere it stays one line, for grep. */
  prose(line: string): string
}

/** Indents the continuation of a broken line. */
const HANGING = '    '

/** The formatter for a style. */
export function formatterFor(style: Pick<Style, 'color' | 'width' | 'ascii' | 'terminal'>): Formatter {
  return {
    paint: painter(style.color),
    width: style.width,
    glyphs: style.ascii ? ascii : unicode,
    show: style.ascii ? text => asciiOnly(printable(text)) : printable,
    prose: style.terminal ? line => wrap(line, style.width, HANGING).join('\n') : line => line,
  }
}

function asciiOnly(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}
