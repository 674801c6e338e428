import { TorchpinError } from '../errors.ts'
import { type AskingParts, asking } from './asking.ts'
import { acceptedEncodings, decodedBody, readAll } from './body.ts'
import { createKeyring, redactUrl } from './credentials.ts'
import type { DiskStore } from './disk-store.ts'
import { type CachedAnswer, httpCache } from './http-cache.ts'

/** What to make of a body before it is kept and given out, where it is wanted in another form than it came in. */
export interface BodyForm {
  /** Tells this form from others, earlier ones of the same kind among them. */
  readonly name: string
  /** Given an answer 200 that came whole. What it throws, `get` throws; nothing is kept then. */
  of(answer: HttpAnswer): Buffer
}

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
  /** Tells the person at the terminal one line, as `HttpOptions.onNotice`. */
  readonly onNotice: (message: string) => void
  /** What is known for good about files, by key; kept between runs. */
  readonly store: DiskStore
  /** What went over the wire so far: requests, redirects and repetitions among them, and bytes of bodies as sent. */
  readonly counters: { readonly requests: number; readonly bytes: number }
  /**
   * Fetches something whole, by way of the cache. What is asked for twice at the same time is fetched once.
   * @param maxBytes how much body is taken, encoding undone
   * @param form what the body is made into where the status is 200; else it is as it came
   */
  get(
    url: string,
    options: { readonly accept: string; readonly maxBytes: number; readonly form?: BodyForm },
  ): Promise<HttpAnswer>
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
export interface HttpParts extends AskingParts {
  readonly store: DiskStore
  readonly counters: Http['counters']
  /** Whether a URL holds what must not be kept: its answers are in no cache. */
  readonly isSecret: (url: string) => boolean
}

/** Puts the cache around the asking of servers. */
export function httpClient(parts: HttpParts): Http {
  const keyring = createKeyring()
  const ask = asking(parts, keyring)
  const cache = httpCache(parts.store)
  const underway = new Map<string, Promise<HttpAnswer>>()
  const told = new Set<string>()

  const target = (given: string): URL => {
    const url = URL.canParse(given) ? new URL(keyring.take(given)) : undefined
    if (!url || !['https:', 'http:'].includes(url.protocol))
      throw new TorchpinError('BAD_OPTION', `${redactUrl(given)} is no http(s) URL`)
    url.hash = ''
    return url
  }

  const whole = (url: URL, headers: Record<string, string>, maxBytes: number): Promise<HttpAnswer> =>
    ask('GET', url, headers, async (response, found) => {
      const { body, complete } = await readAll(response, maxBytes)
      return { status: response.status, headers: response.headers, body, complete, url: found.href, origin: 'live' }
    })

  const revalidated = async (url: URL, accept: string, maxBytes: number, form?: BodyForm): Promise<HttpAnswer> => {
    const headers = { accept, 'accept-encoding': acceptedEncodings }
    const isSecret = parts.isSecret(url.href)
    const known = isSecret ? undefined : await cache.find(url.href, accept, form?.name)
    if (known && (known.fresh || parts.offline)) return fromCache(known)
    let answer: HttpAnswer
    try {
      answer = await whole(url, { ...headers, ...known?.conditions }, maxBytes)
      const holds = answer.status === 304 && known && known.url === answer.url.replace(/\?.*$/s, '')
      if (holds) {
        await cache.renew(url.href, accept, known, answer.headers, form?.name)
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
    if (!answer.complete) return answer
    const formed = form && answer.status === 200 ? { ...answer, body: form.of(answer) } : answer
    if (!isSecret && !parts.isSecret(answer.url)) await cache.keep(url.href, accept, formed, form?.name)
    return formed
  }

  return {
    offline: parts.offline,
    onNotice: parts.onNotice,
    store: parts.store,
    counters: parts.counters,
    async get(url, { accept, maxBytes, form }) {
      const clean = target(url)
      const key = `${form?.name} ${accept} ${clean.href}`
      const shared = underway.get(key) ?? revalidated(clean, accept, maxBytes, form).finally(() => underway.delete(key))
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
