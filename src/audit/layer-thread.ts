import { parentPort } from 'node:worker_threads'
import { ByteReader, Section } from '../files/archive/byte-reader.ts'
import { UnfitFile } from '../files/regular-file.ts'
import { type Blob, readBlob } from './blob.ts'
import { openFile } from './open-file.ts'

/** A file of an image inside of an archive. */
export interface Place {
  readonly path: string
  /** Where its bytes begin in the archive, and how many there are. */
  readonly offset: number
  readonly size: number
}

/** What a thread is asked for. */
export interface Task extends Place {
  readonly archive: string
}

/**
 * A message of a thread: how far it is with a file, many times, and last what it found or what went wrong. It reads ahead, so that
 * a piece of a damaged file may come after what it found.
 */
export type Reported =
  | { readonly read: number; readonly path: string }
  | { readonly blob: Blob }
  | { readonly failed: Failure }

/** An error on its way: what goes from thread to thread loses its class and what it has beside its message. */
export interface Failure {
  readonly message: string
  readonly stack: string | undefined
  /** Of the operating system: ENOENT, and the call that failed. */
  readonly code: string | undefined
  readonly syscall: string | undefined
  /** Of UnfitFile. */
  readonly why: string | undefined
}

/** What runs in a thread of its own (`LayerThreads`): reads one file of an image after the other. */
parentPort?.on('message', async (task: Task) => {
  // It reports when all is closed: from then on it may have the next task, which nothing of this one may end.
  report(await read(task).then(blob => ({ blob }), failureOf))
})

async function read({ archive, path, offset, size }: Task): Promise<Blob> {
  const file = await openFile(archive)
  try {
    const reader = new ByteReader(file)
    await reader.skip(offset)
    const body = new Section(reader, size)
    return await readBlob(
      {
        async next() {
          const piece = await body.next()
          report({ read: piece?.length ?? 0, path })
          return piece
        },
      },
      size,
      path,
    )
  } finally {
    await file.close()
  }
}

function failureOf(error: unknown): Reported {
  const { message, stack, code, syscall } = error as NodeJS.ErrnoException
  return { failed: { message, stack, code, syscall, why: error instanceof UnfitFile ? error.why : undefined } }
}

function report(message: Reported): void {
  parentPort!.postMessage(message)
}
