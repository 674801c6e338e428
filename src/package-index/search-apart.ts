import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { TorchpinError } from '../contract/errors.ts'
import { endShortRun } from '../files/machine/engine.ts'
import { ownBytes } from './parts.ts'
import { type RawPage, searchPage } from './search-page.ts'
import type { Searched, Sent } from './table-thread.ts'

/** In the package it lies beside what imports it; the sources have none. */
const ownScript = import.meta.url.endsWith('.ts') ? undefined : new URL('./table-thread.cjs', import.meta.url)
/** A shorter page does not wait for a thread that is only being started. In bytes. */
const SHORT = 2 ** 16
/** How long a thread without work is kept, in milliseconds. */
const IDLE = 1000
/** The young generation of the thread, in megabytes. A small one is collected often, which frees the bodies of pages sooner. */
const YOUNG = 4

/** A table, or the page itself where it is not of the usual shape. */
export type Outcome = { readonly table: Buffer } | { readonly body: Buffer }

interface Task {
  readonly page: RawPage
  resolve(outcome: Outcome): void
  reject(error: Error): void
}

/**
 * A thread that searches pages while the caller goes on. It is started when the first page is asked for, and ends when it has
 * had nothing to do for a while. Where no thread can be had, pages are searched by the caller's own.
 */
export class SearchThread {
  readonly #script: URL | undefined
  #worker: Worker | undefined
  /** Whether it is at work: what is sent to one that never comes to be would be lost. */
  #isReady = false
  #cannotBe: boolean
  /** Pages in the order in which they came: those that the thread has, behind them those that it has not. */
  readonly #sent: Task[] = []
  readonly #waiting: Task[] = []
  #idle: NodeJS.Timeout | undefined

  /**
   * @param script what runs in the thread
   * @param cores how many threads run at the same time
   */
  constructor(script: URL | undefined, cores = availableParallelism()) {
    this.#script = script
    this.#cannotBe = script === undefined || cores < 2
  }

  /** Starts the thread, for a page will come. */
  begin(): void {
    if (this.#worker || this.#cannotBe) return
    endShortRun()
    try {
      this.#worker = this.#newWorker()
    } catch {
      this.#cannotBe = true
    }
  }

  #newWorker(): Worker {
    const worker = new Worker(fileURLToPath(this.#script!), {
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    })
    // One that was let go of may still have something to say.
    const whileOwn = (then: () => void) => {
      if (this.#worker === worker) then()
    }
    worker.on('message', message => whileOwn(() => (message === 'ready' ? this.#begun() : this.#found(message))))
    const failed = (error: Error) => whileOwn(() => this.#ended(error))
    worker.on('error', failed).on('messageerror', failed)
    const early = () => this.#ended(new Error('the thread that searches pages ended before its time'))
    worker.on('exit', () => whileOwn(early))
    // Last: whoever listens for messages keeps the process waiting for them.
    worker.unref()
    return worker
  }

  /** Makes the table of a page, whose bytes are not the caller's from then on. */
  search(page: RawPage): Promise<Outcome> {
    if (!this.#worker || (!this.#isReady && page.body.length < SHORT)) return Promise.resolve(searchHere(page))
    clearTimeout(this.#idle)
    this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ page, resolve, reject })
      if (this.#isReady) this.#send()
    })
  }

  #begun(): void {
    this.#isReady = true
    this.#send()
    this.#restIfDone()
  }

  #send(): void {
    for (const task of this.#waiting.splice(0)) {
      const { body, ...page } = task.page
      const own = ownBytes(body)
      this.#worker!.postMessage({ ...page, body: own } satisfies Sent, [own.buffer])
      this.#sent.push(task)
    }
  }

  #found({ body, isTable }: Searched): void {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
    this.#sent.shift()!.resolve(isTable ? { table: bytes } : { body: bytes })
    this.#restIfDone()
  }

  #restIfDone(): void {
    if (this.#sent.length > 0) return
    this.#worker!.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.end(), IDLE).unref()
  }

  /** Lets go of the thread. It is started again for the next page. */
  async end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#isReady = false
    await worker?.terminate()
  }

  #ended(error: Error): void {
    this.#cannotBe ||= !this.#isReady
    void this.#worker?.terminate()
    this.#worker = undefined
    this.#isReady = false
    for (const { page, reject } of this.#sent.splice(0))
      reject(
        new TorchpinError('INDEX_UNREADABLE', `the page of ${page.project} could not be searched: ${error.message}`, {
          hint: 'try again, with more memory where it was short',
          cause: error,
        }),
      )
    for (const { page, resolve } of this.#waiting.splice(0)) resolve(searchHere(page))
  }
}

/** The one of this process. */
export const searchThread = new SearchThread(ownScript)

function searchHere(page: RawPage): Outcome {
  const table = searchPage(page)
  return table ? { table } : { body: page.body }
}
