import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { rootCertificates } from 'node:tls'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { TorchpinError } from '../errors.ts'
import { readNetrc, redactUrl, takeCredentials } from './credentials.ts'
import { CachePolicy, defaultCacheDir, openCache, type Stored } from './http-cache.ts'
import { readLocal } from './local.ts'
import type { PipConfig } from './pip-config.ts'

export interface HttpSettings {
  readonly cacheDir: string | undefined
  readonly offline: boolean
  readonly signal: AbortSignal | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly config: PipConfig
  readonly onNotice: (message: string) => void
}

export interface Request {
  readonly accept?: string
  /** `bytes=-65536` */
  readonly range?: string
  /** The most bytes that are taken; more is INDEX_UNREADABLE. */
  readonly maxBytes?: number
  /** What is at this address never changes: a stored answer needs no asking again. */
  readonly immutable?: boolean
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The address that answered, redirects followed. */
  readonly url: string
  readonly fromCache: boolean
}

export interface Http {
  /** @throws TorchpinError INDEX_UNREACHABLE after the last try; INDEX_UNREADABLE for an answer that is too large or cut short */
  get(url: string, request?: Request): Promise<Response>
  /** What has been sent and received so far. */
  readonly count: { requests: number; bytes: number }
}

const MAX_REDIRECTS = 10
const TRIES = 4
const PAGE_LIMIT = 64 * 1024 * 1024

/** A client for package indexes: few connections kept open, retries, a disk cache that asks again. The network library loads with the first request. */
export function createHttp(settings: HttpSettings): Http {
  const { environment, offline, signal, onNotice } = settings
  const cache = openCache(settings.cacheDir ?? defaultCacheDir(environment), onNotice)
  const netrc = readNetrc(environment)
  const count = { requests: 0, bytes: 0 }
  const running = new Map<string, Promise<Response>>()
  let dispatcher: Promise<{ undici: typeof import('undici')['default']; dispatcher: Dispatcher }> | undefined
  // Every request in flight listens for the interruption.
  if (signal) setMaxListeners(0, signal)

  const connect = async () => {
    // As a CommonJS module it has its parts on the default export, bundled or not.
    const { default: undici } = await import('undici')
    const options = { connections: 8, pipelining: 1, connect: { timeout: 15_000, ...certificates(settings) } }
    const proxy = settings.config.proxy
    return {
      undici,
      dispatcher: proxy
        ? new undici.ProxyAgent({ uri: proxy, ...options })
        : new undici.EnvHttpProxyAgent({ ...options, ...proxies(environment) }),
    }
  }

  /** One request, redirects followed; credentials stay with the host they are for. */
  const send = async (url: string, headers: Readonly<Record<string, string>>, limit: number): Promise<Response> => {
    dispatcher ??= connect()
    const { undici, dispatcher: agent } = await dispatcher
    let { url: address, authorization } = takeCredentials(url, netrc)
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      count.requests++
      const answer = await undici.request(address, {
        dispatcher: agent,
        headers: {
          'user-agent': 'torchpin',
          'accept-encoding': headers['range'] ? 'identity' : 'gzip, br',
          ...headers,
          ...(authorization ? { authorization } : {}),
        },
        headersTimeout: 30_000,
        bodyTimeout: 30_000,
        ...(signal ? { signal } : {}),
      })
      const received = flat(answer.headers)
      const location = received['location']
      if (location && [301, 302, 303, 307, 308].includes(answer.statusCode)) {
        await answer.body.dump()
        const next = new URL(location, address)
        const here = new URL(address)
        if (!['http:', 'https:'].includes(next.protocol) || (here.protocol === 'https:' && next.protocol === 'http:')) {
          throw new TorchpinError(
            'INDEX_UNREADABLE',
            `${redactUrl(url)} redirects to ${redactUrl(next.href)}, which is not safe to follow`,
          )
        }
        if (next.host !== here.host) authorization = takeCredentials(next.href, netrc).authorization
        address = takeCredentials(next.href, netrc).url
        continue
      }
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of answer.body) {
        size += chunk.length
        count.bytes += chunk.length
        if (size > limit) {
          answer.body.destroy()
          throw new TorchpinError('INDEX_UNREADABLE', `${redactUrl(url)} answers more than ${limit} bytes`)
        }
        chunks.push(chunk)
      }
      return {
        status: answer.statusCode,
        headers: received,
        body: decode(Buffer.concat(chunks), received['content-encoding'], limit, url),
        url: address,
        fromCache: false,
      }
    }
    throw new TorchpinError('INDEX_UNREADABLE', `${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times`)
  }

  const tried = async (url: string, headers: Readonly<Record<string, string>>, limit: number): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      let wait: number
      try {
        const response = await send(url, headers, limit)
        if (response.status !== 429 && response.status < 500) return response
        if (attempt === TRIES) throw unreachable(url, `it answers ${response.status} again and again`)
        wait = retryAfter(response.headers['retry-after']) ?? backoff(attempt)
      } catch (error) {
        if (signal?.aborted) throw signal.reason
        if (error instanceof TorchpinError) throw error
        const code = codeOf(error)
        // Without a network, or with a name that does not exist, more tries only keep the reader waiting.
        const hopeless = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|CERT|TLS|SSL|SELF_SIGNED/.test(code)
        if (hopeless || attempt === TRIES) throw unreachable(url, reasonFor(code, error), error)
        wait = backoff(attempt)
      }
      await sleep(wait, undefined, signal ? { signal } : {})
    }
  }

  const fetch = async (url: string, request: Request): Promise<Response> => {
    const headers = { accept: request.accept ?? '*/*', ...(request.range ? { range: request.range } : {}) }
    const key = `${headers.accept} ${request.range ?? ''} ${takeCredentials(url, netrc).url}`
    const asked = { url, method: 'GET', headers }
    const stored = await cache.read(key)
    if (stored && (offline || request.immutable || stored.policy.satisfiesWithoutRevalidation(asked)))
      return fromCache(stored)
    if (offline)
      throw new TorchpinError('INDEX_UNREACHABLE', `offline, and ${redactUrl(url)} is not in the cache`, {
        hint: 'run once without --offline',
      })
    let response: Response
    try {
      const again = stored?.policy.revalidationHeaders(asked) as Record<string, string> | undefined
      response = await tried(url, { ...headers, ...again }, request.maxBytes ?? PAGE_LIMIT)
    } catch (error) {
      if (stored && error instanceof TorchpinError && error.code === 'INDEX_UNREACHABLE') {
        onNotice(`${error.message}; the last answer in the cache is used`)
        return fromCache(stored)
      }
      throw error
    }
    if (response.status === 304 && stored) {
      const { policy } = stored.policy.revalidatedPolicy(asked, { status: 304, headers: { ...response.headers } })
      await cache.write(key, { ...stored, policy })
      return { ...fromCache(stored), fromCache: false }
    }
    const policy = new CachePolicy(
      asked,
      { status: response.status === 206 ? 200 : response.status, headers: { ...response.headers } },
      { shared: false },
    )
    if (response.status < 300 && (request.immutable || policy.storable()))
      await cache.write(key, { ...response, policy })
    return response
  }

  return {
    count,
    get(url, request = {}) {
      if (url.startsWith('file:')) return readLocal(url, request)
      const key = `${request.accept} ${request.range} ${url}`
      const pending = running.get(key) ?? fetch(url, request)
      running.set(key, pending)
      const done = () => running.delete(key)
      pending.then(done, done)
      return pending
    },
  }
}

const fromCache = ({ status, headers, body, url }: Stored): Response => ({
  status,
  headers,
  body,
  url,
  fromCache: true,
})

function unreachable(url: string, reason: string, cause?: unknown): TorchpinError {
  return new TorchpinError('INDEX_UNREACHABLE', `${redactUrl(new URL(url).origin)} cannot be reached: ${reason}`, {
    hint: 'check the network, the proxy settings and the URL; --offline works from the cache and the snapshot',
    cause,
  })
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return typeof code === 'string' ? code : cause ? codeOf(cause) : ''
}

function reasonFor(code: string, error: unknown): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(code)) return 'its name is not known here (no network, or a typing error)'
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (/CERT|SELF_SIGNED|TLS|SSL/.test(code))
    return `its certificate is not trusted (${code}); PIP_CERT or SSL_CERT_FILE may name the right one`
  if (/TIMEOUT/.test(code)) return 'it does not answer in time'
  if (/ECONNRESET|UND_ERR_SOCKET/.test(code)) return 'the connection breaks off'
  return code || (error as Error).message
}

const backoff = (attempt: number): number => 250 * 2 ** attempt * (0.5 + Math.random() / 2)

/** Milliseconds to wait as a Retry-After header says, half a minute at most. */
function retryAfter(value: string | undefined): number | undefined {
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 30) * 1000 : undefined
}

function decode(body: Buffer, encoding: string | undefined, maxOutputLength: number, url: string): Buffer {
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(body, { maxOutputLength })
    if (encoding === 'br') return brotliDecompressSync(body, { maxOutputLength })
    if (encoding === 'deflate') return inflateSync(body, { maxOutputLength })
    return body
  } catch (error) {
    throw new TorchpinError('INDEX_UNREADABLE', `${redactUrl(url)} sends a body that is damaged or cut short`, {
      cause: error,
    })
  }
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

/** Certificates beside Node's own, as pip and curl are told of them. */
function certificates({ environment, config }: HttpSettings): { ca?: string[] } {
  const file =
    config.cert ?? environment['PIP_CERT'] ?? environment['REQUESTS_CA_BUNDLE'] ?? environment['SSL_CERT_FILE']
  if (!file) return {}
  try {
    return { ca: [...rootCertificates, readFileSync(file, 'utf8')] }
  } catch (error) {
    throw new TorchpinError('BAD_OPTION', `the certificates at ${file} cannot be read`, { cause: error })
  }
}

function proxies(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const find = (name: string) => environment[name.toLowerCase()] ?? environment[name.toUpperCase()]
  const [httpProxy, httpsProxy, noProxy] = [find('http_proxy'), find('https_proxy'), find('no_proxy')]
  return { ...(httpProxy ? { httpProxy } : {}), ...(httpsProxy ? { httpsProxy } : {}), ...(noProxy ? { noProxy } : {}) }
}
