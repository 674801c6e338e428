import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Progress } from '../contract/options.ts'
import { endShortRun } from '../files/machine/engine.ts'
import { UnfitFile } from '../files/regular-file.ts'
import type { Blob } from './blob.ts'
import type { Failure, Place, Reported, Task } from './layer-thread.ts'

/** Reads a file of an image while the caller goes on. */
export type ReadApart = (place: Place) => Promise<Blob>

interface Waiting {
  readonly task: Task
  resolve(blob: Blob): void
  reject(error: unknown): void
}

interface Reading {
  readonly signal: AbortSignal | undefined
  readonly onProgress: (event: Progress) => void
}

/** In the package it lies beside what imports it. The sources and what bundles them again have none. */
const ownScript = new URL('./layer-thread.js', import.meta.url)
/** One more than there are cores, since layers are not of one size; each holds its layer, and up to 128 MiB of a window of zstd. */
const MOST = Math.min(4, availableParallelism() + 1)

/**
 * Threads that unpack and read the layers of one archive next to each other: each opens the archive itself, so that nothing but what
 * was found goes from one to the other.
 */
export class LayerThreads {
  /** Undefined where there is no script to run in them. */
  readonly readApart: ReadApart | undefined
  readonly #onProgress: (event: Progress) => void
  readonly #script: URL
  readonly #waiting: Waiting[] = []
  readonly #running = new Map<Worker, Waiting | undefined>()
  readonly #signal: AbortSignal | undefined
  /** Why nothing more is read. */
  #failed: { readonly error: unknown } | undefined
  #read = 0
  #total = 0

  /** @param script what runs in a thread */
  constructor(archive: string, { signal, onProgress }: Reading, script = ownScript) {
    this.#onProgress = onProgress
    this.#signal = signal
    this.#script = script
    if (!existsSync(script)) return
    signal?.addEventListener('abort', this.#abort)
    this.readApart = place => {
      this.#total += place.size
      return new Promise((resolve, reject) => {
        this.#waiting.push({ task: { archive, ...place }, resolve, reject })
        this.#start()
      })
    }
  }

  /** Ends all threads, whatever they are at. What is still asked for fails. */
  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort)
    this.#fail(new Error('the threads that read layers have ended'))
    await Promise.all([...this.#running.keys()].map(thread => thread.terminate()))
  }

  readonly #abort = (): void => {
    this.#fail(this.#signal!.reason)
  }

  #start(): void {
    if (this.#failed) {
      this.#fail(this.#failed.error)
      return
    }
    const idle = [...this.#running].find(([, task]) => task === undefined)?.[0]
    if (!idle && this.#running.size >= MOST) return
    const next = this.#waiting.shift()
    if (!next) return
    const thread = idle ?? this.#newThread()
    this.#running.set(thread, next)
    thread.postMessage(next.task)
  }

  #newThread(): Worker {
    endShortRun()
    const thread = new Worker(this.#script, { execArgv: [] })
    thread.on('error', error => this.#fail(error))
    // Even without an error, it left its task undone.
    thread.on('exit', () => {
      const undone = this.#running.get(thread)
      if (undone) this.#fail(new Error(`the thread that read ${undone.task.path} ended before its time`))
      this.#running.delete(thread)
    })
    thread.on('message', (message: Reported) => {
      if ('read' in message) this.#progress(message.read, message.path)
      else if ('failed' in message) this.#fail(errorOf(message.failed))
      else {
        this.#running.get(thread)?.resolve(message.blob)
        this.#running.set(thread, undefined)
        this.#start()
      }
    })
    return thread
  }

  #progress(read: number, name: string): void {
    this.#read += read
    const megabytes = (bytes: number) => Math.round(bytes / 1e6)
    this.#onProgress({
      phase: 'unpacking, MB',
      done: megabytes(this.#read),
      total: megabytes(this.#total),
      name,
    })
  }

  /** The first error is the one that counts, for all that is asked for from now on too. */
  #fail(error: unknown): void {
    this.#failed ??= { error }
    for (const task of [...this.#running.values(), ...this.#waiting.splice(0)]) task?.reject(this.#failed.error)
  }
}

function errorOf({ why, message, ...rest }: Failure): Error {
  return why === undefined ? Object.assign(new Error(message), rest) : new UnfitFile(why)
}
