import CachePolicy from 'http-cache-semantics'
import type { DiskStore } from './disk-store.ts'
import { type Parts, rest, wholeOf } from './parts.ts'

/** What is kept of an answer. */
export interface CachedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly kept: Parts
  /** Where it was found in the end, without query. */
  readonly url: string
  /** Whether the server said that it holds without asking again, and it still does. */
  readonly fresh: boolean
  /** Until when that is so. In milliseconds, as `Date.now`. */
  readonly until: number
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

/** What is fetched, by what its answer is found again. */
export interface Wanted {
  readonly url: string
  readonly accept: string
  /** The name of the `BodyForm` in which the answer is kept; left out: as it came. */
  readonly form?: string | undefined
}

/** A private HTTP cache (RFC 9111) for GETs. */
export interface HttpCache {
  find(wanted: Wanted): Promise<CachedAnswer | undefined>
  /** Keeps an answer, if it may be kept. */
  keep(wanted: Wanted, answer: FetchedAnswer): Promise<void>
  /** Notes that an answer still holds (304). @param headers of the 304 */
  renew(wanted: Wanted, answer: CachedAnswer, headers: Readonly<Record<string, string>>): Promise<void>
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
  const keyOf = ({ url, accept, form = 'GET' }: Wanted) => `${form} ${accept} ${url}`
  const write = async (wanted: Wanted, { status, headers, body, url }: FetchedAnswer) => {
    const policy = policyOf(wanted, status, headers)
    if (!policy) return
    const entry: Entry = { format, policy: policy.toObject(), status, url }
    await store.put(keyOf(wanted), `${JSON.stringify(entry)}\n`, body)
  }

  return {
    async find(wanted) {
      const saved = await store.open(keyOf(wanted))
      const line = saved && firstLine(saved)
      const entry = line && readEntry(line.toString('utf8'))
      if (!entry) return undefined
      const policy = CachePolicy.fromObject(entry.policy)
      return {
        status: entry.status,
        headers: entry.policy.resh as Record<string, string>,
        kept: rest(saved, line.length + 1),
        url: entry.url,
        // Not evaluateRequest: it takes must-revalidate to mean that nothing is ever fresh. A redirect is to be followed anew.
        fresh: !policy.stale() && entry.url === withoutQuery(wanted.url),
        get until() {
          return Date.now() + (policy.maxAge() - policy.age()) * 1000
        },
        get conditions() {
          const asked = policy.revalidationHeaders(requestFor(wanted))
          return {
            ...(asked['if-none-match'] ? { 'if-none-match': String(asked['if-none-match']) } : {}),
            ...(asked['if-modified-since'] ? { 'if-modified-since': String(asked['if-modified-since']) } : {}),
          }
        },
      }
    },
    keep: (wanted, answer) => write(wanted, { ...answer, url: withoutQuery(answer.url) }),
    renew(wanted, answer, headers) {
      // A 304 speaks of freshness only; the headers that describe the body stay those of the body that was kept.
      const { 'content-length': _, 'content-encoding': __, 'content-type': ___, ...news } = headers
      return write(wanted, { ...answer, body: wholeOf(answer.kept), headers: { ...answer.headers, ...news } })
    },
  }
}

/** Without its end; all there is where it has none. */
function firstLine(saved: Parts): Buffer {
  for (let length = 4096; ; length *= 2) {
    const beginning = saved.read(0, Math.min(length, saved.length))
    const end = beginning.indexOf('\n')
    if (end >= 0 || length >= saved.length) return beginning.subarray(0, Math.max(end, 0))
  }
}

/** @returns undefined where the answer must not be kept */
function policyOf(wanted: Wanted, status: number, headers: Readonly<Record<string, string>>): CachePolicy | undefined {
  if (!kept.has(status)) return undefined
  const { 'set-cookie': _, 'set-cookie2': __, 'www-authenticate': ___, ...harmless } = headers
  const policy = new CachePolicy(
    requestFor(wanted),
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

function requestFor({ url, accept }: Wanted): CachePolicy.HttpRequest {
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
