import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultCacheDirectory } from '../../src/files/environment.ts'
import { client, failure, type Handler, serve, temporaryFolder } from './server.ts'

const page = { accept: 'text/html', maxBytes: 1_000_000 }

/** Answers with a numbered body and these headers; 304 where the tag or the date is the one asked for. */
function versions(headers: Record<string, string>, version: () => number = () => 1): Handler {
  return (request, response) => {
    const etag = headers['etag'] && `"${version()}"`
    const current = { ...headers, ...(etag ? { etag } : {}) }
    const holds =
      (etag && request.headers['if-none-match'] === etag) ||
      (!etag && headers['last-modified'] && request.headers['if-modified-since'] === headers['last-modified'])
    if (holds) response.writeHead(304, current).end()
    else response.writeHead(200, { 'content-type': 'text/html', ...current }).end(`version ${version()}`)
  }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

describe('a second run', () => {
  const dates = { 'last-modified': 'Tue, 01 Jul 2025 00:00:00 GMT' }
  test.each([
    { id: 'asks by tag', headers: { etag: 'x' }, requests: 2, conditional: 'if-none-match' },
    { id: 'asks by date', headers: dates, requests: 2, conditional: 'if-modified-since' },
    {
      id: 'asks where no-cache says so',
      headers: { etag: 'x', 'cache-control': 'no-cache' },
      requests: 2,
      conditional: 'if-none-match',
    },
    { id: 'does not ask before the time is over', headers: { etag: 'x', 'cache-control': 'max-age=600' }, requests: 1 },
    {
      id: 'nor where it must ask afterwards',
      headers: { 'cache-control': 'max-age=600, public, must-revalidate' },
      requests: 1,
    },
    { id: 'nor of a private page', headers: { 'cache-control': 'private, max-age=600' }, requests: 1 },
    { id: 'nor of a page of which nothing is said', headers: {}, requests: 1 },
    {
      id: 'asks again after the time is over',
      headers: { etag: 'x', 'cache-control': 'max-age=600', age: '601' },
      requests: 2,
      conditional: 'if-none-match',
    },
    {
      id: 'fetches anew what must not be kept',
      headers: { 'cache-control': 'no-cache,no-store,must-revalidate' },
      requests: 2,
    },
  ])('$id', async ({ headers, requests, conditional }) => {
    const server = await serve(versions(headers as unknown as Record<string, string>))
    const cacheDir = temporaryFolder()
    const first = await client({ cacheDir }).get(server.url, page)
    const http = client({ cacheDir })
    const second = await http.get(server.url, page)
    expect(second).toMatchObject({ status: 200, body: first.body, origin: 'live' })
    expect(second.headers['content-type']).toBe('text/html')
    expect(server.asked).toHaveLength(requests)
    if (conditional) {
      expect(server.headers[1]).toHaveProperty(conditional)
      expect(http.counters.bytes).toBe(0)
    }
  })

  test('gets what is new', async () => {
    let version = 1
    const server = await serve(versions({ etag: 'x' }, () => version))
    const cacheDir = temporaryFolder()
    const bodies: string[] = []
    for (version of [1, 2, 2, 3]) bodies.push((await client({ cacheDir }).get(server.url, page)).body.toString())
    expect(bodies).toEqual(['version 1', 'version 2', 'version 2', 'version 3'])
  })

  test('a 304 renews the time', async () => {
    let maxAge = 'max-age=0'
    const server = await serve((request, response) =>
      request.headers['if-none-match']
        ? response.writeHead(304, { etag: '"1"', 'cache-control': maxAge }).end()
        : response.writeHead(200, { etag: '"1"', 'cache-control': maxAge }).end('x'),
    )
    const cacheDir = temporaryFolder()
    await client({ cacheDir }).get(server.url, page)
    maxAge = 'max-age=600'
    await client({ cacheDir }).get(server.url, page)
    await client({ cacheDir }).get(server.url, page)
    expect(server.asked).toHaveLength(2)
  })

  test('HTML and JSON of one address are two answers', async () => {
    const server = await serve((request, response) =>
      response.writeHead(200, { 'cache-control': 'max-age=600', vary: 'Accept' }).end(request.headers.accept),
    )
    const cacheDir = temporaryFolder()
    for (const accept of ['text/html', 'application/json', 'text/html']) {
      expect((await client({ cacheDir }).get(server.url, { ...page, accept })).body.toString()).toBe(accept)
    }
    expect(server.asked).toHaveLength(2)
  })

  test('a redirect is followed anew, and the page that it leads to asked by its tag', async () => {
    let to = '/a'
    const server = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: to }).end()
      else if (request.headers['if-none-match'] === '"same"') response.writeHead(304, { etag: '"same"' }).end()
      else response.writeHead(200, { etag: '"same"', 'cache-control': 'max-age=600' }).end(request.url)
    })
    const cacheDir = temporaryFolder()
    const ask = async () => (await client({ cacheDir }).get(server.url, page)).body.toString()
    expect([await ask(), await ask()]).toEqual(['/a', '/a'])
    to = '/b'
    expect(await ask()).toBe('/b')
  })
})

describe('without a network', () => {
  test('the last answer is used, whatever its age, and that is said once', async () => {
    let down = false
    const server = await serve((request, response) =>
      down ? response.socket!.resetAndDestroy() : versions({ etag: 'x' })(request, response),
    )
    const cacheDir = temporaryFolder()
    await client({ cacheDir }).get(server.url, page)
    down = true
    const http = client({ cacheDir })
    expect(await http.get(server.url, page)).toMatchObject({ origin: 'cache', body: Buffer.from('version 1') })
    await http.get(server.url, page)
    expect(http.notices).toEqual([
      `${server.url}/ cannot be fetched: the connection was reset; the last answer in the cache is used`,
    ])
  })

  test('offline nobody is asked', async () => {
    const server = await serve(versions({ etag: 'x' }))
    const cacheDir = temporaryFolder()
    await client({ cacheDir }).get(`${server.url}/kept`, page)
    const http = client({ cacheDir, offline: true })
    expect(await http.get(`${server.url}/kept`, page)).toMatchObject({ origin: 'cache', status: 200 })
    expect(await failure(http.get(`${server.url}/other`, page))).toEqual({
      code: 'INDEX_UNREACHABLE',
      message: `offline, and ${server.url}/other is not in the cache`,
      hint: 'run once without --offline',
    })
    expect(server.asked).toEqual(['GET /kept'])
  })

  test.each([403, 404, 410])('offline a project that was missing (%i) still is', async status => {
    const server = await serve((_, response) => response.writeHead(status).end('no'))
    const cacheDir = temporaryFolder()
    await client({ cacheDir }).get(server.url, page)
    expect(await client({ cacheDir, offline: true }).get(server.url, page)).toMatchObject({ status, origin: 'cache' })
    await client({ cacheDir }).get(server.url, page)
    expect(server.asked).toHaveLength(2)
  })
})

describe('a cache that is not as it should be', () => {
  const damages: Record<string, (file: string) => void> = {
    'cut short': file => truncateSync(file, 100),
    empty: file => truncateSync(file, 0),
    'of other content': file => writeFileSync(file, 'nonsense'),
    'changed in its body': file => writeFileSync(file, readFileSync(file, 'latin1').replace('version 1', 'version 9')),
  }
  test.each(Object.entries(damages))('an entry that is %s is no entry', async (_, damage) => {
    const server = await serve(versions({ 'cache-control': 'max-age=600' }))
    const cacheDir = temporaryFolder()
    await client({ cacheDir }).get(server.url, page)
    for (const file of filesIn(cacheDir)) damage(file)
    expect((await client({ cacheDir }).get(server.url, page)).body.toString()).toBe('version 1')
    expect(server.asked).toHaveLength(2)
    await client({ cacheDir }).get(server.url, page)
    expect(server.asked).toHaveLength(2)
  })

  test('an entry of another form is no entry', async () => {
    const server = await serve(versions({ 'cache-control': 'max-age=600' }))
    const http = client()
    await http.get(server.url, page)
    const key = `GET text/html ${server.url}/`
    const entry = await http.store.get(key)
    expect(entry?.toString()).toContain('"format":1')
    for (const changed of ['"format":2', '"format":1,"policy":{"v":9}', '']) {
      await http.store.put(key, entry!.toString().replace('"format":1', changed))
      await http.get(server.url, page)
    }
    expect(server.asked.length).toBeGreaterThan(2)
  })

  test.skipIf(process.getuid?.() === 0)(
    'a folder that cannot be written is said once, and hinders nobody',
    async () => {
      const cacheDir = temporaryFolder()
      chmodSync(cacheDir, 0o500)
      const server = await serve(versions({ etag: 'x' }))
      const http = client({ cacheDir })
      for (const path of ['a', 'b']) expect((await http.get(`${server.url}/${path}`, page)).status).toBe(200)
      expect(http.notices).toEqual([expect.stringContaining(`the cache ${cacheDir} cannot be written (`)])
    },
  )

  test('nor does a file in its place', async () => {
    const cacheDir = join(temporaryFolder(), 'file')
    writeFileSync(cacheDir, '')
    const server = await serve(versions({ etag: 'x' }))
    const http = client({ cacheDir })
    for (const path of ['a', 'b']) expect((await http.get(`${server.url}/${path}`, page)).status).toBe(200)
    expect(http.notices).toEqual([expect.stringMatching(/^the cache .* cannot be written \(.*\), so nothing is kept$/)])
  })

  test('what is kept is for this user only, and no draft is left', async () => {
    const cacheDir = join(temporaryFolder(), 'new')
    mkdirSync(cacheDir)
    const server = await serve(versions({ etag: 'x' }))
    await client({ cacheDir }).get(server.url, page)
    expect(filesIn(cacheDir)).toEqual([expect.not.stringContaining('drafts')])
  })

  test('a draft that a killed run left is cleared away, one of a run that goes on is not', async () => {
    const cacheDir = temporaryFolder()
    const drafts = join(cacheDir, 'v3', 'drafts')
    mkdirSync(drafts, { recursive: true })
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    for (const pid of [gone, process.pid]) writeFileSync(join(drafts, `${pid}-0123456789ab`), 'half')
    const server = await serve(versions({ etag: 'x' }))
    await client({ cacheDir }).get(server.url, page)
    expect(readdirSync(drafts)).toEqual([`${process.pid}-0123456789ab`])
  })

  test('processes side by side do not spoil it', async () => {
    const server = await serve(versions({ 'cache-control': 'max-age=600' }))
    const cacheDir = temporaryFolder()
    await Promise.all(Array.from({ length: 8 }, () => client({ cacheDir }).get(server.url, page)))
    const before = server.asked.length
    expect((await client({ cacheDir }).get(server.url, page)).body.toString()).toBe('version 1')
    expect(server.asked.length).toBe(before)
    expect(filesIn(cacheDir).filter(path => path.includes('drafts'))).toEqual([])
  })
})

describe('where it is', () => {
  test.each([
    { platform: 'linux', environment: { HOME: '/home/me' }, folder: '/home/me/.cache/torchpin' },
    { platform: 'linux', environment: { HOME: '/home/me', XDG_CACHE_HOME: '/var/me' }, folder: '/var/me/torchpin' },
    {
      platform: 'linux',
      environment: { HOME: '/home/me', XDG_CACHE_HOME: 'relative' },
      folder: '/home/me/.cache/torchpin',
    },
    { platform: 'darwin', environment: { HOME: '/Users/me' }, folder: '/Users/me/Library/Caches/torchpin' },
    {
      platform: 'win32',
      environment: { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' },
      folder: 'C:\\Users\\me\\AppData\\Local\\torchpin\\Cache',
    },
  ] as const)('on $platform with $environment', ({ platform, environment, folder }) => {
    expect(defaultCacheDirectory(environment, platform)).toBe(folder)
  })
})
