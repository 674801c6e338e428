import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { splitCredentials } from '../../src/package-index/credentials.ts'
import { parseNetrc } from '../../src/package-index/netrc.ts'
import { proxyFor } from '../../src/package-index/proxy.ts'
import { redactUrl } from '../../src/text/secrets.ts'
import { selfSigned } from './certificate.ts'
import { client, failure, serve, temporaryFolder } from './server.ts'

const page = { accept: 'text/html', maxBytes: 1000 }
const identity = selfSigned('torchpin test')
const secure = createTlsServer(identity, (request, response) => {
  if (request.url === '/down') response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
  else response.end('secret page')
})
await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve))
const secureUrl = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`
afterAll(() => {
  secure.closeAllConnections()
  secure.close()
})

describe('certificates', () => {
  const bundles = () => {
    const folder = temporaryFolder()
    const own = join(folder, 'own.pem')
    const other = join(folder, 'other.pem')
    writeFileSync(own, identity.cert)
    writeFileSync(other, selfSigned('another').cert)
    mkdirSync(join(folder, 'certs', 'deeper'), { recursive: true })
    writeFileSync(join(folder, 'certs', 'a.pem'), identity.cert)
    writeFileSync(join(folder, 'certs', 'notes.txt'), 'no certificate')
    return { own, other, both: join(folder, 'certs'), missing: join(folder, 'missing.pem') }
  }

  test('one that nobody vouches for is not accepted, at once', async () => {
    const http = client()
    expect(await failure(http.get(secureUrl, page))).toEqual({
      code: 'INDEX_UNREACHABLE',
      message: expect.stringMatching(
        `^${secureUrl} cannot be reached: its certificate was not accepted \\(.*self.signed`,
      ),
      hint: 'where a proxy or a company authority signs, name its bundle by PIP_CERT or SSL_CERT_FILE',
    })
    expect(http.pauses).toEqual([])
  })

  const { own, other, both, missing } = { own: 'own', other: 'other', both: 'both', missing: 'missing' } as const
  test.each([
    { id: "pip's cert", config: own, accepted: true },
    { id: "pip's cert as a folder", config: both, accepted: true },
    { id: 'REQUESTS_CA_BUNDLE', variables: { REQUESTS_CA_BUNDLE: own }, accepted: true },
    { id: 'CURL_CA_BUNDLE', variables: { CURL_CA_BUNDLE: own }, accepted: true },
    { id: 'SSL_CERT_FILE', variables: { SSL_CERT_FILE: own }, accepted: true },
    {
      id: 'NODE_EXTRA_CA_CERTS beside another bundle',
      variables: { SSL_CERT_FILE: other, NODE_EXTRA_CA_CERTS: own },
      accepted: true,
    },
    { id: "pip's cert wins over variables", config: other, variables: { REQUESTS_CA_BUNDLE: own }, accepted: false },
    {
      id: 'REQUESTS_CA_BUNDLE wins over SSL_CERT_FILE',
      variables: { REQUESTS_CA_BUNDLE: other, SSL_CERT_FILE: own },
      accepted: false,
    },
    { id: 'SSL_CERT_FILE that is not there is no matter', variables: { SSL_CERT_FILE: missing }, accepted: false },
  ])('$id', async ({ config, variables = {}, accepted }) => {
    const paths = bundles()
    const environment = Object.fromEntries(Object.entries(variables).map(([name, which]) => [name, paths[which]]))
    const http = client({
      environment: { HOME: '/nonexistent', ...environment },
      ...(config ? { config: { cert: paths[config] } } : {}),
    })
    if (accepted) expect((await http.get(secureUrl, page)).body.toString()).toBe('secret page')
    else expect((await failure(http.get(secureUrl, page))).message).toContain('its certificate was not accepted')
  })

  test.each([
    { id: 'cert', options: { config: { cert: '/nonexistent/ca.pem' } }, name: 'cert' },
    {
      id: 'REQUESTS_CA_BUNDLE',
      options: { environment: { REQUESTS_CA_BUNDLE: '/nonexistent/ca.pem' } },
      name: 'REQUESTS_CA_BUNDLE',
    },
  ])('$id that is not there is named', async ({ options, name }) => {
    expect(await failure(client(options).get(secureUrl, page))).toEqual({
      code: 'BAD_OPTION',
      message: `the certificates named by ${name} cannot be read: /nonexistent/ca.pem`,
    })
  })

  test.each([
    { trusted: '127.0.0.1', accepted: true },
    { trusted: secureUrl.slice('https://'.length), accepted: true },
    { trusted: '127.0.0.1:1', accepted: false },
    { trusted: 'example.org', accepted: false },
  ])('trusted-host $trusted', async ({ trusted, accepted }) => {
    const answer = client({ config: { trustedHosts: [trusted] } }).get(secureUrl, page)
    if (accepted) expect((await answer).body.toString()).toBe('secret page')
    else await expect(answer).rejects.toThrow('its certificate was not accepted')
  })

  test('a redirect from https to http is refused', async () => {
    const http = client({ config: { trustedHosts: ['127.0.0.1'] } })
    expect(await failure(http.get(`${secureUrl}/down`, page))).toEqual({
      code: 'INDEX_UNREADABLE',
      message: `${secureUrl}/down is redirected from https to http: http://127.0.0.1:9/`,
    })
  })
})

describe('proxies', () => {
  /** A proxy that notes what it is asked for, and lets through those with the right password. */
  async function startProxy() {
    const asked: string[] = []
    const expected = `Basic ${btoa('me:p@ss')}`
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (request.headers['proxy-authorization'] !== expected) response.writeHead(407).end()
      else response.end('by proxy')
    })
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`)
      if (request.headers['proxy-authorization'] !== expected)
        return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      const [host, port] = request.url!.split(':') as [string, string]
      const through = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        through.pipe(socket).pipe(through)
      })
      through.on('error', () => socket.destroy())
      socket.on('error', () => through.destroy())
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    afterAll(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    return { asked, url: `http://me:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}` }
  }

  test('a page is asked for as such, a secure one through a tunnel', async () => {
    const proxy = await startProxy()
    const http = client({ config: { proxy: proxy.url, trustedHosts: ['127.0.0.1'] } })
    expect((await http.get('http://index.example.org/simple/torch/', page)).body.toString()).toBe('by proxy')
    expect((await http.get(secureUrl, page)).body.toString()).toBe('secret page')
    expect(proxy.asked).toEqual(['GET http://index.example.org/simple/torch/', `CONNECT ${secureUrl.slice(8)}`])
  })

  test('the certificate behind a tunnel is looked at', async () => {
    const proxy = await startProxy()
    await expect(client({ config: { proxy: proxy.url } }).get(secureUrl, page)).rejects.toThrow(
      'its certificate was not accepted',
    )
  })

  test('from the environment, but not for what goes without', async () => {
    const proxy = await startProxy()
    const server = await serve((_, response) => response.end('direct'))
    const http = client({ environment: { HOME: '/nonexistent', http_proxy: proxy.url, NO_PROXY: '127.0.0.1' } })
    expect((await http.get(server.url, page)).body.toString()).toBe('direct')
    expect((await http.get('http://index.example.org/', page)).body.toString()).toBe('by proxy')
  })

  test('a proxy that wants another password is said at once', async () => {
    const proxy = await startProxy()
    const http = client({ config: { proxy: proxy.url.replace('p%40ss', 'wrong') } })
    expect(await failure(http.get(secureUrl, page))).toMatchObject({
      code: 'INDEX_UNREACHABLE',
      message: `${secureUrl} cannot be reached: the proxy answered 407`,
    })
    expect(await failure(http.get('http://index.example.org/', page))).toMatchObject({
      code: 'INDEX_UNREACHABLE',
      message: 'http://index.example.org cannot be reached: the proxy answered 407',
    })
    expect(http.pauses).toEqual([])
  })

  test('a proxy that is down', async () => {
    const http = client({ config: { proxy: '127.0.0.1:9' } })
    expect(await failure(http.get(secureUrl, page))).toMatchObject({
      code: 'INDEX_UNREACHABLE',
      message: `${secureUrl} cannot be reached: nothing listens there`,
    })
  })

  test.each([
    { id: 'none', url: 'https://a.example.org/', environment: {}, proxy: undefined },
    {
      id: 'by scheme',
      url: 'https://a.example.org/',
      environment: { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:1' },
      proxy: 'http://p:1/',
    },
    {
      id: 'not that of the other scheme',
      url: 'https://a.example.org/',
      environment: { HTTP_PROXY: 'http://q:1' },
      proxy: undefined,
    },
    {
      id: 'lower case first',
      url: 'http://a.example.org/',
      environment: { HTTP_PROXY: 'http://p:1', http_proxy: 'http://q:1' },
      proxy: 'http://q:1/',
    },
    { id: 'for all', url: 'http://a.example.org/', environment: { ALL_PROXY: 'http://p:1' }, proxy: 'http://p:1/' },
    {
      id: 'without a scheme',
      url: 'http://a.example.org/',
      environment: { http_proxy: 'p:3128' },
      proxy: 'http://p:3128/',
    },
    { id: 'a star', url: 'http://a.example.org/', environment: { http_proxy: 'p:1', no_proxy: '*' }, proxy: undefined },
    {
      id: 'a domain and what is below it',
      url: 'http://a.example.org/',
      environment: { http_proxy: 'p:1', no_proxy: 'x.org, example.org' },
      proxy: undefined,
    },
    {
      id: 'a domain with a dot',
      url: 'http://a.example.org/',
      environment: { http_proxy: 'p:1', no_proxy: '.example.org' },
      proxy: undefined,
    },
    {
      id: 'not what merely ends alike',
      url: 'http://badexample.org/',
      environment: { http_proxy: 'p:1', no_proxy: 'example.org' },
      proxy: 'http://p:1/',
    },
    {
      id: 'a port that fits',
      url: 'http://a.example.org:8080/',
      environment: { http_proxy: 'p:1', no_proxy: 'example.org:8080' },
      proxy: undefined,
    },
    {
      id: 'a port that does not',
      url: 'http://a.example.org/',
      environment: { http_proxy: 'p:1', no_proxy: 'example.org:8080' },
      proxy: 'http://p:1/',
    },
    {
      id: 'a network',
      url: 'http://10.1.2.3/',
      environment: { http_proxy: 'p:1', no_proxy: '10.0.0.0/8' },
      proxy: undefined,
    },
    {
      id: 'another network',
      url: 'http://11.1.2.3/',
      environment: { http_proxy: 'p:1', no_proxy: '10.0.0.0/8,11.0.0.0/99' },
      proxy: 'http://p:1/',
    },
    { id: 'IPv6', url: 'http://[::1]:80/', environment: { http_proxy: 'p:1', no_proxy: '::1' }, proxy: undefined },
  ])('which one: $id', ({ url, environment, proxy }) => expect(proxyFor(new URL(url), environment)?.href).toBe(proxy))

  test("pip's own is for everything", () => {
    expect(proxyFor(new URL('http://a.example.org'), { http_proxy: 'q:1', no_proxy: '*' }, 'http://p:1')?.href).toBe(
      'http://p:1/',
    )
  })

  test('one that is no URL is named, not shown', () => {
    expect(() => proxyFor(new URL('http://a.example.org'), { http_proxy: 'http://me:secret@ /' })).toThrow(
      /^the setting http_proxy is no URL of a proxy$/,
    )
  })
})

describe('netrc', () => {
  test.each([
    {
      id: 'one line',
      text: 'machine a.example.org login me password secret',
      found: { 'a.example.org': ['me', 'secret'] },
    },
    {
      id: 'many lines',
      text: 'machine A.example.org\n  login me\n  password secret\n\nmachine b\nlogin you\npassword x',
      found: { 'a.example.org': ['me', 'secret'], b: ['you', 'x'] },
    },
    {
      id: 'password first, an account between',
      text: 'machine a password p account x login l',
      found: { a: ['l', 'p'] },
    },
    { id: 'user for login', text: 'machine a user l password p', found: { a: ['l', 'p'] } },
    {
      id: 'quotes and escapes',
      text: 'machine a login "my name" password "a \\"b\\" \\\\c"',
      found: { a: ['my name', 'a "b" \\c'] },
    },
    {
      id: 'comments',
      text: '# machine x login y password z\nmachine a login l password p#1',
      found: { a: ['l', 'p#1'] },
    },
    {
      id: 'a macro',
      text: 'machine a login l password p macdef init\nmachine evil login x password y\n\nmachine b login m password q',
      found: { a: ['l', 'p'], b: ['m', 'q'] },
    },
    {
      id: 'the first of a host',
      text: 'machine a login l password p\nmachine a login m password q',
      found: { a: ['l', 'p'] },
    },
    { id: 'cut short', text: 'machine a login l password', found: { a: ['l', ''] } },
    { id: 'a machine without a name', text: 'machine', found: {} },
    { id: 'nothing', text: '', found: {} },
  ])('$id', ({ text, found }) => {
    const { machines } = parseNetrc(text)
    expect(
      Object.fromEntries([...machines].map(([host, { username, password }]) => [host, [username, password]])),
    ).toEqual(found)
  })

  test('the default', () => {
    expect(parseNetrc('machine a login l password p\ndefault login any password x').default).toEqual({
      username: 'any',
      password: 'x',
    })
  })
})

describe('credentials of URLs', () => {
  test.each([
    { url: 'https://example.org/simple', shown: 'https://example.org/simple' },
    { url: 'https://me:secret@example.org/simple', shown: 'https://****@example.org/simple' },
    { url: 'https://token@example.org:8080/simple#x', shown: 'https://****@example.org:8080/simple#x' },
    { url: 'https://${USER}:${TOKEN}@example.org/simple', shown: 'https://****@example.org/simple' },
    { url: 'https://a@b:p@ss@example.org/', shown: 'https://****@example.org/' },
    {
      url: 'https://example.org/x.whl?X-Signature=secret#sha256=00',
      shown: 'https://example.org/x.whl?****#sha256=00',
    },
    { url: 'https://example.org/@scope/x', shown: 'https://example.org/@scope/x' },
    { url: './wheels', shown: './wheels' },
  ])('$url is shown as $shown', ({ url, shown }) => expect(redactUrl(url)).toBe(shown))

  test.each([
    {
      url: 'https://me:p%40ss@example.org/x',
      expected: { url: 'https://example.org/x', credentials: { username: 'me', password: 'p@ss' } },
    },
    {
      url: 'https://token@example.org/x',
      expected: { url: 'https://example.org/x', credentials: { username: 'token', password: '' } },
    },
    {
      url: 'https://me:100%@example.org/x',
      expected: { url: 'https://example.org/x', credentials: { username: 'me', password: '100%' } },
    },
    { url: 'https://example.org/x', expected: { url: 'https://example.org/x' } },
    { url: 'nonsense', expected: { url: 'nonsense' } },
  ])('$url is taken apart', ({ url, expected }) => expect(splitCredentials(url)).toEqual(expected))
})
