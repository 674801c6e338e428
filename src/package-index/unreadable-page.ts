import { TorchpinError } from '../errors.ts'
import { printable } from '../text/terminal.ts'
import { redactUrl } from './credentials.ts'

/** The error for an answer that is no index page, saying whose answer it was and what is wrong with it. */
export function unreadablePage(url: string, problem: string, cause?: unknown): TorchpinError {
  return new TorchpinError(
    'INDEX_UNREADABLE',
    `${printable(redactUrl(url))} cannot be read as an index page: ${problem}`,
    {
      hint: 'check that the URL is that of a package index (it usually ends in /simple or /whl/cpu)',
      cause,
    },
  )
}
