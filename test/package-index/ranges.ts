import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers a request for bytes as a good server does: 206 with Content-Range, 416 for what is beyond the end. */
export function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
  if (!asked) {
    response.writeHead(200, { 'content-length': bytes.length, 'accept-ranges': 'bytes' })
    response.end(request.method === 'HEAD' ? undefined : bytes)
    return
  }
  const start = asked[1] ? Number(asked[1]) : Math.max(0, bytes.length - Number(asked[2]))
  const end = asked[1] && asked[2] ? Math.min(Number(asked[2]) + 1, bytes.length) : bytes.length
  if (start >= bytes.length) response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
  else
    response
      .writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` })
      .end(bytes.subarray(start, end))
}
