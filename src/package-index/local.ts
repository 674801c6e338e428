import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Request, Response } from './http.ts'

/** Answers a `file:` URL as a server would: a folder by its index.html, a range by that part, 404 for what is not there (pip reads such indexes too). */
export async function readLocal(url: string, { range }: Request): Promise<Response> {
  const missing: Response = { status: 404, headers: {}, body: Buffer.alloc(0), url, fromCache: false }
  let path = fileURLToPath(url)
  const found = await stat(path).catch(() => undefined)
  if (!found) return missing
  if (found.isDirectory()) path = join(path, 'index.html')
  const file = await open(path).catch(() => undefined)
  if (!file) return missing
  try {
    const { size } = await file.stat()
    const asked = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
    const start = asked ? (asked[1] ? Number(asked[1]) : Math.max(0, size - Number(asked[2]))) : 0
    const end = asked?.[1] && asked[2] ? Math.min(size, Number(asked[2]) + 1) : size
    const body = Buffer.alloc(Math.max(0, end - start))
    await file.read(body, 0, body.length, start)
    const headers = {
      'content-type': path.endsWith('.html') ? 'text/html' : 'application/octet-stream',
      ...(asked ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
    }
    return { status: asked ? 206 : 200, headers, body, url, fromCache: false }
  } finally {
    await file.close()
  }
}
