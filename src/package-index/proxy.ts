import { BlockList, isIPv4 } from 'node:net'
import { TorchpinError } from '../contract/errors.ts'
import type { Environment } from '../files/environment.ts'

/**
 * The proxy for a URL. The one that pip is configured with is for everything; else HTTP_PROXY, HTTPS_PROXY and ALL_PROXY
 * are asked, the lower-case spelling first, and NO_PROXY lists what goes without: `*`, hosts with their subdomains,
 * `host:port`, IPv4 networks.
 *
 * @param configured pip's `proxy` setting
 * @returns undefined where the connection is direct
 * @throws TorchpinError BAD_OPTION where it is no URL; not shown, for it may hold a password
 */
export function proxyFor(url: URL, environment: Environment, configured?: string): URL | undefined {
  if (configured) return proxyUrl(configured, 'proxy')
  const read = (name: string) => environment[name] || environment[name.toUpperCase()]
  const name = `${url.protocol.slice(0, -1)}_proxy`
  const given = read(name) ?? read('all_proxy')
  if (!given || goesWithout(url, read('no_proxy') ?? '')) return undefined
  return proxyUrl(given, read(name) ? name : 'all_proxy')
}

function proxyUrl(given: string, setting: string): URL {
  // Python's libraries take a host and port without a scheme.
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`
  if (!URL.canParse(text)) throw new TorchpinError('BAD_OPTION', `the setting ${setting} is no URL of a proxy`)
  return new URL(text)
}

function goesWithout({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const withPort = `${host}:${port || (protocol === 'https:' ? '443' : '80')}`
  return list
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .map(entry => entry.toLowerCase())
    .some(entry => {
      if (entry === '*') return true
      const network = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(entry)
      if (network) return isIPv4(host) && inNetwork(host, network[1]!, Number(network[2]))
      const bare = entry.replace(/^\*?\./, '').replace(/^\[|\]$/g, '')
      return host === bare || withPort === bare || host.endsWith(`.${bare}`) || withPort.endsWith(`.${bare}`)
    })
}

function inNetwork(host: string, network: string, prefix: number): boolean {
  if (!isIPv4(network) || prefix > 32) return false
  const list = new BlockList()
  list.addSubnet(network, prefix)
  return list.check(host)
}
