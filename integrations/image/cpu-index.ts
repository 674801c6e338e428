import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { DEFAULT_CPU_INDEX_URL } from '../../src/contract/options.ts'
import { generatedPage } from '../../test/loopback/described-pages.ts'
import { selfSigned } from '../../test/package-index/certificate.ts'
import { Lacking } from './command.ts'
import type { OfferedWheel } from './torch-wheels.ts'

/** A server that stands in for the index of CPU builds, for all that look up its host in a file of hosts. */
export interface CpuIndex {
  readonly host: string
  readonly address: string
  /** For its clients to trust, in PEM. */
  readonly certificate: string
  close(): void
}

/** Of this machine alone, and another one for each run: the port is 443, which is the one that the name leads to. */
const ADDRESS = `127.0.1.${(process.pid % 254) + 1}`

/** Answers as the index of CPU builds does: generated pages, `%2B`, metadata beside the wheels, 403 for what is missing. @throws Lacking where its port is taken */
export async function serveCpuIndex(wheels: readonly OfferedWheel[]): Promise<CpuIndex> {
  const { hostname: host } = new URL(DEFAULT_CPU_INDEX_URL)
  const identity = selfSigned('torchpin image', [host])
  const server = createServer(identity, (request, response) => reply(request, response, wheels))
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => reject(new Lacking(message))).listen(443, ADDRESS, resolve)
  })
  return {
    host,
    address: ADDRESS,
    certificate: identity.cert,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function reply(request: IncomingMessage, response: ServerResponse, wheels: readonly OfferedWheel[]): void {
  const path = decodeURIComponent(new URL(request.url!, DEFAULT_CPU_INDEX_URL).pathname)
  const text = (type: string, body: string) => {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const [, filename, suffix] = /^\/whl\/cpu\/([^/]+\.whl)(\.metadata)?$/.exec(path) ?? []
  const wheel = wheels.find(({ file }) => file.filename === filename)
  if (path === '/whl/cpu/torch/') text('text/html', generatedPage('torch', wheels))
  else if (!wheel) response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>')
  else if (suffix) text('binary/octet-stream', wheel.metadata ?? '')
  else sendWheel(request, response, wheel.content)
}

/** The whole, or the bytes that a client asks for that reads the end of the archive only. */
function sendWheel(request: IncomingMessage, response: ServerResponse, content: Buffer | string): void {
  const size = typeof content === 'string' ? statSync(content).size : content.length
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const start = from ? Number(from) : to ? Math.max(0, size - Number(to)) : 0
  const end = from && to ? Math.min(Number(to), size - 1) : size - 1
  const isPart = from !== '' || to !== ''
  response.writeHead(isPart ? 206 : 200, {
    'content-type': 'binary/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(isPart ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  })
  if (request.method === 'HEAD') response.end()
  else if (typeof content === 'string') createReadStream(content, { start, end }).pipe(response)
  else response.end(content.subarray(start, end + 1))
}
