import { isUnreachable, TorchpinError } from '../contract/errors.ts'
import { note } from '../files/machine/run-notes.ts'
import { firstTime } from '../text/lists.ts'
import { redactUrl } from '../text/secrets.ts'
import { acceptedEncodings, decodedBody, readAll } from './body.ts'
import { createKeyring } from './credentials.ts'
import type { DiskStore } from './disk-store.ts'
import { type CachedAnswer, httpCache } from './http-cache.ts'
import { type Parts, wholeOf } from './parts.ts'
import { type RequestParts, requester } from './request.ts'

/** What to make of a body before it is kept and given out, where it is wanted in another form than it came in. */
export interface BodyForm {
  /** Tells this form from others, earlier ones of the same kind among them. */
  readonly name: string
  /** Called before a server is asked for what is not known yet. */
  expected?(): void
  /** Given an answer 200 that came whole, whose body is its own. What it throws, `get` throws; nothing is kept then. */
  of(answer: HttpAnswer): Promise<Buffer>
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Its content encoding undone. */
  readonly body: Buffer
  /** The body as it is in the cache, for who needs parts of it only; absent: it came just now. */
  readonly kept?: Parts
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
export interface HttpParts extends RequestParts {
  readonly store: DiskStore
  readonly counters: Http['counters']
  /** Whether a URL holds what must not be kept: its answers are in no cache. */
  readonly isSecret: (url: string) => boolean
}

/** A client that looks into the cache before it asks a server. */
export function httpClient(parts: HttpParts): Http {
  const keyring = createKeyring()
  const ask = requester(parts, keyring)
  const whole: Whole = (url, headers, maxBytes) =>
    ask('GET', url, headers, async (response, found) => {
      const { body, complete } = await readAll(response, maxBytes)
      return { status: response.status, headers: response.headers, body, complete, url: found.href, origin: 'live' }
    })
  const cached = throughCache(parts, whole)
  const target = (given: string): URL => {
    const url = URL.canParse(given) ? new URL(keyring.take(given)) : undefined
    if (!url || !['https:', 'http:'].includes(url.protocol))
      throw new TorchpinError('BAD_OPTION', `${redactUrl(given)} is no http(s) URL`)
    url.hash = ''
    return url
  }
  const underway = new Map<string, Promise<HttpAnswer>>()
  return {
    offline: parts.offline,
    onNotice: parts.onNotice,
    store: parts.store,
    counters: parts.counters,
    async get(url, options) {
      const clean = target(url)
      const key = `${options.form?.name} ${options.accept} ${clean.href}`
      const shared = underway.get(key) ?? cached(clean, options).finally(() => underway.delete(key))
      underway.set(key, shared)
      return shared
    },
    async getBytes(url, { range, maxBytes }) {
      return whole(target(url), { ...asItIs, ...(range ? { range: `bytes=${range}` } : {}) }, maxBytes)
    },
    async head(url) {
      return ask('HEAD', target(url), asItIs, async ({ status, headers }) => ({ status, headers }))
    },
    async read(url, consume) {
      return ask('GET', target(url), asItIs, response =>
        consume({ status: response.status, headers: response.headers, chunks: decodedBody(response) }),
      )
    },
  }
}

/** Ranges are of the bytes as they are, so no encoding is wanted. */
const asItIs = { accept: '*/*', 'accept-encoding': 'identity' } as const

/** Fetches a whole answer, past the cache. */
type Whole = (url: URL, headers: Readonly<Record<string, string>>, maxBytes: number) => Promise<HttpAnswer>

/**
 * Fetches by way of the cache: a fresh answer is not asked for again, an old one is asked whether it still holds, and one that
 * cannot be asked is used with a notice.
 */
function throughCache(
  { store, offline, isSecret, onNotice }: HttpParts,
  whole: Whole,
): (url: URL, options: Parameters<Http['get']>[1]) => Promise<HttpAnswer> {
  const cache = httpCache(store)
  const isNews = firstTime()
  return async (url, { accept, maxBytes, form }) => {
    const wanted = { url: url.href, accept, form: form?.name }
    const headers = { accept, 'accept-encoding': acceptedEncodings }
    const secret = isSecret(url.href)
    const known = secret ? undefined : await cache.find(wanted)
    if (known && (known.fresh || offline)) {
      if (!offline) note({ note: 'fresh', until: known.until })
      return fromCache(known)
    }
    if (!known && !offline) form?.expected?.()
    let answer: HttpAnswer
    try {
      answer = await whole(url, { ...headers, ...known?.conditions }, maxBytes)
      const holds = answer.status === 304 && known && known.url === answer.url.replace(/\?.*$/s, '')
      if (holds) {
        await cache.renew(wanted, known, answer.headers)
        return fromCache({ ...known, fresh: true })
      }
      // Redirected elsewhere than before, to something that happens to have the same tag.
      if (answer.status === 304) answer = await whole(url, headers, maxBytes)
    } catch (error) {
      if (!known || !isUnreachable(error)) throw error
      if (isNews(error.message)) onNotice(`${error.message}; the last answer in the cache is used`)
      return fromCache(known)
    }
    if (!answer.complete) return answer
    const formed = form && answer.status === 200 ? { ...answer, body: await form.of(answer) } : answer
    if (!secret && !isSecret(answer.url)) await cache.keep(wanted, formed)
    return formed
  }
}

function fromCache({ status, headers, kept, url, fresh }: CachedAnswer): HttpAnswer {
  return {
    status,
    headers,
    kept,
    get body() {
      return wholeOf(kept)
    },
    complete: true,
    url,
    origin: fresh ? 'live' : 'cache',
  }
}
