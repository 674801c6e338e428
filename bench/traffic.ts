import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

/** What went over the wire: requests, and bytes with headers and encryption, up and down. */
export interface Traffic {
  readonly requests: number
  readonly up: number
  readonly down: number
}

export interface CountingProxy {
  /** For HTTPS_PROXY. */
  readonly url: string
  /** Bytes through the tunnels so far, by host. */
  bytes(): ReadonlyMap<string, Omit<Traffic, 'requests'>>
  close(): Promise<void>
}

/** A proxy on 127.0.0.1 for tunnels (CONNECT), which counts what goes through them. It cannot see requests. */
export async function serveCountingProxy(): Promise<CountingProxy> {
  const hosts = new Map<string, { up: number; down: number }>()
  const server = createServer((_, response) => response.writeHead(501).end())
  server.on('connect', (request, client, head) => {
    const { hostname, port } = new URL(`tunnel://${request.url}`)
    const bytes = hosts.get(hostname) ?? { up: 0, down: 0 }
    hosts.set(hostname, bytes)
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      bytes.up += head.length
      upstream.write(head)
      client.pipe(upstream).pipe(client)
    })
    client.on('data', chunk => {
      bytes.up += chunk.length
    })
    upstream.on('data', chunk => {
      bytes.down += chunk.length
    })
    // One end that goes takes the other along; the tool itself says what it makes of that.
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => hosts,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
