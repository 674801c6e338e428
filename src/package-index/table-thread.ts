import { parentPort } from 'node:worker_threads'
import { ownBytes } from './parts.ts'
import { type RawPage, searchPage } from './search-page.ts'

/** A page on its way to the thread, which owns the bytes from then on. */
export type Sent = Omit<RawPage, 'body'> & { readonly body: Uint8Array<ArrayBuffer> }

/** What becomes of it: a table, or the page itself where it is not of the usual shape. */
export interface Searched {
  readonly body: Uint8Array<ArrayBuffer>
  readonly isTable: boolean
}

/** What runs in a thread of its own (`SearchThread`): searches one page after the other. */
parentPort?.on('message', ({ body, ...page }: Sent) => {
  const table = searchPage({ ...page, body: Buffer.from(body.buffer, body.byteOffset, body.length) })
  const found = table ? ownBytes(table) : body
  parentPort!.postMessage({ body: found, isTable: table !== undefined } satisfies Searched, [found.buffer])
})
// It is at work: what is sent from now on is not lost.
parentPort?.postMessage('ready')
