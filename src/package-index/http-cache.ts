import CachePolicy from 'http-cache-semantics'
import type { DiskStore } from './disk-store.ts'

/** What is kept of an answer. */
export interface CachedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Where it was found in the end, without query. */
  readonly url: string
  /** Whether the server said that it holds without asking again, and it still does. */
  readonly fresh: boolean
  /** Headers for asking whether it still holds. */
  readonly conditions: Readonly<Record<string, string>>
}

/** One answer from the network, its body decoded. */
export interface FetchedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Where it was found in the end. */
  readonly url: string
}

/** A private HTTP cache (RFC 9111) for GETs. An answer is kept in the form in which it is asked for: see `BodyForm`. */
export interface HttpCache {
  find(url: string, accept: string, form?: string): Promise<CachedAnswer | undefined>
  /** Keeps an answer, if it may be kept. */
  keep(url: string, accept: string, answer: FetchedAnswer, form?: string): Promise<void>
  /** Notes that an answer still holds (304). */
  renew(
    url: string,
    accept: string,
    answer: CachedAnswer,
    headers: Readonly<Record<string, string>>,
    form?: string,
  ): Promise<void>
}

interface Entry {
  readonly format: typeof format
  readonly policy: CachePolicy.CachePolicyObject
  readonly status: number
  readonly url: string
}

/** Changes with the form of an entry: others are no entries. */
const format = 1

/** What is worth keeping: a page, and the news that there is none (S3 says 403 for that). */
const kept = new Set([200, 403, 404, 410])

/** No time is guessed from Last-Modified: such a server is asked each time. Private: credentials are never part of an entry. */
const options = { shared: false, cacheHeuristic: 0 }

/** Keeps answers in a store: a line about each, and its body. One entry for both, so that they never belong to different answers. */
export function httpCache(store: DiskStore): HttpCache {
  const keyOf = (url: string, accept: string, form = 'GET') => `${form} ${accept} ${url}`
  const write = (key: string, entry: Entry, body: Buffer) =>
    store.put(key, Buffer.concat([Buffer.from(`${JSON.stringify(entry)}\n`), body]))

  return {
    async find(url, accept, form) {
      const saved = await store.get(keyOf(url, accept, form))
      const end = saved?.indexOf('\n') ?? -1
      const entry = saved && readEntry(saved.toString('utf8', 0, Math.max(end, 0)))
      if (!entry) return undefined
      const body = saved.subarray(end + 1)
      const policy = CachePolicy.fromObject(entry.policy)
      return {
        status: entry.status,
        headers: entry.policy.resh as Record<string, string>,
        body,
        url: entry.url,
        // Not evaluateRequest: it takes must-revalidate to mean that nothing is ever fresh. A redirect is to be followed anew.
        fresh: !policy.stale() && entry.url === withoutQuery(url),
        get conditions() {
          const asked = policy.revalidationHeaders(requestFor(url, accept))
          return {
            ...(asked['if-none-match'] ? { 'if-none-match': String(asked['if-none-match']) } : {}),
            ...(asked['if-modified-since'] ? { 'if-modified-since': String(asked['if-modified-since']) } : {}),
          }
        },
      }
    },
    async keep(url, accept, { status, headers, body, url: found }, form) {
      const policy = policyOf(url, accept, status, headers)
      if (!policy) return
      const entry = { format, policy: policy.toObject(), status, url: withoutQuery(found) } as const
      await write(keyOf(url, accept, form), entry, body)
    },
    async renew(url, accept, answer, headers, form) {
      // A 304 speaks of freshness only: what describes the body is that of the body that was kept.
      const { 'content-length': _, 'content-encoding': __, 'content-type': ___, ...news } = headers
      const policy = policyOf(url, accept, answer.status, { ...answer.headers, ...news })
      if (!policy) return
      const entry = { format, policy: policy.toObject(), status: answer.status, url: answer.url } as const
      await write(keyOf(url, accept, form), entry, answer.body)
    },
  }
}

/** @returns undefined where the answer must not be kept */
function policyOf(
  url: string,
  accept: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): CachePolicy | undefined {
  if (!kept.has(status)) return undefined
  const { 'set-cookie': _, 'set-cookie2': __, 'www-authenticate': ___, ...harmless } = headers
  const policy = new CachePolicy(
    requestFor(url, accept),
    { status: status === 403 ? 404 : status, headers: status === 200 ? { ...usual(harmless), ...harmless } : harmless },
    options,
  )
  return policy.storable() ? policy : undefined
}

/**
 * A server that says nothing, and gives no tag to ask by, is taken to mean what the public index says (RFC 9111, 4.2.2): a page
 * holds for ten minutes.
 */
function usual(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const says = ['cache-control', 'expires', 'pragma', 'etag', 'last-modified'].some(name => headers[name] !== undefined)
  return says ? {} : { 'cache-control': 'max-age=600' }
}

function requestFor(url: string, accept: string): CachePolicy.HttpRequest {
  return { url: withoutQuery(url), method: 'GET', headers: { accept } }
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

function readEntry(text: string): Entry | undefined {
  try {
    const entry = JSON.parse(text) as Entry
    return entry.format === format && entry.policy.v === 1 ? entry : undefined
  } catch {
    return undefined
  }
}
