import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Identity, selfSigned } from '../../test/package-index/certificate.ts'

/** What a host answers; undefined: it has no such page. */
export type Answer = (
  host: string,
  path: string,
) => { readonly type: string; readonly body: string | Buffer } | undefined

/** A proxy on 127.0.0.1 behind which every host answers from this process, whatever its name. */
export interface Internet {
  readonly proxy: string
  /** For the clients to trust, in PEM. */
  readonly certificate: string
  close(): void
}

/**
 * Stands in for all hosts that commands name, so that pip and uv are run with the very words of a Dockerfile.
 *
 * @param hosts those that the certificate is for
 */
export async function serveInternet(hosts: readonly string[], answer: Answer): Promise<Internet> {
  const identity: Identity = selfSigned('torchpin docker fixes', hosts)
  const secure = createTlsServer(identity, (request, response) => reply(request, response, answer))
  const proxy: Server = createServer((_, response) => response.writeHead(501).end())
  proxy.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    secure.emit('connection', socket)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    certificate: identity.cert,
    close: () => {
      secure.closeAllConnections()
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

function reply(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const found = answer(host, decodeURIComponent(new URL(request.url!, `https://${host}`).pathname))
  // PyTorch's host says 403 for what is missing.
  if (!found) return void response.writeHead(host === 'download.pytorch.org' ? 403 : 404).end()
  response.writeHead(200, { 'content-type': found.type, 'content-length': Buffer.byteLength(found.body) })
  response.end(request.method === 'HEAD' ? undefined : found.body)
}
