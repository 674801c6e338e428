import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { torchFamily } from '../../src/torch/family.ts'
import { describedFiles, generatedPage } from './described-pages.ts'

export interface DescribedIndexOptions {
  /** The one real wheel that is here, as a path: its bytes are served. Of all others there is the description alone. */
  readonly wheel?: string | undefined
  /** The upload moment to state where none is known. */
  readonly assumedUpload: string
  /** Where a project that is not of the torch family is looked for. */
  readonly publicIndexUrl?: string
}

export interface DescribedIndex {
  /** Shaped like the index of CPU builds, and describing its real wheels as the snapshot knows them. */
  readonly cpu: string
  /** One index for an installer that shall see the world as torchpin does: the torch family from `cpu`, the rest by redirect. */
  readonly composed: string
  close(): Promise<void>
}

/**
 * Serves descriptions of real CPU wheels on 127.0.0.1: pages and `<wheel>.metadata`, enough to resolve and to dry-run,
 * not to install. What is missing is answered with 403 as S3 does; uv, which forgives that of PyTorch's own host alone,
 * is told 404.
 */
export async function serveDescribedIndex(options: DescribedIndexOptions): Promise<DescribedIndex> {
  const { wheel, assumedUpload, publicIndexUrl = DEFAULT_INDEX_URL } = options
  const snapshot = snapshotIndex('cpu')
  const real = wheel === undefined ? undefined : { path: wheel, size: (await stat(wheel)).size }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url!, 'http://loopback')
    const [, tree, project] = /^\/(whl\/cpu|simple)\/([^/]+)\/$/.exec(pathname) ?? []
    if (project && (tree === 'whl/cpu' || torchFamily.has(project))) {
      const files = await describedFiles(snapshot, project, assumedUpload)
      return files ? send(request, response, 'text/html', generatedPage(project, files.values())) : refuse()
    }
    if (project) {
      response.writeHead(302, { location: `${publicIndexUrl}/${project}/` }).end()
      return
    }
    // The real host takes `%2B` only.
    const [, escaped = '', suffix] = /^\/whl\/cpu\/([^/+]+\.whl)(\.metadata)?$/.exec(pathname) ?? []
    const filename = decodeURIComponent(escaped)
    const name = parseWheelFilename(filename)?.name
    const described = name && (await describedFiles(snapshot, name, assumedUpload))?.get(filename)
    if (!described) return refuse()
    if (suffix)
      return described.metadata === undefined
        ? refuse()
        : send(request, response, 'binary/octet-stream', described.metadata)
    if (real && filename === basename(real.path)) return sendFile(request, response, real)
    if (request.method !== 'HEAD') return refuse()
    const { size } = described.file
    response.writeHead(200, size === undefined ? {} : { 'content-length': size }).end()

    function refuse(): void {
      const status = request.headers['user-agent']?.startsWith('uv/') ? 404 : 403
      const body = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
      response.writeHead(status, { 'content-type': 'application/xml' }).end(body)
    }
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    cpu: `${root}/whl/cpu`,
    composed: `${root}/simple`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function send(request: IncomingMessage, response: ServerResponse, type: string, text: string): void {
  const bytes = Buffer.from(text)
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** A file, or the part of it that a Range asks for. */
function sendFile(request: IncomingMessage, response: ServerResponse, file: { path: string; size: number }): void {
  const { path, size } = file
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
  const start = !range ? 0 : range[1] ? Number(range[1]) : Math.max(0, size - Number(range[2]))
  const end = range?.[1] && range[2] ? Math.min(Number(range[2]), size - 1) : size - 1
  response.writeHead(range ? 206 : 200, {
    'content-type': 'binary/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  })
  if (request.method === 'HEAD') response.end()
  else createReadStream(path, { start, end }).pipe(response)
}
