import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fileFacts } from '../../src/package-index/file-facts.ts'
import type { IndexFile } from '../../src/package-index/project-page.ts'
import { sendRange } from './ranges.ts'
import { client, failure, type Handler, serve, temporaryFolder } from './server.ts'
import { makeTar } from './tar.ts'
import { makeZip } from './zip.ts'

const filename = 'torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl'
const describes = (dependency: string) =>
  `Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0+cpu\nRequires-Dist: ${dependency}\n`
const wheel = makeZip({
  'torch/x.py': 'x'.repeat(1000),
  'torch-2.13.0+cpu.dist-info/METADATA': describes('in-the-wheel'),
})
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

/** A file of an index, by default a wheel of which nothing is told. */
const fileAt = (server: string, about: Partial<IndexFile> = {}): IndexFile => {
  const name = about.filename ?? filename
  return {
    filename: name,
    url: `${server}/${encodeURIComponent(name)}`,
    hashes: {},
    yanked: false,
    metadataOffered: false,
    ...about,
  }
}

/** Serves the wheel, and its metadata beside it. */
const beside =
  (metadata: (response: Parameters<Handler>[1]) => unknown): Handler =>
  (request, response) =>
    request.url!.endsWith('.metadata') ? metadata(response) : sendRange(request, response, wheel)
const served = describes('beside')

describe('metadata of wheels', () => {
  test('what is offered is fetched, at the address of the wheel, %2B and all', async () => {
    const server = await serve(beside(response => response.end(served)))
    const facts = fileFacts(client())
    expect(await facts.metadata(fileAt(server.url, { metadataOffered: true }))).toMatchObject({
      name: 'torch',
      requiresDist: ['beside'],
    })
    expect(server.asked).toEqual([`GET /${encodeURIComponent(filename)}.metadata`])
  })

  test('a query stays behind the name', async () => {
    const server = await serve(beside(response => response.end(served)))
    await fileFacts(client()).metadata(
      fileAt(server.url, { url: `${server.url}/a.whl?token=1`, metadataOffered: true }),
    )
    expect(server.asked).toEqual(['GET /a.whl.metadata?token=1'])
  })

  test('what is not offered is not tried', async () => {
    const server = await serve(beside(response => response.end(served)))
    expect((await fileFacts(client()).metadata(fileAt(server.url)))?.requiresDist).toEqual(['in-the-wheel'])
    expect(server.asked).toEqual([`GET /${encodeURIComponent(filename)}`])
  })

  test.each([
    { id: '403', metadata: (response: Parameters<Handler>[1]) => response.writeHead(403).end('AccessDenied') },
    { id: '404', metadata: (response: Parameters<Handler>[1]) => response.writeHead(404).end('no') },
    {
      id: 'more than there can be',
      metadata: (response: Parameters<Handler>[1]) =>
        response.writeHead(200, { 'content-length': 50_000_000 }).write('x'),
    },
    { id: 'another hash than announced', metadata: (response: Parameters<Handler>[1]) => response.end('Name: evil\n') },
  ])('where it is not what was offered ($id), the wheel is opened', async ({ metadata }) => {
    const server = await serve(beside(metadata))
    const file = fileAt(server.url, { metadataOffered: true, metadataSha256: sha256(served) })
    expect((await fileFacts(client()).metadata(file))?.requiresDist).toEqual(['in-the-wheel'])
  })

  test('where there is no wheel either, nothing is known', async () => {
    const server = await serve((_, response) => response.writeHead(404).end('no'))
    expect(await fileFacts(client()).metadata(fileAt(server.url, { metadataOffered: true }))).toBeUndefined()
  })

  test('nor where it is no wheel', async () => {
    const server = await serve((_, response) => response.end('<html>sign in</html>'))
    const http = client()
    const facts = fileFacts(http)
    expect(await facts.metadata(fileAt(server.url))).toBeUndefined()
    expect(await facts.sizes(fileAt(server.url))).toEqual({ exact: true })
    expect(http.notices).toEqual([
      `${fileAt(server.url).url} cannot be read as a wheel: it has no end record; what it needs is not known`,
    ])
  })

  test('a server that cannot be reached is said', async () => {
    expect(await failure(fileFacts(client()).metadata(fileAt('http://127.0.0.1:9')))).toMatchObject({
      code: 'INDEX_UNREACHABLE',
    })
  })
})

describe('metadata of source archives', () => {
  const sdist = 'demo-1.0.tar.gz'
  const info = (version: string, ...more: string[]) =>
    [`Metadata-Version: ${version}`, 'Name: demo', 'Version: 1.0', 'Requires-Dist: a', ...more, ''].join('\n')
  const egg = (requires: string) => ({ 'demo-1.0/demo.egg-info/requires.txt': requires })
  const project = (...lines: string[]) => ({ 'demo-1.0/pyproject.toml': ['[project]', ...lines].join('\n') })
  const old = { 'demo-1.0/PKG-INFO': 'Metadata-Version: 1.2\nName: demo\nVersion: 1.0\nRequires-Python: >=3.8\n' }
  const cases: readonly { id: string; files: Record<string, string | Buffer>; needs: string[] | undefined }[] = [
    { id: 'PKG-INFO 2.2', files: { 'demo-1.0/PKG-INFO': info('2.2') }, needs: ['a'] },
    {
      id: 'PKG-INFO 2.4, other fields dynamic',
      files: { 'demo-1.0/PKG-INFO': info('2.4', 'Dynamic: Description', 'Dynamic: License-File') },
      needs: ['a'],
    },
    { id: 'PKG-INFO 3.0', files: { 'demo-1.0/PKG-INFO': info('3.0') }, needs: ['a'] },
    {
      id: 'PKG-INFO behind other files',
      files: {
        'demo-1.0/setup.py': 'x',
        'demo-1.0/big.bin': Buffer.alloc(100_000, 1),
        './demo-1.0/PKG-INFO': info('2.2'),
      },
      needs: ['a'],
    },
    {
      id: 'PKG-INFO that is final goes before all',
      files: { 'demo-1.0/PKG-INFO': info('2.2'), ...egg('b') },
      needs: ['a'],
    },
    {
      id: 'PKG-INFO of the egg-info is not it',
      files: { 'PKG-INFO': info('2.2'), 'a/b/demo.egg-info/PKG-INFO': info('2.2') },
      needs: [],
    },
    { id: 'PKG-INFO 2.1 lists what it needs', files: { 'demo-1.0/PKG-INFO': info('2.1') }, needs: ['a'] },
    { id: 'PKG-INFO 1.2 lists nothing', files: old, needs: undefined },
    {
      id: 'dependencies that a build may change, listed',
      files: { 'demo-1.0/PKG-INFO': info('2.2', 'Dynamic: Requires-Dist') },
      needs: ['a'],
    },
    {
      id: 'egg-info goes before a list that a build may change',
      files: { 'demo-1.0/PKG-INFO': info('2.1'), ...egg('b>=2') },
      needs: ['b>=2'],
    },
    {
      id: 'egg-info beside the sources',
      files: { ...old, 'demo-1.0/src/demo.egg-info/requires.txt': 'b' },
      needs: ['b'],
    },
    {
      id: 'egg-info in a folder of tests is not it',
      files: { ...old, 'demo-1.0/a/b/c.egg-info/requires.txt': 'b' },
      needs: undefined,
    },
    {
      id: 'egg-info with sections',
      files: {
        ...old,
        ...egg(
          'torch>=1.6\n\n[:sys_platform == "win32" or extra == "y"]\ncolorama\n\n[dev:python_version < "3"]\nmock; os_name == "nt"\n',
        ),
      },
      needs: [
        'torch>=1.6',
        'colorama ; (sys_platform == "win32" or extra == "y")',
        'mock ; os_name == "nt" and python_version < "3" and extra == "dev"',
      ],
    },
    { id: 'egg-info without requires.txt', files: { ...old, 'demo-1.0/demo.egg-info/SOURCES.txt': '' }, needs: [] },
    {
      id: 'pyproject.toml states it',
      files: {
        ...old,
        ...project('dependencies = ["torch>=2", "b @ https://example.org/b.zip"]', 'optional-dependencies.x = ["c<1"]'),
      },
      needs: ['torch>=2', 'b @ https://example.org/b.zip', 'c<1 ; extra == "x"'],
    },
    { id: 'pyproject.toml states that there is nothing', files: { ...old, ...project() }, needs: [] },
    {
      id: 'pyproject.toml leaves it to the build',
      files: { ...old, ...project('dynamic = ["dependencies"]'), ...egg('b') },
      needs: ['b'],
    },
    {
      id: 'pyproject.toml that is no TOML',
      files: { ...old, 'demo-1.0/pyproject.toml': '[[', ...egg('b') },
      needs: ['b'],
    },
    { id: 'nothing at all', files: { 'demo-1.0/setup.py': 'x' }, needs: undefined },
  ]
  test.each(cases)('$id', async ({ files, needs }) => {
    const server = await serve((_, response) => response.end(gzipSync(makeTar(files))))
    const metadata = await fileFacts(client()).metadata(fileAt(server.url, { filename: sdist }))
    expect(metadata?.requiresDist).toEqual(needs)
  })

  test('the Python that PKG-INFO asks for counts beside all of them', async () => {
    const server = await serve((_, response) => response.end(gzipSync(makeTar({ ...old, ...egg('b') }))))
    const metadata = await fileFacts(client()).metadata(fileAt(server.url, { filename: sdist }))
    expect(metadata).toMatchObject({ name: 'demo', version: '1.0', requiresPython: '>=3.8' })
  })

  test.each([
    { id: 'no gzip', bytes: Buffer.from('hello') },
    { id: 'no tar', bytes: gzipSync('x'.repeat(5000)) },
    {
      id: 'cut short',
      bytes: gzipSync(
        makeTar({ 'demo-1.0/big.bin': Buffer.alloc(100_000, 1), 'demo-1.0/PKG-INFO': info('2.2') }),
      ).subarray(0, 100),
    },
    { id: 'empty', bytes: Buffer.alloc(0) },
  ])('an archive that is none ($id) tells nothing', async ({ bytes }) => {
    const server = await serve((_, response) => response.end(bytes))
    expect(await fileFacts(client()).metadata(fileAt(server.url, { filename: sdist }))).toBeUndefined()
  })

  test('no more is read than is needed', async () => {
    const start = gzipSync(makeTar({ 'demo-1.0/PKG-INFO': info('2.2') }))
    let closed = false
    const server = await serve((_, response) => {
      response.on('close', () => {
        closed = true
      })
      response.writeHead(200, { 'content-length': 100_000_000 }).write(start)
    })
    expect((await fileFacts(client()).metadata(fileAt(server.url, { filename: sdist })))?.name).toBe('demo')
    await expect.poll(() => closed).toBe(true)
  })

  test('other archives tell nothing, and are not fetched', async () => {
    const server = await serve((_, response) => response.end('x'))
    expect(await fileFacts(client()).metadata(fileAt(server.url, { filename: 'demo-1.0.zip' }))).toBeUndefined()
    expect(server.asked).toEqual([])
  })

  test('the network is another matter', async () => {
    const server = await serve((_, response) => response.socket!.resetAndDestroy())
    expect(await failure(fileFacts(client()).metadata(fileAt(server.url, { filename: sdist })))).toMatchObject({
      code: 'INDEX_UNREACHABLE',
    })
  })
})

describe('sizes', () => {
  const installed = 1000 + describes('in-the-wheel').length

  test('of a wheel, from its directory; what the index says of the download is taken', async () => {
    const server = await serve((request, response) => sendRange(request, response, wheel))
    expect(await fileFacts(client()).sizes(fileAt(server.url))).toEqual({
      download: wheel.length,
      installed,
      source: { modules: 1000, tests: 0 },
      exact: true,
    })
    expect(await fileFacts(client()).sizes(fileAt(server.url, { size: wheel.length }))).toEqual({
      download: wheel.length,
      installed,
      source: { modules: 1000, tests: 0 },
      exact: true,
    })
  })

  test('the wheel is opened once for both', async () => {
    const server = await serve((request, response) => sendRange(request, response, wheel))
    const facts = fileFacts(client())
    const file = fileAt(server.url)
    await Promise.all([facts.sizes(file), facts.metadata(file), facts.sizes(file), facts.metadata(file)])
    expect(server.asked).toHaveLength(1)
  })

  test('of a source archive, from the page, else by HEAD', async () => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-length': 1234 }).end())
    const filename = 'demo-1.0.zip'
    expect(await fileFacts(client()).sizes(fileAt(server.url, { filename }))).toEqual({ download: 1234, exact: true })
    expect(await fileFacts(client()).sizes(fileAt(server.url, { filename, size: 99 }))).toEqual({
      download: 99,
      exact: true,
    })
    expect(server.asked).toEqual(['HEAD /demo-1.0.zip'])
  })

  test('of a wheel that cannot be opened, what is known', async () => {
    const server = await serve((request, response) =>
      request.method === 'HEAD'
        ? response.writeHead(200, { 'content-length': 77 }).end()
        : response.writeHead(403).end(),
    )
    expect(await fileFacts(client()).sizes(fileAt(server.url))).toEqual({ download: 77, exact: true })
  })

  test.each([
    { size: undefined, expected: { exact: true } },
    { size: 55, expected: { download: 55, exact: true } },
  ])('without a network: $expected', async ({ size, expected }) => {
    expect(await fileFacts(client()).sizes(fileAt('http://127.0.0.1:9', size === undefined ? {} : { size }))).toEqual(
      expected,
    )
  })

  test('an interruption is no missing size', async () => {
    const signal = AbortSignal.abort()
    expect(await failure(fileFacts(client({ signal })).sizes(fileAt('http://127.0.0.1:9')))).toMatchObject({
      code: 'INTERRUPTED',
    })
  })
})

describe('what was found is kept for good', () => {
  test('another run asks nobody, offline too', async () => {
    const server = await serve(beside(response => response.end(served)))
    const cacheDir = temporaryFolder()
    const file = fileAt(server.url, { metadataOffered: true, hashes: { sha256: sha256(wheel) } })
    const facts = fileFacts(client({ cacheDir }))
    const found = [await facts.metadata(file), await facts.sizes(file)]
    const asked = server.asked.length
    const later = fileFacts(client({ cacheDir, offline: true }))
    expect([await later.metadata(file), await later.sizes(file)]).toEqual(found)
    expect(server.asked).toHaveLength(asked)
  })

  test('but not of a file with another hash, nor of one elsewhere that claims the same', async () => {
    const server = await serve(beside(response => response.end(served)))
    const other = await serve(beside(response => response.end(describes('elsewhere'))))
    const cacheDir = temporaryFolder()
    const about = { metadataOffered: true, hashes: { sha256: 'aa' } }
    const ask = async (file: IndexFile) => (await fileFacts(client({ cacheDir })).metadata(file))?.requiresDist
    expect(await ask(fileAt(server.url, about))).toEqual(['beside'])
    expect(await ask(fileAt(other.url, about))).toEqual(['elsewhere'])
    await ask(fileAt(server.url, { ...about, hashes: { sha256: 'bb' } }))
    expect(server.asked).toHaveLength(2)
  })

  test('what failed is asked again', async () => {
    let down = true
    const server = await serve((request, response) =>
      down ? response.writeHead(503).end() : sendRange(request, response, wheel),
    )
    const facts = fileFacts(client())
    const file = fileAt(server.url)
    expect(await failure(facts.metadata(file))).toMatchObject({ code: 'INDEX_UNREACHABLE' })
    down = false
    expect((await facts.metadata(file))?.name).toBe('torch')
  })
})

describe('local files', () => {
  test('a wheel, its metadata beside it, a source archive', async () => {
    const folder = temporaryFolder()
    const sdist = gzipSync(makeTar({ 'demo-1.0/PKG-INFO': 'Metadata-Version: 2.2\nName: demo\nVersion: 1.0\n' }))
    mkdirSync(join(folder, 'with +plus'))
    const paths = {
      plain: join(folder, filename),
      described: join(folder, 'with +plus', filename),
      sdist: join(folder, 'demo-1.0.tar.gz'),
    }
    writeFileSync(paths.plain, wheel)
    writeFileSync(paths.described, wheel)
    writeFileSync(`${paths.described}.metadata`, served)
    writeFileSync(paths.sdist, sdist)
    const facts = fileFacts(client({ offline: true }))
    const at = (path: string, about: Partial<IndexFile> = {}) => fileAt('', { url: pathToFileURL(path).href, ...about })
    expect((await facts.metadata(at(paths.plain)))?.requiresDist).toEqual(['in-the-wheel'])
    expect((await facts.metadata(at(paths.described, { metadataOffered: true })))?.requiresDist).toEqual(['beside'])
    expect((await facts.metadata(at(paths.sdist, { filename: 'demo-1.0.tar.gz' })))?.name).toBe('demo')
    expect(await facts.sizes(at(paths.plain))).toMatchObject({ download: wheel.length, exact: true })
    expect(await facts.sizes(at(paths.sdist, { filename: 'demo-1.0.tar.gz' }))).toEqual({
      download: sdist.length,
      exact: true,
    })
  })

  test('one that is gone', async () => {
    const facts = fileFacts(client())
    for (const filename of ['a-1-py3-none-any.whl', 'a-1.tar.gz']) {
      const file = fileAt('', { filename, url: `file:///nonexistent/${filename}` })
      expect([await facts.metadata(file), await facts.sizes(file)]).toEqual([undefined, { exact: true }])
    }
  })
})
