import { TorchpinError } from '../contract/errors.ts'
import { unrepeatable } from '../files/machine/run-notes.ts'
import { redactUrl } from '../text/secrets.ts'
import { printable } from '../text/terminal.ts'
import { UnknownEncoding } from './body.ts'
import { basicAuthorization, type Keyring } from './credentials.ts'
import type { Netrc } from './netrc.ts'
import { type NetworkTrouble, networkTrouble } from './network-trouble.ts'
import { followRedirects } from './redirects.ts'
import { BusyAnswer, isBusy, type Wait, withRetries } from './retry.ts'
import type { Send, WireResponse } from './wire.ts'

/** What is needed to ask servers. */
export interface RequestParts {
  readonly send: Send
  readonly netrc: () => Promise<Netrc>
  readonly offline: boolean
  readonly signal: AbortSignal | undefined
  /** How often is tried again what fails for a passing reason. */
  readonly retries: number
  readonly wait: Wait
  /** One line for the person at the terminal. */
  readonly onNotice: (message: string) => void
}

/**
 * Asks a server, and has the answer read while it comes.
 *
 * @param consume given the answer and where it was found in the end; called anew with each attempt
 */
export type Ask = <Result>(
  method: 'GET' | 'HEAD',
  url: URL,
  headers: Record<string, string>,
  consume: (response: WireResponse, url: URL) => Promise<Result>,
) => Promise<Result>

/** A pause that a person should know of, in milliseconds. */
const noticeablePause = 2000

/** Puts redirects, credentials, repetition and the wording of errors around the sending of requests. */
export function requester(parts: RequestParts, keyring: Keyring): Ask {
  // A host that was not there, or stayed silent, is not asked again: each page would wait anew.
  const absentHosts = new Map<string, TorchpinError>()
  return async <Result>(
    method: 'GET' | 'HEAD',
    url: URL,
    headers: Record<string, string>,
    consume: (response: WireResponse, url: URL) => Promise<Result>,
  ): Promise<Result> => {
    if (parts.offline)
      throw new TorchpinError('INDEX_UNREACHABLE', `offline, and ${redactUrl(url.href)} is not in the cache`, {
        hint: 'run once without --offline',
      })
    // The fault may lie at a place that a redirect led to.
    let at = url
    const send: Send = request => {
      unrepeatable('a server was asked')
      at = request.url
      const gone = absentHosts.get(at.origin)
      if (gone) throw gone
      return parts.send(request)
    }
    const netrc = await parts.netrc()
    const authorize = (to: URL, redirected: boolean): string | undefined => {
      const found = keyring.find(to) ?? netrc.machines.get(to.hostname) ?? (redirected ? undefined : netrc.default)
      return found && basicAuthorization(found)
    }
    const attempt = async (): Promise<Result> => {
      parts.signal?.throwIfAborted()
      const found = await followRedirects(send, { method, url, headers }, authorize)
      try {
        const { status, headers } = found.response
        if (isBusy(status)) throw new BusyAnswer(status, headers['retry-after'])
        return await consume(found.response, found.url)
      } finally {
        // An unread body would hold its connection. Its end is not awaited.
        void found.response.discard()
      }
    }
    const notify = (pause: number, error: unknown) => {
      if (pause >= noticeablePause)
        parts.onNotice(`${inWords(at, error)}; trying again in ${Math.round(pause / 1000)} s`)
    }
    try {
      return await withRetries(attempt, parts, notify)
    } catch (error) {
      if (parts.signal?.aborted) throw interruption(parts.signal)
      if (error instanceof UnknownEncoding)
        throw new TorchpinError('INDEX_UNREADABLE', printable(`${redactUrl(at.href)} answered in the ${error.message}`))
      const trouble = networkTrouble(error)
      if (!trouble && !(error instanceof BusyAnswer)) throw error
      const failure = new TorchpinError('INDEX_UNREACHABLE', inWords(at, error), {
        hint: hintFor(trouble),
        cause: error,
      })
      if (trouble && trouble.kind !== 'passing') absentHosts.set(at.origin, failure)
      throw failure
    }
  }
}

/** What the signal was given, or the error that stands for it. */
function interruption({ reason }: AbortSignal): TorchpinError {
  return reason instanceof TorchpinError ? reason : new TorchpinError('INTERRUPTED', 'interrupted', { cause: reason })
}

function inWords(url: URL, error: unknown): string {
  if (error instanceof BusyAnswer) return `${redactUrl(url.href)} answered ${error.status}`
  const trouble = networkTrouble(error)
  const what =
    trouble?.kind === 'passing' || trouble?.kind === 'silent'
      ? `${redactUrl(url.href)} cannot be fetched`
      : `${url.origin} cannot be reached`
  return printable(`${what}: ${trouble?.words}`)
}

function hintFor(trouble: NetworkTrouble | undefined): string {
  if (trouble?.kind === 'silent') return 'try again, or raise the time-out by PIP_TIMEOUT'
  if (trouble?.kind === 'passing') return 'try again later'
  if (trouble?.words.includes('certificate'))
    return 'where a proxy or a company authority signs, name its bundle by PIP_CERT or SSL_CERT_FILE'
  return trouble ? 'check the network, the proxy settings and the URL' : 'try again later'
}
