import { TorchpinError } from '../errors.ts'
import { printable } from '../text/terminal.ts'
import { acceptedEncodings, decodedBody, readAll } from './body.ts'
import { basicAuthorization, createKeyring, redactUrl } from './credentials.ts'
import type { DiskStore } from './disk-store.ts'
import { type CachedAnswer, httpCache } from './http-cache.ts'
import type { Netrc } from './netrc.ts'
import { type NetworkTrouble, networkTrouble } from './network-trouble.ts'
import { followRedirects } from './redirects.ts'
import { BusyAnswer, isBusy, type Wait, withRetries } from './retry.ts'
import type { Send, WireResponse } from './wire.ts'

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Its content encoding undone. */
  readonly body: Buffer
  /** False where the body is longer than was allowed; `body` is then its beginning, or empty. */
  readonly complete: boolean
  /** Where it was found in the end, without credentials. */
  readonly url: string
  /** `live`: asked just now, or kept and still fresh. `cache`: kept, and past its time. */
  readonly origin: 'live' | 'cache'
}

/** An answer whose body is still on its way. */
export interface OpenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Its content encoding undone. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/**
 * Asks web servers. URLs may carry credentials: these are sent to the same origin only, and are in no message, no cache and
 * no answer. Statuses are for the caller to judge, but for 429 and 5xx, which are tried again and then thrown.
 *
 * All of them throw TorchpinError: INDEX_UNREACHABLE where there is no answer (and, offline, no cached one),
 * INDEX_UNREADABLE where redirects lead astray, BAD_OPTION where a proxy or a certificate bundle is set up wrongly,
 * INTERRUPTED.
 */
export interface Http {
  /** Whether only the cache is asked. */
  readonly offline: boolean
  /** What is known for good about files, by key; kept between runs. */
  readonly store: DiskStore
  /** What went over the wire so far: requests, redirects and repetitions among them, and bytes of bodies as sent. */
  readonly counters: { readonly requests: number; readonly bytes: number }
  /**
   * Fetches something whole, by way of the cache. What is asked for twice at the same time is fetched once.
   * @param maxBytes how much body is taken, encoding undone
   */
  get(url: string, options: { readonly accept: string; readonly maxBytes: number }): Promise<HttpAnswer>
  /**
   * Fetches something as it is, the cache left out.
   * @param range bytes, as in a Range header without `bytes=`; a server may ignore it and answer 200
   */
  getBytes(url: string, options: { readonly range?: string; readonly maxBytes: number }): Promise<HttpAnswer>
  head(url: string): Promise<Pick<HttpAnswer, 'status' | 'headers'>>
  /** Reads a body while it comes; what `consume` leaves is given up. It is called anew with each attempt. */
  read<Result>(url: string, consume: (answer: OpenAnswer) => Promise<Result>): Promise<Result>
}

/** What a client is made of. */
export interface HttpParts {
  readonly send: Send
  readonly netrc: () => Promise<Netrc>
  readonly store: DiskStore
  readonly counters: Http['counters']
  readonly offline: boolean
  readonly signal: AbortSignal | undefined
  readonly wait: Wait
  /** One line for the person at the terminal. */
  readonly onNotice: (message: string) => void
}

/** A pause that a person should know of, in milliseconds. */
const noticeablePause = 2000

type Consume<Result> = (response: WireResponse, url: URL) => Promise<Result>

/** Puts redirects, credentials, repetition, the cache and the wording of errors around the sending of requests. */
export function httpClient(parts: HttpParts): Http {
  const keyring = createKeyring()
  const cache = httpCache(parts.store)
  const underway = new Map<string, Promise<HttpAnswer>>()
  // A host that was not there is not asked again: without a network each page would wait anew.
  const absentHosts = new Map<string, TorchpinError>()
  const told = new Set<string>()

  const target = (given: string): URL => {
    const url = URL.canParse(given) ? new URL(keyring.take(given)) : undefined
    if (!url || !['https:', 'http:'].includes(url.protocol))
      throw new TorchpinError('BAD_OPTION', `${redactUrl(given)} is no http(s) URL`)
    url.hash = ''
    return url
  }

  const ask = async <Result>(
    method: 'GET' | 'HEAD',
    url: URL,
    headers: Record<string, string>,
    consume: Consume<Result>,
  ): Promise<Result> => {
    if (parts.offline)
      throw new TorchpinError('INDEX_UNREACHABLE', `offline, and ${redactUrl(url.href)} is not in the cache`, {
        hint: 'run once without --offline',
      })
    // What is at fault may be a place that a redirect led to.
    let at = url
    const send: Send = request => {
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
        // What was not read would hold its connection. Nobody waits for that.
        void found.response.discard()
      }
    }
    const tell = (pause: number, error: unknown) => {
      if (pause >= noticeablePause)
        parts.onNotice(`${inWords(at, error)}; trying again in ${Math.round(pause / 1000)} s`)
    }
    try {
      return await withRetries(attempt, parts.wait, tell)
    } catch (error) {
      if (parts.signal?.aborted) throw new TorchpinError('INTERRUPTED', 'interrupted', { cause: parts.signal.reason })
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

  const whole = (url: URL, headers: Record<string, string>, maxBytes: number): Promise<HttpAnswer> =>
    ask('GET', url, headers, async (response, found) => {
      const { body, complete } = await readAll(response, maxBytes)
      return { status: response.status, headers: response.headers, body, complete, url: found.href, origin: 'live' }
    })

  const revalidated = async (url: URL, accept: string, maxBytes: number): Promise<HttpAnswer> => {
    const headers = { accept, 'accept-encoding': acceptedEncodings }
    const known = await cache.find(url.href, accept)
    if (known && (known.fresh || parts.offline)) return fromCache(known)
    let answer: HttpAnswer
    try {
      answer = await whole(url, { ...headers, ...known?.conditions }, maxBytes)
      const holds = answer.status === 304 && known && known.url === answer.url.replace(/\?.*$/, '')
      if (holds) {
        await cache.renew(url.href, accept, known, answer.headers)
        return fromCache({ ...known, fresh: true })
      }
      // Redirected elsewhere than before, to something that happens to have the same tag.
      if (answer.status === 304) answer = await whole(url, headers, maxBytes)
    } catch (error) {
      if (!known || !(error instanceof TorchpinError) || error.code !== 'INDEX_UNREACHABLE') throw error
      if (!told.has(error.message)) parts.onNotice(`${error.message}; the last answer in the cache is used`)
      told.add(error.message)
      return fromCache(known)
    }
    if (answer.complete) await cache.keep(url.href, accept, answer)
    return answer
  }

  return {
    offline: parts.offline,
    store: parts.store,
    counters: parts.counters,
    async get(url, { accept, maxBytes }) {
      const clean = target(url)
      const key = `${accept} ${clean.href}`
      const shared = underway.get(key) ?? revalidated(clean, accept, maxBytes).finally(() => underway.delete(key))
      underway.set(key, shared)
      return shared
    },
    async getBytes(url, { range, maxBytes }) {
      // Ranges are of the bytes as they are, so no encoding is wanted.
      return whole(
        target(url),
        { accept: '*/*', 'accept-encoding': 'identity', ...(range ? { range: `bytes=${range}` } : {}) },
        maxBytes,
      )
    },
    async head(url) {
      return ask(
        'HEAD',
        target(url),
        { accept: '*/*', 'accept-encoding': 'identity' },
        async ({ status, headers }) => ({
          status,
          headers,
        }),
      )
    },
    async read(url, consume) {
      return ask('GET', target(url), { accept: '*/*', 'accept-encoding': 'identity' }, response =>
        consume({ status: response.status, headers: response.headers, chunks: decodedBody(response) }),
      )
    },
  }
}

function fromCache({ status, headers, body, url, fresh }: CachedAnswer): HttpAnswer {
  return { status, headers, body, complete: true, url, origin: fresh ? 'live' : 'cache' }
}

function inWords(url: URL, error: unknown): string {
  if (error instanceof BusyAnswer) return `${redactUrl(url.href)} answered ${error.status}`
  const trouble = networkTrouble(error)
  const what =
    trouble?.kind === 'passing' ? `${redactUrl(url.href)} cannot be fetched` : `${url.origin} cannot be reached`
  return printable(`${what}: ${trouble?.words}`)
}

function hintFor(trouble: NetworkTrouble | undefined): string {
  if (trouble?.kind === 'passing') return 'try again, or raise the time-out by PIP_TIMEOUT'
  if (trouble?.words.includes('certificate'))
    return 'where a proxy or a company authority signs, name its bundle by PIP_CERT or SSL_CERT_FILE'
  return trouble
    ? 'check the network, the proxy settings and the URL; --offline works from the cache and the snapshot'
    : 'try again later'
}
