import { TorchpinError } from '../contract/errors.ts'
import { redactUrl } from '../text/secrets.ts'
import { printable } from '../text/terminal.ts'

/**
 * What went wrong on the network.
 * - `absent`: the server cannot be reached. One more try, soon: without a network the answer must come at once.
 * - `untrusted`: the certificate or the protocol is wrong. Trying again does not help.
 * - `passing`: a reset, a body cut short. Worth waiting for.
 * - `silent`: a time-out. Worth waiting for once; the next question to the same host would wait as long.
 */
export interface NetworkTrouble {
  readonly kind: 'absent' | 'untrusted' | 'passing' | 'silent'
  /** As part of a sentence: `the connection was reset`. */
  readonly words: string
}

const unknownName = 'its name is not known here (no network, or a typing error)'

const absent: Readonly<Record<string, string>> = {
  ENOTFOUND: unknownName,
  EAI_AGAIN: unknownName,
  EAI_FAIL: unknownName,
  EAI_NODATA: unknownName,
  ECONNREFUSED: 'nothing listens there',
  ENETUNREACH: 'no network',
  ENETDOWN: 'no network',
  EADDRNOTAVAIL: 'no network',
  EHOSTUNREACH: 'the host cannot be reached',
  EHOSTDOWN: 'the host cannot be reached',
  EACCES: 'the connection is not allowed',
  EPERM: 'the connection is not allowed',
  UND_ERR_CONNECT_TIMEOUT: 'no answer to the attempt to connect',
  ETIMEDOUT: 'no answer to the attempt to connect',
}

const passing: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is not as long as it says',
  Z_BUF_ERROR: 'the compressed answer is cut short',
  Z_DATA_ERROR: 'the compressed answer is damaged',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed before the answer was complete',
}

const silent: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stalled',
  TOO_SLOW: 'the answer comes too slowly',
}

/** Tells an error of the network, of whatever layer, from a bug. @returns undefined for a bug */
export function networkTrouble(error: unknown): NetworkTrouble | undefined {
  if (error instanceof Error && error.name === 'HTTPParserError')
    return { kind: 'passing', words: 'it does not answer in HTTP' }
  const code = codeOf(error)
  if (!code) return undefined
  if (absent[code]) return { kind: 'absent', words: absent[code] }
  if (silent[code]) return { kind: 'silent', words: silent[code] }
  if (passing[code]) return { kind: 'passing', words: passing[code] }
  const message = error instanceof Error ? error.message : ''
  const isCertificate =
    /^(CERT|UNABLE|DEPTH_ZERO|SELF_SIGNED|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH|INVALID_CA|UND_ERR_PRX_TLS|EPROTO)/.test(
      code,
    )
  if (isCertificate) return { kind: 'untrusted', words: `its certificate was not accepted (${message || code})` }
  const refusedByProxy = /^Proxy response \((\d+)\)/.exec(message)?.[1]
  if (refusedByProxy) return { kind: 'untrusted', words: `the proxy answered ${refusedByProxy}` }
  if (message.startsWith('Proxy Authentication Required')) return { kind: 'untrusted', words: 'the proxy answered 407' }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return { kind: 'untrusted', words: 'the headers of the answer are too long' }
  if (/^(BR|ERR__ERROR_FORMAT|ERR_BROTLI|Z_)/.test(code))
    return { kind: 'passing', words: 'the compressed answer is damaged' }
  return undefined
}

/** The code of an error, or of what caused it: connecting to several addresses fails with several errors. */
function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code
    at = at instanceof AggregateError ? at.errors[0] : at.cause
  }
  return undefined
}

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
