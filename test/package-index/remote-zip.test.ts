import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ByteSource, localSource, remoteSource } from '../../src/package-index/byte-source.ts'
import { openRemoteWheel, type RemoteWheel } from '../../src/package-index/remote-zip.ts'
import { UnreadableArchive } from '../../src/package-index/zip-directory.ts'
import { sendRange } from './ranges.ts'
import { client, type Handler, serve, temporaryFolder } from './server.ts'
import { makeZip, type ZipStyle } from './zip.ts'

const filename = 'torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl'
const metadata = 'Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0+cpu\nRequires-Dist: filelock\n'
const own = 'torch-2.13.0+cpu.dist-info/METADATA'
const noise = (length: number) => randomBytes(length)

/** Incompressible content first, so that the directory is at the end of something long. */
const small = { 'torch/__init__.py': 'x = 1\n', [own]: metadata, 'torch-2.13.0+cpu.dist-info/RECORD': '' }
const large = { 'torch/lib.so': noise(300_000), ...small }
const manyFiles = Object.fromEntries([
  ...Array.from({ length: 2000 }, (_, i) => [`torch/include/${'a'.repeat(40)}/${i}.h`, 'x'] as const),
  ['torch/lib.so', noise(100_000)],
  ...Object.entries(small),
])
/** METADATA is neither in the tail nor beside the directory. */
const metadataFirst = { [own]: metadata, 'torch/lib.so': noise(300_000) }
/** And its entry is at the beginning of a directory that is longer than the tail. */
const allFirst = { [own]: metadata, ...Object.fromEntries(Object.entries(manyFiles).filter(([name]) => name !== own)) }

const installed = (files: Readonly<Record<string, string | Buffer>>) =>
  Object.values(files).reduce((sum, content) => sum + content.length, 0)
const known = async (wheel: RemoteWheel | undefined) =>
  wheel && { size: wheel.size, installed: await wheel.installedSize(), metadata: await wheel.metadata() }
const memory = (bytes: Buffer): ByteSource => ({
  size: () => bytes.length,
  tail: async length => ({
    start: Math.max(0, bytes.length - length),
    bytes: bytes.subarray(Math.max(0, bytes.length - length)),
  }),
  part: async (start, end) => bytes.subarray(start, end),
})

describe('forms of archives', () => {
  interface Form {
    readonly id: string
    readonly files: Record<string, string | Buffer>
    readonly style?: ZipStyle
    /** How many it takes until METADATA is known, and how many until the size is known too. */
    readonly requests: readonly [number, number]
  }
  const forms: readonly Form[] = [
    { id: 'all in the tail', files: small, requests: [1, 1] },
    { id: 'deflated', files: small, style: { deflate: true }, requests: [1, 1] },
    { id: 'with a long member before', files: large, requests: [1, 1] },
    { id: 'a directory longer than the tail', files: manyFiles, requests: [2, 3] },
    { id: 'a directory longer than the tail, METADATA at its beginning', files: allFirst, requests: [3, 3] },
    {
      id: 'a directory longer than the tail, what looks like an entry in its part of that',
      files: { ...manyFiles, [`${'x'.repeat(2900)}PK\x01\x02`.padEnd(3000, 'x')]: '', ['y'.repeat(30_500)]: '' },
      requests: [3, 3],
    },
    { id: 'METADATA before the tail', files: metadataFirst, requests: [2, 2] },
    {
      id: 'METADATA before the tail, a longer extra field in its local header',
      files: metadataFirst,
      style: { localExtra: 3000 },
      requests: [2, 2],
    },
    { id: 'ZIP64', files: large, style: { zip64: true, deflate: true }, requests: [1, 1] },
    { id: 'ZIP64 with a long directory', files: manyFiles, style: { zip64: true }, requests: [2, 3] },
    {
      id: 'a comment',
      files: small,
      style: { comment: 'a comment with PK\x05\x06 and more than twenty-two bytes in it' },
      requests: [1, 1],
    },
    {
      id: 'the longest comment, and ZIP64',
      files: small,
      style: { comment: 'c'.repeat(65_535), zip64: true },
      requests: [2, 2],
    },
  ]
  test.each(forms)('$id', async ({ files, style = {}, requests }) => {
    const bytes = makeZip(files, style)
    const server = await serve((request, response) => sendRange(request, response, bytes))
    for (const stated of [undefined, bytes.length]) {
      const http = client()
      const wheel = await openRemoteWheel(filename, remoteSource(server.url, http, stated))
      expect(await wheel!.metadata()).toBe(metadata)
      const untilMetadata = http.counters.requests
      expect([wheel!.size, await wheel!.installedSize()]).toEqual([bytes.length, installed(files)])
      expect([untilMetadata, http.counters.requests]).toEqual(requests)
    }
    const path = join(temporaryFolder(), 'wheel')
    writeFileSync(path, bytes)
    const local = await openRemoteWheel(filename, localSource(pathToFileURL(path).href))
    expect(await known(local)).toEqual({ size: bytes.length, installed: installed(files), metadata })
  })
})

describe('forms of servers', () => {
  const bytes = makeZip(large)
  const whole: Handler = (_, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  const expected = { size: bytes.length, installed: installed(large), metadata }
  const withRange =
    (change: (request: Parameters<Handler>[0], response: Parameters<Handler>[1]) => unknown): Handler =>
    (request, response) =>
      request.headers.range ? change(request, response) : sendRange(request, response, bytes)
  const cases: readonly { id: string; handler: Handler }[] = [
    { id: '200 with the whole file', handler: whole },
    {
      id: '200 without a length',
      handler: (_, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(bytes),
    },
    { id: '416', handler: withRange((_, response) => response.writeHead(416).end()) },
    { id: '501', handler: withRange((_, response) => response.writeHead(501).end()) },
    {
      id: '400 to ranges from the end only',
      handler: (request, response) =>
        request.headers.range?.startsWith('bytes=-')
          ? response.writeHead(400).end()
          : sendRange(request, response, bytes),
    },
    {
      id: '206 without Content-Range',
      handler: withRange((_, response) => response.writeHead(206).end(bytes.subarray(-32_768))),
    },
    {
      id: '206 with a Content-Range of another length',
      handler: withRange((_, response) =>
        response.writeHead(206, { 'content-range': `bytes 0-9/${bytes.length}` }).end(bytes.subarray(-32_768)),
      ),
    },
    {
      id: '206 that does not reach the end',
      handler: withRange((_, response) =>
        response.writeHead(206, { 'content-range': `bytes 0-99/${bytes.length}` }).end(bytes.subarray(0, 100)),
      ),
    },
    {
      id: '206 beyond its own end',
      handler: withRange((_, response) =>
        response.writeHead(206, { 'content-range': 'bytes 0-99/50' }).end(bytes.subarray(0, 100)),
      ),
    },
    {
      id: '206 that does not tell the length',
      handler: withRange((_, response) => {
        const start = bytes.length - 32_768
        response.writeHead(206, { 'content-range': `bytes ${start}-${bytes.length - 1}/*` }).end(bytes.subarray(start))
      }),
    },
    {
      id: '206 for the tail, 200 for the rest',
      handler: (request, response) =>
        request.headers.range === 'bytes=-32768' ? sendRange(request, response, bytes) : whole(request, response),
    },
  ]
  test.each(cases)('$id', async ({ handler }) => {
    const server = await serve(handler)
    const wheel = await openRemoteWheel(filename, remoteSource(server.url, client()))
    expect(await known(wheel)).toEqual(expected)
  })

  test('a file too long to be fetched whole is not, but its length is told', async () => {
    const http = client()
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 200_000_000 })
      response.write(Buffer.alloc(100_000))
    })
    const source = remoteSource(server.url, http)
    expect(await openRemoteWheel(filename, source)).toBeUndefined()
    expect(source.size()).toBe(200_000_000)
    expect(http.counters.bytes).toBeLessThan(1_000_000)
  })

  test.each([404, 403, 401])('a %i tells nothing', async status => {
    const server = await serve((_, response) => response.writeHead(status).end('no'))
    expect(await openRemoteWheel(filename, remoteSource(server.url, client()))).toBeUndefined()
  })

  test('parts that are shorter than asked for are no wheel', async () => {
    const long = makeZip(manyFiles)
    const server = await serve((request, response) => {
      if (request.headers.range === 'bytes=-32768') return sendRange(request, response, long)
      response.writeHead(206, { 'content-range': `bytes 0-9/${long.length}` }).end(long.subarray(0, 10))
    })
    const wheel = await openRemoteWheel(filename, remoteSource(server.url, client()))
    await expect(wheel!.metadata()).rejects.toThrow(UnreadableArchive)
    await expect(wheel!.installedSize()).rejects.toThrow(UnreadableArchive)
  })
})

describe('which METADATA', () => {
  const other = 'Metadata-Version: 2.1\nName: other\n'
  test.each([
    {
      id: 'that of the wheel among others',
      files: { 'other-1.0.dist-info/METADATA': other, [own]: metadata },
      expected: metadata,
    },
    {
      id: 'that of the version among others',
      files: { 'torch-1.0.dist-info/METADATA': other, [own]: metadata },
      expected: metadata,
    },
    { id: 'spelt otherwise', files: { 'Torch-2.13+cpu.dist-info/METADATA': metadata }, expected: metadata },
    {
      id: 'the only one of the project, of another version',
      files: { 'torch-2.13.0.dist-info/METADATA': metadata },
      expected: metadata,
    },
    {
      id: 'none: two of other versions',
      files: { 'torch-1.0.dist-info/METADATA': other, 'torch-2.0.dist-info/METADATA': other },
      expected: undefined,
    },
    { id: 'none: another project', files: { 'other-1.0.dist-info/METADATA': other }, expected: undefined },
    { id: 'none: deeper down', files: { [`vendored/${own}`]: metadata }, expected: undefined },
    {
      id: 'none: up and out',
      files: { [`../${own}`]: metadata, [`/${own}`]: metadata, [`..\\${own}`]: metadata },
      expected: undefined,
    },
    { id: 'none: an empty wheel', files: {}, expected: undefined },
  ])('$id', async ({ files, expected }) => {
    const wheel = await openRemoteWheel(filename, memory(makeZip(files as unknown as Record<string, string>)))
    expect(await wheel!.metadata()).toBe(expected)
  })
})

describe('archives that are none', () => {
  const unreadable = async (bytes: Buffer) => {
    await expect(openRemoteWheel(filename, memory(bytes)).then(known)).rejects.toThrow(UnreadableArchive)
  }
  test('a web page', () => unreadable(Buffer.from('<html>sign in</html>'.repeat(100))))
  test('nothing at all', () => unreadable(Buffer.alloc(0)))
  test('a wheel cut short', () => unreadable(makeZip(large).subarray(0, 200_000)))
  test('bytes before the archive', () => unreadable(Buffer.concat([Buffer.alloc(100), makeZip(small)])))
  test('METADATA with another checksum', () =>
    unreadable(makeZip(small, { tamper: (record, name) => name === own && record.writeUInt32LE(1, 16) })))
  test('METADATA of an unknown method', () =>
    unreadable(makeZip(small, { tamper: (record, name) => name === own && record.writeUInt16LE(14, 10) })))
  test('encrypted METADATA', () =>
    unreadable(makeZip(small, { tamper: (record, name) => name === own && record.writeUInt16LE(1, 8) })))
  test('METADATA said to be elsewhere', () =>
    unreadable(makeZip(small, { tamper: (record, name) => name === own && record.writeUInt32LE(7, 42) })))
  test('METADATA said to be beyond the end', () =>
    unreadable(makeZip(small, { tamper: (record, name) => name === own && record.writeUInt32LE(0x7fffffff, 42) })))
  test('METADATA that unpacks to more than it says', () =>
    unreadable(
      makeZip({ [own]: 'x'.repeat(100_000) }, { deflate: true, tamper: record => record.writeUInt32LE(10, 24) }),
    ))
  test('a bomb', () => unreadable(makeZip({ [own]: Buffer.alloc(32 * 2 ** 20) }, { deflate: true })))
  test('a size that cannot be', () =>
    unreadable(
      makeZip(small, { zip64: true, tamper: record => record.writeBigUInt64LE(2n ** 60n, record.length - 24) }),
    ))
  test('sizes that add up to what cannot be', () =>
    unreadable(
      makeZip(small, { zip64: true, tamper: record => record.writeBigUInt64LE(2n ** 53n - 1n, record.length - 24) }),
    ))
})
