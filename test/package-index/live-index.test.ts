import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findLinksIndex } from '../../src/package-index/find-links.ts'
import { liveIndex } from '../../src/package-index/live-index.ts'
import { client, failure, type Handler, serve, temporaryFolder } from './server.ts'

const wheel = 'torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl'
const html: Handler = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="../${encodeURIComponent(wheel)}">x</a>`)

describe('an index on the web', () => {
  test.each(['', '/', '//'])('is asked by canonical name, with a slash at the end (root ending in "%s")', async end => {
    const server = await serve(html)
    const index = liveIndex(`${server.url}/whl/cpu${end}`, client())
    expect(await index.project('Torch_Vision.X')).toMatchObject({
      project: 'torch-vision-x',
      origin: 'live',
      files: [{ filename: wheel }],
    })
    expect(server.asked).toEqual(['GET /whl/cpu/torch-vision-x/'])
  })

  test('JSON is asked for first, then HTML', async () => {
    const server = await serve(html)
    await liveIndex(server.url, client()).project('torch')
    expect(server.headers[0]!.accept).toBe(
      'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1',
    )
  })

  test('a page that will probably be wanted is fetched ahead, once', async () => {
    const server = await serve(html)
    const index = liveIndex(server.url, client())
    index.expect?.('Torch')
    expect(await index.project('torch')).toMatchObject({ files: [{ filename: wheel }] })
    expect(server.asked).toEqual(['GET /torch/'])
  })

  test('what goes wrong ahead is told to who asks, and to nobody else', async () => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end())
    const index = liveIndex(server.url, client())
    index.expect?.('torch')
    expect(await failure(index.project('torch'))).toMatchObject({ code: 'INDEX_UNREADABLE' })
  })

  test('offline nothing is looked up ahead', async () => {
    const notices: string[] = []
    const index = liveIndex('http://127.0.0.1:9', client({ offline: true, onNotice: message => notices.push(message) }))
    index.expect?.('torch')
    expect(await failure(index.project('torch'))).toMatchObject({ code: 'INDEX_UNREACHABLE' })
    expect(notices).toEqual([])
  })

  test('each project is asked for once', async () => {
    const server = await serve(html)
    const index = liveIndex(server.url, client())
    expect(index.known!('torch')).toBeUndefined()
    const pages = await Promise.all(['torch', 'Torch', 'TORCH'].map(name => index.project(name)))
    expect(new Set([...pages, await index.project('torch'), index.known!('torch')?.page]).size).toBe(1)
    expect(server.asked).toHaveLength(1)
  })

  test.each([403, 404, 410])('%i: no such project', async status => {
    const server = await serve((_, response) =>
      response.writeHead(status, { 'content-type': 'application/xml' }).end('<Error><Code>AccessDenied</Code></Error>'),
    )
    expect(await liveIndex(server.url, client()).project('torch')).toBeUndefined()
  })

  test('an index for which 403 is a refusal', async () => {
    const server = await serve((_, response) => response.writeHead(403).end())
    const index = liveIndex(server.url, client(), { missingStatuses: [404] })
    expect(await failure(index.project('torch'))).toEqual({
      code: 'INDEX_UNREADABLE',
      message: `${server.url}/torch/ answered 403 where an index page was expected`,
      hint: 'check that the URL is that of a package index',
    })
  })

  test('401 asks for credentials', async () => {
    const server = await serve((_, response) => response.writeHead(401).end())
    expect(await failure(liveIndex(server.url.replace('://', '://me:wrong@'), client()).project('torch'))).toEqual({
      code: 'INDEX_UNREADABLE',
      message: `${server.url}/torch/ answered 401 where an index page was expected`.replace('://', '://****@'),
      hint: 'give a user name and a password in the URL or in a netrc file',
    })
  })

  test.each([
    {
      status: 200,
      type: 'application/pdf',
      problem: 'cannot be read as an index page: its content type is application/pdf',
    },
    {
      status: 200,
      type: 'application/vnd.pypi.simple.v1+json',
      problem: 'cannot be read as an index page: it is not JSON',
    },
    { status: 204, type: 'text/html', problem: 'answered 204 where an index page was expected' },
    { status: 418, type: 'text/html', problem: 'answered 418 where an index page was expected' },
  ])('$status with $type', async ({ status, type, problem }) => {
    const server = await serve((_, response) => response.writeHead(status, { 'content-type': type }).end('tea'))
    expect(await failure(liveIndex(server.url, client()).project('torch'))).toMatchObject({
      code: 'INDEX_UNREADABLE',
      message: `${server.url}/torch/ ${problem}`,
    })
  })

  test('links start where the page was found, and the credentials of the index serve its files', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/simple/torch/') response.writeHead(301, { location: '/elsewhere/torch/' }).end()
      else if (request.url === '/elsewhere/torch/') html(request, response)
      else response.writeHead(404).end()
    })
    const index = liveIndex(`${server.url.replace('://', '://me:secret@')}/simple`, client())
    const page = await index.project('torch')
    expect(index.url).toBe(`${server.url}/simple`)
    expect(page?.files[0]?.url).toBe(`${server.url}/elsewhere/${encodeURIComponent(wheel)}`)
    expect(await index.metadata(page!.files[0]!)).toBeUndefined()
    expect(new Set(server.headers.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${btoa('me:secret')}`]),
    )
  })

  test('a query of the index stays', async () => {
    const server = await serve(html)
    await liveIndex(`${server.url}/simple?token=1`, client()).project('torch')
    expect(server.asked).toEqual(['GET /simple/torch/?token=1'])
  })

  test('what failed can be asked again', async () => {
    let down = true
    const server = await serve((request, response) => (down ? response.writeHead(503).end() : html(request, response)))
    const index = liveIndex(server.url, client())
    expect(await failure(index.project('torch'))).toMatchObject({ code: 'INDEX_UNREACHABLE' })
    down = false
    expect(await index.project('torch')).toBeDefined()
  })

  test('no address at all', async () => {
    expect(await failure(liveIndex('https://', client()).project('torch'))).toMatchObject({
      code: 'BAD_OPTION',
      message: 'https:// is no URL of a package index',
    })
  })
})

describe('an index in a folder', () => {
  test('as a file: URL or a path', async () => {
    const root = join(temporaryFolder(), 'my index')
    mkdirSync(join(root, 'torch'), { recursive: true })
    mkdirSync(join(root, 'empty'))
    writeFileSync(join(root, 'torch', 'index.html'), `<a href="../../files/${encodeURIComponent(wheel)}">`)
    for (const url of [pathToFileURL(root).href, `${pathToFileURL(root).href}/`, root]) {
      const index = liveIndex(url, client({ offline: true }))
      expect(await index.project('Torch')).toMatchObject({
        project: 'torch',
        files: [
          {
            filename: wheel,
            url: new URL(`../files/${encodeURIComponent(wheel)}`, `${pathToFileURL(root).href}/`).href,
          },
        ],
      })
      expect([await index.project('empty'), await index.project('missing')]).toEqual([undefined, undefined])
    }
  })
})

describe('find-links', () => {
  const links = [
    'Torch-2.13.0%2Bcpu-cp311-cp311-linux_x86_64.whl',
    'torch-2.12.0-cp311-cp311-linux_x86_64.whl',
    'torch_vision-0.1.tar.gz',
    'torch-1.0.tar.gz',
    'torch-vision-0.2.zip',
    'torch-3.exe',
    'notes.txt',
  ]
  const page = links.map(link => `<a href="${link}">${link}</a>`).join('\n')

  test('a page of links of all projects is read once', async () => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page))
    const index = findLinksIndex(`${server.url.replace('://', '://me:secret@')}/whl/torch_stable.html`, client())
    const names = async (project: string) => (await index.project(project))?.files.map(({ filename }) => filename)
    expect(await names('torch')).toEqual([
      'Torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl',
      'torch-2.12.0-cp311-cp311-linux_x86_64.whl',
      'torch-1.0.tar.gz',
    ])
    expect(await names('Torch.Vision')).toEqual(['torch_vision-0.1.tar.gz', 'torch-vision-0.2.zip'])
    expect(await names('numpy')).toBeUndefined()
    expect(server.asked).toEqual(['GET /whl/torch_stable.html'])
    expect(index.url).toBe(`${server.url}/whl/torch_stable.html`)
  })

  test.each([403, 404])('a page that is not there (%i) holds nothing', async status => {
    const server = await serve((_, response) => response.writeHead(status).end())
    expect(await findLinksIndex(server.url, client()).project('torch')).toBeUndefined()
  })

  test('a page that cannot be reached is said', async () => {
    expect(await failure(findLinksIndex('http://127.0.0.1:9/links.html', client()).project('torch'))).toMatchObject({
      code: 'INDEX_UNREACHABLE',
    })
  })

  test('a single file', async () => {
    const server = await serve(html)
    const index = findLinksIndex(`${server.url}/${encodeURIComponent(wheel)}#sha256=AB`, client())
    expect(await index.project('torch')).toMatchObject({ files: [{ filename: wheel, hashes: { sha256: 'ab' } }] })
    expect(server.asked).toEqual([])
  })

  test('a folder with files and pages, as a path or a URL; one that is not there', async () => {
    const folder = join(temporaryFolder(), 'my wheels')
    mkdirSync(join(folder, 'torch-9.0.tar.gz'), { recursive: true })
    writeFileSync(join(folder, wheel), '')
    writeFileSync(join(folder, 'links.html'), '<a href="https://files.example.org/torch-2.0.tar.gz#sha256=00">')
    writeFileSync(join(folder, 'readme.txt'), '')
    for (const location of [folder, pathToFileURL(folder).href]) {
      const page = await findLinksIndex(location, client({ offline: true })).project('torch')
      expect(page?.files.map(({ url }) => url).sort()).toEqual([
        new URL(encodeURIComponent(wheel), `${pathToFileURL(folder).href}/`).href,
        'https://files.example.org/torch-2.0.tar.gz',
      ])
    }
    const index = findLinksIndex(join(folder, wheel), client())
    expect(await index.project('torch')).toMatchObject({ files: [{ filename: wheel }] })
    expect(await findLinksIndex(join(folder, 'nowhere'), client()).project('torch')).toBeUndefined()
  })
})
