import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { defaultCacheDirectory, type Environment } from '../files/environment.ts'
import { endShortRun, leaveWasmUnoptimized } from '../files/machine/engine.ts'
import { processVariables } from '../files/machine/variables.ts'
import { lazily } from '../text/memo.ts'
import { trustedCertificates } from './certificates.ts'
import { basicAuthorization, splitCredentials } from './credentials.ts'
import { diskStore } from './disk-store.ts'
import { type Http, httpClient } from './http-client.ts'
import { readNetrc } from './netrc.ts'
import type { PipConfig } from './pip-config.ts'
import { proxyFor } from './proxy.ts'
import { passingRetries, type Wait } from './retry.ts'
import { withThroughput } from './throughput.ts'
import type { Send, WireResponse } from './wire.ts'

export type { Http } from './http-client.ts'

/** How a client behaves. */
export interface HttpOptions {
  /** Where answers are kept; else the system's place for caches. */
  readonly cacheDir?: string | undefined
  /** Ask the cache only. */
  readonly offline?: boolean
  readonly signal?: AbortSignal | undefined
  /** For proxies, certificates, netrc and the cache folder; else the process's own. */
  readonly environment?: Environment
  /** What pip's configuration says of connections. */
  readonly config?: Partial<Pick<PipConfig, 'cert' | 'proxy' | 'retries' | 'timeout' | 'trustedHosts'>>
  /** Whether a URL, without credentials, holds what must not be kept: its answers are in no cache. */
  readonly isSecret?: (url: string) => boolean
  /** One line for the person at the terminal: that a server makes us wait, that the cache cannot be written. */
  readonly onNotice?: (message: string) => void
  /** How pauses are made. */
  readonly wait?: Wait
}

/** How long a server may be silent, in milliseconds: pip's default. */
const silence = 15_000
/** How long an attempt to connect may take, in milliseconds. */
const connecting = 10_000
/** More would be rude, and is not faster. */
const connectionsPerOrigin = 8

/** Makes a client. Nothing is read, written or asked before the first request. */
export function createHttp(options: HttpOptions = {}): Http {
  const { environment = processVariables(), signal, onNotice = () => undefined } = options
  const folder = options.cacheDir ?? defaultCacheDirectory(environment)
  const counters = { requests: 0, bytes: 0 }
  return httpClient({
    send: undiciSender(options, environment, counters),
    netrc: lazily(() => readNetrc(environment)),
    // The number changes when older entries can no longer be read.
    store: diskStore(join(folder, 'v3'), cause =>
      onNotice(`the cache ${folder} cannot be written (${cause.message}), so nothing is kept`),
    ),
    counters,
    offline: options.offline ?? false,
    signal,
    isSecret: options.isSecret ?? (() => false),
    retries: options.config?.retries ?? passingRetries,
    wait: options.wait ?? (milliseconds => sleep(milliseconds, undefined, signal ? { signal } : {})),
    onNotice,
  })
}

function undiciSender(
  { config = {}, signal }: HttpOptions,
  environment: Environment,
  counters: { requests: number; bytes: number },
): Send {
  const timeout = config.timeout === undefined ? silence : config.timeout * 1000
  const dispatcherFor = dispatchers(config, environment, timeout)
  // Every request under way listens for the interruption.
  if (signal) setMaxListeners(0, signal)
  return async ({ method, url, headers }) => {
    const dispatcher = await dispatcherFor(url)
    counters.requests++
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': 'torchpin', ...headers },
      signal: signal ?? null,
    })
    // The error of an abandoned body is ignored.
    response.body.on('error', () => undefined)
    return {
      status: response.statusCode,
      headers: joined(response.headers),
      body: withThroughput(counted(response.body, counters), timeout),
      async discard() {
        if (response.body.readableEnded) return
        if (response.body.readableDidRead) response.body.destroy()
        else await response.body.dump({ limit: 65_536 }).catch(() => undefined)
      },
    } satisfies WireResponse
  }
}

/**
 * The connections for a URL: one pool for each proxy, with certificates checked or not.
 * @param timeout milliseconds a server may be silent
 */
function dispatchers(
  config: NonNullable<HttpOptions['config']>,
  environment: Environment,
  timeout: number,
): (url: URL) => Promise<Dispatcher> {
  // Loaded late, for that takes longer than reading the cache. Its parts are on the default export, bundled or not.
  const undici = lazily(async () => {
    endShortRun()
    leaveWasmUnoptimized()
    return (await import('undici')).default
  })
  const trusted = lazily(async (): Promise<SecureContext | undefined> => {
    const ca = await trustedCertificates(environment, config.cert)
    if (!ca) return undefined
    // Late, like undici: a run without requests needs none of it.
    const { createSecureContext } = await import('node:tls')
    return createSecureContext({ ca: [...ca] })
  })
  const connect = async (proxy: URL | undefined, unchecked: boolean): Promise<Dispatcher> => {
    const [{ Agent, ProxyAgent }, secureContext] = await Promise.all([undici(), trusted()])
    const shared = secureContext ? { secureContext } : {}
    const limit = { timeout: Math.min(timeout, connecting) }
    const pool = { connections: connectionsPerOrigin, headersTimeout: timeout, bodyTimeout: timeout }
    const tls = { ...shared, ...limit, ...(unchecked ? { rejectUnauthorized: false } : {}) }
    if (!proxy) return new Agent({ ...pool, connect: tls })
    const { url: uri, credentials } = splitCredentials(proxy.href)
    return new ProxyAgent({
      ...pool,
      uri,
      requestTls: tls,
      proxyTls: { ...shared, ...limit },
      // Like pip: it asks a proxy for http pages themselves, and for tunnels to https hosts.
      proxyTunnel: false,
      ...(credentials ? { token: basicAuthorization(credentials) } : {}),
    })
  }
  const known = new Map<string, Promise<Dispatcher>>()
  return url => {
    const proxy = proxyFor(url, environment, config.proxy)
    const unchecked = config.trustedHosts?.some(host => host === url.hostname || host === url.host) ?? false
    const key = `${proxy?.href} ${unchecked}`
    const dispatcher = known.get(key) ?? connect(proxy, unchecked)
    known.set(key, dispatcher)
    return dispatcher
  }
}

async function* counted(body: AsyncIterable<Uint8Array>, counters: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    counters.bytes += chunk.length
    yield chunk
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}
