import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { DEFAULT_INDEX_URL } from '../src/contract/options.ts'
import type { PackageIndex } from '../src/package-index/project-page.ts'
import { snapshotIndex } from '../src/package-index/snapshot/snapshot-index.ts'
import { torchFamily } from '../src/torch/family.ts'
import { describedFiles, generatedPage } from '../test/loopback/described-pages.ts'
import { type StandIn, stretchOf } from './stand-in-wheel.ts'
import type { Traffic } from './traffic.ts'

export interface CpuIndex {
  /** The index of CPU builds as the snapshot knows it, in the form of PyTorch's own. */
  readonly cpu: string
  /** The torch family from there; every other project by redirect from the public index. */
  readonly composed: string
  /** What was asked so far. The redirects are left out: they are of this arrangement, not of the tool that is measured. */
  traffic(): Traffic
  close(): Promise<void>
}

/** Answers by path: pages, metadata, and wheels, of which nobody here has more than the length. */
type Tree = ReadonlyMap<string, string | StandIn>

/** Serves on 127.0.0.1 one index for a tool that is told of the CPU builds, and one for a tool that knows a single index. */
export async function serveCpuIndex(): Promise<CpuIndex> {
  const tree = await treeOf(snapshotIndex('cpu'))
  const traffic = { requests: 0, up: 0, down: 0 }
  const counted = new WeakMap<Socket, { up: number; down: number }>()

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!)
    const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1]
    const redirected = project !== undefined && !torchFamily.has(project)
    const { socket } = request
    response.on('close', () => {
      const before = counted.get(socket) ?? { up: 0, down: 0 }
      const now = { up: socket.bytesRead, down: socket.bytesWritten }
      counted.set(socket, now)
      if (redirected) return
      traffic.requests++
      traffic.up += now.up - before.up
      traffic.down += now.down - before.down
    })
    if (redirected) return response.writeHead(302, { location: `${DEFAULT_INDEX_URL}/${project}/` }).end()
    const found = tree.get(project === undefined ? path : `/whl/cpu/${project}/`)
    if (found === undefined) {
      // As S3 says that there is no such thing.
      return response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end('<Error><Code>AccessDenied</Code></Error>')
    }
    if (typeof found === 'string') {
      const headers = {
        'content-type': path.endsWith('/') ? 'text/html' : 'binary/octet-stream',
        'content-length': Buffer.byteLength(found),
      }
      return response.writeHead(200, { ...headers, 'cache-control': 'max-age=600, public, must-revalidate' }).end(found)
    }
    const stretch = stretchOf(found, request.headers.range)
    const headers = { 'content-type': 'binary/octet-stream', 'accept-ranges': 'bytes' }
    if (request.method === 'HEAD' || !stretch)
      return response.writeHead(200, { ...headers, 'content-length': found.size }).end()
    const { start, bytes } = stretch
    return response
      .writeHead(206, {
        ...headers,
        'content-length': bytes.length,
        'content-range': `bytes ${start}-${start + bytes.length - 1}/${found.size}`,
      })
      .end(bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    cpu: `${base}/whl/cpu`,
    composed: `${base}/simple`,
    traffic: () => ({ ...traffic }),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function treeOf(snapshot: PackageIndex): Promise<Tree> {
  const tree = new Map<string, string | StandIn>()
  for (const project of torchFamily) {
    const described = await describedFiles(snapshot, project)
    if (!described) continue
    tree.set(`/whl/cpu/${project}/`, generatedPage(project, described.values()))
    for (const [filename, { metadata }] of described)
      if (metadata !== undefined) tree.set(`/whl/cpu/${filename}.metadata`, metadata)
    for (const file of (await snapshot.project(project))!.files) {
      const { download: size = 190_000_000, installed = 700_000_000 } = await snapshot.sizes(file)
      tree.set(`/whl/cpu/${file.filename}`, { size, installed })
    }
  }
  return tree
}
