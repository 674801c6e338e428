import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createHttp, type Http, type HttpOptions } from '../../src/package-index/http.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface Server {
  /** Without a slash at its end. */
  readonly url: string
  /** What was asked for, in order: method and path. */
  readonly asked: string[]
  /** The headers of each request, in the same order. */
  readonly headers: IncomingMessage['headers'][]
}

/** Serves on 127.0.0.1 until the test is over. */
export async function serve(handler: Handler, host = '127.0.0.1'): Promise<Server> {
  const asked: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    handler(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, asked, headers }
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'torchpin-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A client without the machine's settings, whose pauses are noted instead of made. */
export function client(options: HttpOptions = {}): Http & { readonly pauses: number[]; readonly notices: string[] } {
  const pauses: number[] = []
  const notices: string[] = []
  const http = createHttp({
    cacheDir: temporaryFolder(),
    environment: { HOME: '/nonexistent' },
    wait: async milliseconds => void pauses.push(milliseconds),
    onNotice: message => notices.push(message),
    ...options,
  })
  return { ...http, pauses, notices }
}

/** A TorchpinError's code and message, or what else became of a promise. */
export async function failure(promise: Promise<unknown>): Promise<{ code?: string; message: string; hint?: string }> {
  try {
    return { message: `no failure, but ${JSON.stringify(await promise)}` }
  } catch (error) {
    const { code, message, hint } = error as { code?: string; message: string; hint?: string }
    return { message, ...(code ? { code } : {}), ...(hint ? { hint } : {}) }
  }
}
