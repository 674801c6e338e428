import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { client, failure, serve, temporaryFolder } from './server.ts'

const page = { accept: 'text/html', maxBytes: 1000 }
const text = (response: ServerResponse, body: string, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body)

describe('bodies', () => {
  const content = 'torch '.repeat(100)
  test.each([
    { encoding: 'gzip', body: gzipSync(content) },
    { encoding: 'x-gzip', body: gzipSync(content) },
    { encoding: 'deflate', body: deflateSync(content) },
    { encoding: 'br', body: brotliCompressSync(content) },
    { encoding: 'identity', body: Buffer.from(content) },
  ])('$encoding is undone, and counted as sent', async ({ encoding, body }) => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body))
    const http = client()
    const answer = await http.get(server.url, page)
    expect(answer.body.toString()).toBe(content)
    expect(http.counters).toEqual({ requests: 1, bytes: body.length })
    expect(server.headers[0]!['accept-encoding']).toBe('gzip, deflate, br')
  })

  test('an encoding that nobody asked for is an answer that cannot be used', async () => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x'))
    const http = client()
    expect(await failure(http.get(server.url, page))).toEqual({
      code: 'INDEX_UNREADABLE',
      message: `${server.url}/ answered in the unknown content encoding zstd`,
    })
    expect(http.pauses).toEqual([])
  })

  test.each([
    { id: 'a long body', headers: {}, body: 'x'.repeat(5000) },
    {
      id: 'one that unpacks to more than it is',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('x'.repeat(1_000_000)),
    },
  ])('$id is given up at the limit', async ({ headers, body }) => {
    const server = await serve((_, response) => {
      response.writeHead(200, headers)
      response.write(body)
      response.end()
    })
    const { complete, body: taken } = await client().get(server.url, page)
    expect(complete).toBe(false)
    expect(taken.length).toBeLessThanOrEqual(1000)
  })

  test('one that announces to be longer is not begun, and the client goes on', async () => {
    const server = await serve((request, response) =>
      text(
        response,
        request.url === '/long' ? 'x'.repeat(5_000_000) : 'short',
        request.url === '/long' ? { 'content-length': '5000000' } : {},
      ),
    )
    const http = client()
    expect(await http.get(`${server.url}/long`, page)).toMatchObject({ complete: false, body: Buffer.alloc(0) })
    expect((await http.get(`${server.url}/short`, page)).body.toString()).toBe('short')
  })
})

describe('what passes is tried again', () => {
  test.each([429, 500, 502, 503, 504])('a %i, three times, longer and longer', async status => {
    const server = await serve((_, response) => response.writeHead(status).end('no'))
    const http = client()
    expect(await failure(http.get(`${server.url}/simple/torch/`, page))).toEqual({
      code: 'INDEX_UNREACHABLE',
      message: `${server.url}/simple/torch/ answered ${status}`,
      hint: 'try again later',
    })
    expect(http.counters.requests).toBe(4)
    expect(http.pauses.map(pause => Math.floor(Math.log2(pause / 187.5)))).toEqual([0, 1, 2])
  })

  test('Retry-After in seconds is waited for, and said', async () => {
    let busy = true
    const server = await serve((_, response) => {
      if (busy) response.writeHead(429, { 'retry-after': '7' }).end()
      else text(response, 'ok')
      busy = false
    })
    const http = client()
    expect((await http.get(server.url, page)).body.toString()).toBe('ok')
    expect(http.pauses).toEqual([7000])
    expect(http.notices).toEqual([`${server.url}/ answered 429; trying again in 7 s`])
  })

  test('Retry-After as a date is waited for', async () => {
    let busy = true
    const server = await serve((_, response) => {
      if (busy) response.writeHead(503, { 'retry-after': new Date(Date.now() + 20_000).toUTCString() }).end()
      else text(response, 'ok')
      busy = false
    })
    const http = client()
    await http.get(server.url, page)
    expect(http.pauses[0]).toBeGreaterThan(15_000)
    expect(http.pauses[0]).toBeLessThanOrEqual(20_000)
  })

  test('nobody is made to wait for an hour', async () => {
    const server = await serve((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end())
    const http = client()
    expect((await failure(http.get(server.url, page))).message).toBe(`${server.url}/ answered 503`)
    expect(http.pauses).toEqual([])
  })

  test.each([
    {
      id: 'a connection that is reset',
      breakOff: (response: ServerResponse) => response.socket!.resetAndDestroy(),
      words: 'the connection was reset',
    },
    {
      id: 'a body shorter than announced',
      breakOff: (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' }).write('x'.repeat(50))
        setImmediate(() => response.socket!.end())
      },
      words: 'the connection was closed before the answer was complete',
    },
    {
      id: 'gzip cut short',
      breakOff: (response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(500)).subarray(0, 20)),
      words: 'the compressed answer is cut short',
    },
    {
      id: 'gzip that is none',
      breakOff: (response: ServerResponse) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
      words: 'the compressed answer is damaged',
    },
    {
      id: 'brotli that is none',
      breakOff: (response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'br' }).end(Buffer.alloc(64, 0xff)),
      words: 'the compressed answer is damaged',
    },
  ])('$id', async ({ breakOff, words }) => {
    let broken = 2
    const server = await serve((_, response) => (broken-- > 0 ? breakOff(response) : text(response, 'ok')))
    const http = client()
    expect((await http.get(server.url, page)).body.toString()).toBe('ok')
    expect(http.pauses).toHaveLength(2)

    broken = Number.POSITIVE_INFINITY
    const { code, message } = await failure(http.get(`${server.url}/x`, page))
    expect([code, message]).toEqual(['INDEX_UNREACHABLE', `${server.url}/x cannot be fetched: ${words}`])
  })

  test('silence, before an answer and within one', async () => {
    const silent = await serve(() => undefined)
    const stalled = await serve((_, response) => void response.writeHead(200, { 'content-length': '100' }).write('x'))
    const http = client({ config: { timeout: 0.1 } })
    const told = await Promise.all([silent, stalled].map(server => failure(http.get(server.url, page))))
    expect(told.map(({ message }) => message)).toEqual([
      `${silent.url}/ cannot be fetched: no answer in time`,
      `${stalled.url}/ cannot be fetched: the answer stalled`,
    ])
    expect(told[0]!.hint).toBe('try again, or raise the time-out by PIP_TIMEOUT')
    expect(http.counters.requests).toBe(8)
  })

  test('a host that stayed silent is not waited for again', async () => {
    const silent = await serve(() => undefined)
    const http = client({ config: { timeout: 0.1, retries: 0 } })
    const first = await failure(http.get(`${silent.url}/a`, page))
    expect(await failure(http.get(`${silent.url}/b`, page))).toEqual(first)
    expect(silent.asked).toEqual(['GET /a'])
  })

  test('an answer that does not come to an end is given up, and not tried again', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(timer))
    })
    const http = client({ config: { timeout: 0.1 } })
    expect(await failure(http.get(server.url, page))).toEqual({
      code: 'INDEX_UNREACHABLE',
      message: `${server.url}/ cannot be fetched: the answer comes too slowly`,
      hint: 'try again, or raise the time-out by PIP_TIMEOUT',
    })
    expect(http.counters.requests).toBe(1)
  })

  test("pip's setting of retries holds", async () => {
    const server = await serve((_, response) => response.writeHead(503).end())
    const http = client({ config: { retries: 5 } })
    await failure(http.get(server.url, page))
    expect(http.counters.requests).toBe(6)
  })
})

describe('what does not pass is told at once', () => {
  test('nobody listens: one more try, soon, and none for the next page', async () => {
    const http = client()
    const first = await failure(http.get('http://127.0.0.1:9/simple/torch/', page))
    expect(first).toEqual({
      code: 'INDEX_UNREACHABLE',
      message: 'http://127.0.0.1:9 cannot be reached: nothing listens there',
      hint: 'check the network, the proxy settings and the URL',
    })
    expect(http.pauses).toEqual([100])
    expect(await failure(http.get('http://127.0.0.1:9/simple/numpy/', page))).toEqual(first)
    expect(http.counters.requests).toBe(2)
  })

  test('a name that does not exist', async () => {
    const http = client()
    const { code, message } = await failure(http.get('http://no-such-host.invalid/simple/', page))
    expect([code, message]).toEqual([
      'INDEX_UNREACHABLE',
      'http://no-such-host.invalid cannot be reached: its name is not known here (no network, or a typing error)',
    ])
    expect(http.pauses).toEqual([100])
  })

  test('a server that does not speak TLS', async () => {
    const server = await serve((_, response) => text(response, 'ok'))
    const http = client()
    const { code, message } = await failure(http.get(server.url.replace('http:', 'https:'), page))
    expect(code).toBe('INDEX_UNREACHABLE')
    expect(message).toMatch(/its certificate was not accepted/)
    expect(http.pauses).toEqual([])
  })

  test('a server that does not speak HTTP', async () => {
    const server = createTcpServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const { code, message } = await failure(client().get(`http://127.0.0.1:${port}/`, page))
    server.close()
    expect([code, message]).toEqual([
      'INDEX_UNREACHABLE',
      `http://127.0.0.1:${port}/ cannot be fetched: it does not answer in HTTP`,
    ])
  })

  test.each(['ftp://files.example.org/', 'file:///etc/passwd', 'nonsense', 'https://'])(
    '%s is no address',
    async url => {
      expect(await failure(client().get(url, page))).toMatchObject({
        code: 'BAD_OPTION',
        message: `${url} is no http(s) URL`,
      })
    },
  )

  test('an interruption ends everything, waits among them', async () => {
    const controller = new AbortController()
    const server = await serve(() => controller.abort())
    const http = client({ signal: controller.signal })
    expect(await failure(http.get(server.url, page))).toMatchObject({ code: 'INTERRUPTED' })
    expect(await failure(http.get(`${server.url}/x`, page))).toMatchObject({ code: 'INTERRUPTED' })
    expect(http.counters.requests).toBe(1)
  })
})

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('a %i is followed, and the page is where it was found', async status => {
    const server = await serve((request, response) =>
      request.url === '/torch/'
        ? response.writeHead(status, { location: '../found/?signature=secret' }).end('gone')
        : text(response, 'here'),
    )
    const answer = await client().get(`${server.url}/torch/`, page)
    expect([answer.body.toString(), answer.url]).toEqual(['here', `${server.url}/found/?signature=secret`])
  })

  test('ten are followed, eleven are not', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url!.slice(1))
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end()
      else text(response, 'here')
    })
    expect((await client().get(`${server.url}/10`, page)).body.toString()).toBe('here')
    expect(await failure(client().get(`${server.url}/11`, page))).toEqual({
      code: 'INDEX_UNREADABLE',
      message: `${server.url}/11 is redirected more than 10 times`,
    })
  })

  test.each([
    { location: 'http://', problem: 'is redirected to http://, which is no URL' },
    { location: 'file:///etc/passwd', problem: 'is redirected to file:///etc/passwd, which is not on the web' },
  ])('to $location is refused', async ({ location, problem }) => {
    const server = await serve((_, response) => response.writeHead(302, { location }).end())
    expect(await failure(client().get(server.url, page))).toEqual({
      code: 'INDEX_UNREADABLE',
      message: `${server.url}/ ${problem}`,
    })
  })

  test('a status that redirects, but says not where, is an answer', async () => {
    const server = await serve((_, response) => response.writeHead(302).end())
    expect((await client().get(server.url, page)).status).toBe(302)
  })

  test('what is down is the place that it leads to', async () => {
    const server = await serve((request, response) =>
      request.url === '/a' ? response.writeHead(302, { location: 'http://127.0.0.1:9/a' }).end() : text(response, 'ok'),
    )
    const http = client()
    expect((await failure(http.get(`${server.url}/a`, page))).message).toBe(
      'http://127.0.0.1:9 cannot be reached: nothing listens there',
    )
    expect((await http.get(`${server.url}/b`, page)).body.toString()).toBe('ok')
  })
})

describe('credentials', () => {
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`
  const withUser = (url: string, user: string) => url.replace('://', `://${user}@`)

  test('those of the URL are sent, decoded, and are in no answer', async () => {
    const server = await serve((_, response) => text(response, 'ok'))
    const http = client()
    const { url } = await http.get(withUser(`${server.url}/simple/`, 'me%40work:p%3Aw'), page)
    expect(server.headers[0]!.authorization).toBe(basic('me@work:p:w'))
    expect(url).toBe(`${server.url}/simple/`)
  })

  test('they are for the same origin only, and the closest path comes first', async () => {
    const server = await serve((_, response) => text(response, 'ok'))
    const other = await serve((_, response) => text(response, 'ok'))
    const http = client()
    await http.get(withUser(`${server.url}/a/simple/`, 'a:1'), page)
    await http.get(withUser(`${server.url}/b/simple/`, 'b:2'), page)
    await http.getBytes(`${server.url}/a/files/x.whl`, { maxBytes: 10 })
    await http.getBytes(`${server.url}/b/files/x.whl`, { maxBytes: 10 })
    await http.getBytes(`${other.url}/a/files/x.whl`, { maxBytes: 10 })
    expect(server.headers.slice(2).map(({ authorization }) => authorization)).toEqual([basic('a:1'), basic('b:2')])
    expect(other.headers[0]!.authorization).toBeUndefined()
  })

  test.each(['127.0.0.1', 'localhost'])('a redirect to another host (%s) does not take them along', async host => {
    const other = await serve((_, response) => text(response, 'ok'), host)
    const server = await serve((_, response) =>
      response.writeHead(302, { location: `${withUser(other.url, 'evil:evil')}/x` }).end(),
    )
    await client().get(withUser(server.url, 'me:secret'), page)
    expect(server.headers[0]!.authorization).toBe(basic('me:secret'))
    expect(other.headers[0]!.authorization).toBeUndefined()
  })

  test('a netrc file gives them by host; its default is for no host that a redirect leads to', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'my-netrc'), 'machine localhost login there password x\ndefault login any password y\n')
    const other = await serve((_, response) => text(response, 'ok'))
    const named = await serve((_, response) => text(response, 'ok'), 'localhost')
    const server = await serve((request, response) =>
      request.url === '/to' ? response.writeHead(302, { location: other.url }).end() : text(response, 'ok'),
    )
    const http = client({ environment: { NETRC: join(folder, 'my-netrc') } })
    await http.get(`${named.url}/`, page)
    await http.get(`${server.url}/to`, page)
    expect(named.headers[0]!.authorization).toBe(basic('there:x'))
    expect(server.headers[0]!.authorization).toBe(basic('any:y'))
    expect(other.headers[0]!.authorization).toBeUndefined()
  })

  test('no message shows them', async () => {
    const http = client()
    const told = [
      await failure(http.get('http://me:secret@127.0.0.1:9/simple/?token=secret', page)),
      await failure(http.get('ftp://me:secret@127.0.0.1/', page)),
      await failure(client({ offline: true }).get('http://me:secret@127.0.0.1:9/?token=secret', page)),
    ]
    expect(JSON.stringify(told)).not.toContain('secret')
    expect(told.every(({ code }) => code)).toBe(true)
  })

  test('neither names nor contents of the cache hold them', async () => {
    const server = await serve((_, response) =>
      text(response, 'page', {
        vary: 'Authorization, Cookie',
        etag: '"1"',
        'set-cookie': 'session=secret',
        'cache-control': 'max-age=60',
      }),
    )
    const cacheDir = temporaryFolder()
    await client({ cacheDir }).get(withUser(`${server.url}/?token=secret`, 'me:secret'), page)
    const files = readdirSync(cacheDir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files).toHaveLength(1)
    const kept = files.map(file => file.name + readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n')
    expect(kept).toContain('page')
    for (const secret of ['secret', basic('me:secret').slice(6)]) expect(kept).not.toContain(secret)
  })
})

describe('asked for side by side', () => {
  test('the same page is fetched once, pages by other credentials of the same origin too', async () => {
    const server = await serve((_, response) => setTimeout(() => text(response, 'ok'), 20))
    const http = client()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => http.get(`${server.url}/simple/torch/#fragment`, page)),
    )
    expect(answers.map(({ body }) => body.toString())).toEqual(Array(5).fill('ok'))
    expect(server.asked).toEqual(['GET /simple/torch/'])
  })

  test('different pages share a few connections', async () => {
    const sockets = new Set<unknown>()
    const server = await serve((request, response) => {
      sockets.add(request.socket)
      text(response, request.url!)
    })
    const http = client()
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => http.get(`${server.url}/${i}`, page)))
    expect(answers.map(({ body }) => body.toString())).toEqual(answers.map((_, i) => `/${i}`))
    expect(sockets.size).toBeLessThanOrEqual(8)
  })
})
