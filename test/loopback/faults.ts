import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { makeZip, type ZipStyle } from '../package-index/zip.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** How an index misbehaves: `page` answers for each project, `file` for what its page links to. */
interface Fault {
  readonly page?: Answer
  readonly file?: Answer
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  response =>
    response.writeHead(code, headers).end('<h1>\u001b[31mno\u001b[0m</h1>')

const sent =
  (type: string, body: string | Buffer, headers: Readonly<Record<string, string | number>> = {}): Answer =>
  response =>
    response.writeHead(200, { ...(type ? { 'content-type': type } : {}), ...headers }).end(body)

const filename = 'demo-1.0-py3-none-any.whl'
const link = `<a href="../../files/${filename}">${filename}</a>\n`
const json = 'application/vnd.pypi.simple.v1+json'
const jsonOf = (files: unknown): Answer => sent(json, JSON.stringify({ meta: { 'api-version': '1.0' }, files }))
const described = (file: object): Answer => jsonOf([{ filename, url: `../../files/${filename}`, hashes: {}, ...file }])

/** An answer that is laborious to make, made when it is first asked for. */
function lazily(make: () => Answer): Answer {
  let made: Answer | undefined
  return (...given) => (made ??= make())(...given)
}

/** Goes on with the same piece as fast as it is taken, so many times. */
const repeated =
  (piece: Buffer, times: number): Answer =>
  response => {
    response.writeHead(200, { 'content-type': 'text/html' })
    let left = times
    const more = () => {
      while (left-- > 0) if (!response.write(piece)) return void response.once('drain', more)
      response.end()
    }
    more()
  }

/** A byte now and then, never the last. @param pause in milliseconds */
const drip =
  (pause: number): Answer =>
  response => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': 1_000_000 })
    const timer = setInterval(() => response.write('<'), pause)
    response.on('close', () => clearInterval(timer))
  }

const metadata = (requires = ''): string => `Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n${requires}`
const own = 'demo-1.0.dist-info/METADATA'
const wheel = (text: string | Buffer, style?: ZipStyle): Buffer => makeZip({ 'demo.py': '', [own]: text }, style)

/** Answers ranges as asked, but for what `lie` makes of them. */
const ranged =
  (
    bytes: Buffer,
    lie: (part: { start: number; body: Buffer }) => { start: number; body: Buffer } = part => part,
  ): Answer =>
  (response, { headers }) => {
    const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? []
    const begin = from ? Number(from) : Math.max(0, bytes.length - Number(to ?? bytes.length))
    const end = from && to ? Number(to) + 1 : bytes.length
    const { start, body } = lie({ start: begin, body: bytes.subarray(begin, end) })
    response.writeHead(206, { 'content-range': `bytes ${start}-${start + body.length - 1}/${bytes.length}` }).end(body)
  }

const files = (make: () => Buffer): Fault => ({ page: sent('text/html', link), file: lazily(() => ranged(make())) })
/** Wider than what is read of a wheel first, so that it takes several reads. */
const wide = makeZip({
  [own]: metadata('Requires-Dist: flask\n'),
  ...Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`demo/${i}`, ''])),
})

/** Every fault by its name, which is also the first folder of its index's URL. */
export const faults = {
  '401': { page: status(401) },
  '403': { page: status(403) },
  '404': { page: status(404) },
  '410': { page: status(410) },
  '429': { page: status(429) },
  '429-retry-after': { page: status(429, { 'retry-after': '1' }) },
  '429-retry-in-an-hour': { page: status(429, { 'retry-after': '3600' }) },
  '500': { page: status(500) },
  '501': { page: status(501) },
  '502': { page: status(502) },
  '503': { page: status(503) },
  '504': { page: status(504) },
  'reset-at-once': { page: response => response.socket!.resetAndDestroy() },
  'reset-in-the-middle': {
    page: response => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 100 }).write(link.slice(0, 50))
      setImmediate(() => response.socket?.resetAndDestroy())
    },
  },
  'never-answers': { page: () => undefined },
  'stops-in-the-middle': {
    page: response => void response.writeHead(200, { 'content-type': 'text/html', 'content-length': 100 }).write('<a'),
  },
  'slow-drip': { page: drip(20) },
  'slow-headers': {
    page: ({ socket }) => {
      socket!.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket!.write('x: y\r\n'), 20)
      socket!.on('close', () => clearInterval(timer))
    },
  },
  'endless-headers': { page: ({ socket }) => void socket!.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(2 ** 20)}`) },
  'shorter-than-announced': {
    page: response => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': 100 }).write(link.slice(0, 50))
      setImmediate(() => response.socket?.end())
    },
  },
  'longer-than-announced': {
    page: ({ socket }) =>
      void socket!.end(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n${link}`),
  },
  'not-http': { page: ({ socket }) => void socket!.end('SSH-2.0-OpenSSH_9.2\r\n') },
  'content-type-of-a-document': { page: sent('application/pdf', '%PDF-1.7') },
  'content-type-with-an-escape': {
    page: ({ socket }) =>
      void socket!.end(
        Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: a/\x9b31m\r\nconnection: close\r\n\r\nx', 'latin1'),
      ),
  },
  'no-content-type': { page: sent('', '\u0000\u0001\u0002') },
  'a-login-page': {
    page: sent(
      'text/html',
      '<html><form action="/login"><a href="/help">help</a><input type="password"></form></html>',
    ),
  },
  'gzip-cut-short': {
    page: sent('text/html', gzipSync(link.repeat(50)).subarray(0, 40), { 'content-encoding': 'gzip' }),
  },
  'gzip-that-is-none': { page: sent('text/html', link, { 'content-encoding': 'gzip' }) },
  'gzip-bomb': {
    page: lazily(() =>
      sent('text/html', Buffer.concat(Array(1024).fill(gzipSync(Buffer.alloc(2 ** 20)))), {
        'content-encoding': 'gzip',
      }),
    ),
  },
  'unknown-encoding': { page: sent('text/html', link, { 'content-encoding': 'lzma' }) },
  'redirect-loop': { page: (response, { url }) => response.writeHead(302, { location: url! }).end() },
  'redirect-to-a-file': { page: status(302, { location: 'file:///etc/passwd' }) },
  'redirect-to-ftp': { page: status(301, { location: 'ftp://127.0.0.1/simple/' }) },
  'redirect-to-nobody': { page: status(307, { location: 'http://127.0.0.1:9/simple/demo/' }) },
  'redirect-to-nothing': { page: status(308, { location: 'http://[' }) },
  'html-of-100-mb': { page: repeated(Buffer.from(`<p>${'x'.repeat(2 ** 20)}</p>`), 100) },
  'html-without-end': { page: repeated(Buffer.from(link.repeat(10_000)), Number.POSITIVE_INFINITY) },
  '200000-links': {
    page: (response, { headers }) => {
      const files = `http://${headers.host}/200000-links/files`
      const tags = (i: number) => `<a href="${files}/demo-1.${i % 2000}-${i}-py3-none-any.whl">x</a>\n`
      sent('text/html', Array.from({ length: 200_000 }, (_, i) => tags(i)).join(''))(response, {} as IncomingMessage)
    },
    file: lazily(() => ranged(makeZip({ 'demo-1.1999.dist-info/METADATA': metadata() }))),
  },
  'json-that-is-none': { page: sent(json, '{"files": [') },
  'json-list': { page: sent(json, '[]') },
  'json-without-files': { page: sent(json, '{"meta": {"api-version": "1.0"}}') },
  'json-files-of-numbers': { page: jsonOf([1, 2]) },
  'json-hashes-of-numbers': { page: described({ hashes: { sha256: 1 } }) },
  'json-of-version-9': { page: sent(json, '{"meta": {"api-version": "9.0"}, "files": []}') },
  'json-nested-deeply': { page: sent(json, `{"files": ${'['.repeat(2e6)}`) },
  'hostile-file-names': {
    page: jsonOf(
      [
        '../../etc/passwd',
        '..',
        'demo-9.0-py3-none-any.whl/../x',
        'demo-\u001b[2J-py3-none-any.whl',
        'a\\b.whl',
        `demo-${'9'.repeat(1e6)}!1-py3-none-any.whl`,
        `demo-${'1.'.repeat(1e5)}1-py3-none-any.whl`,
      ].map(name => ({ filename: name, url: `../../files/${encodeURIComponent(name)}`, hashes: {} })),
    ),
  },
  'escapes-in-requires-python': {
    page: described({ 'requires-python': '>=3.99 \u001b[2J\u202e' }),
    file: ranged(wheel(metadata())),
  },
  'escapes-in-metadata': files(() =>
    wheel(metadata('Requires-Dist: no-such-project (>=1) \u001b[2J\nRequires-Dist: flask\u001b[2J\n')),
  ),
  'no-such-wheel': { page: sent('text/html', link), file: status(404) },
  'ranges-elsewhere': {
    page: sent('text/html', link),
    file: ranged(wide, ({ start, body }) => ({ start: start === 0 ? 0 : start - 1, body })),
  },
  'ranges-of-noise': {
    page: sent('text/html', link),
    file: ranged(wide, ({ start, body }) => ({ start, body: Buffer.alloc(body.length, 0x50) })),
  },
  'ranges-too-short': {
    page: sent('text/html', link),
    file: ranged(wide, ({ start, body }) => ({ start, body: body.subarray(0, 100) })),
  },
  zip64: files(() => wheel(metadata(), { zip64: true })),
  'zip-directory-of-2-gb': {
    page: sent('text/html', link),
    file: response => {
      const end = Buffer.alloc(22)
      end.write('PK\x05\x06', 'latin1')
      end.writeUInt32LE(2 ** 31, 12)
      response.writeHead(206, { 'content-range': `bytes ${2 ** 31}-${2 ** 31 + 21}/${2 ** 31 + 22}` }).end(end)
    },
  },
  'metadata-bomb': files(() => wheel(Buffer.alloc(2 ** 25), { deflate: true })),
  'metadata-bomb-that-lies': files(() =>
    wheel(Buffer.alloc(2 ** 25), { deflate: true, tamper: record => record.writeUInt32LE(100, 24) }),
  ),
  'metadata-of-100-mb': {
    page: described({ 'core-metadata': true }),
    file: (response, request) =>
      request.url!.endsWith('.metadata')
        ? repeated(Buffer.alloc(2 ** 20, 'x'), 100)(response, request)
        : status(404)(response, request),
  },
} satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

export interface FaultyIndexes {
  /** The index that has a fault. */
  url(fault: FaultName): string
  close(): Promise<void>
}

/** Serves every fault on 127.0.0.1: each is an index of its own, with a project `demo`. */
export async function serveFaults(): Promise<FaultyIndexes> {
  const server = createServer((request, response) => {
    // Resets are part of it.
    response.on('error', () => undefined)
    const [, name = '', file] = /^\/([^/]+)\/(?:simple\/|(files\/))/.exec(request.url!) ?? []
    const fault: Fault = faults[name as FaultName]
    ;(file ? fault.file : fault.page)!(response, request)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: fault => `http://127.0.0.1:${port}/${fault}/simple`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
