import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** The largest text that is read whole, in bytes: far more than any requirements file, Dockerfile, lock file or setting has. */
export const LARGEST_TEXT = 16 * 2 ** 20

/** The largest piece asked of the system at once, in bytes. */
const PIECE = 2 ** 20

/** Opening a named pipe for reading would wait for a writer. Windows has no such flag, and no such pipes. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** A file that is not read: a folder, a pipe, a socket, a device, or one that is too large. */
export class UnfitFile extends Error {
  /** Why, to be said behind the name of the file. */
  readonly why: string

  constructor(why: string) {
    super(why)
    this.name = 'UnfitFile'
    this.why = why
  }
}

/**
 * Opens a file for reading: a regular one, or what a link to one leads to. Nothing else in torchpin opens a file of somebody
 * else, so that no pipe, socket or device makes it wait, and none is read without end.
 *
 * @throws UnfitFile for what is no regular file; what the operating system says
 */
export async function openRegular(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const handle = await open(path, READ)
  try {
    return { handle, size: sizeOf(await handle.stat()) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Reads a regular file whole.
 *
 * @param largest in bytes
 * @throws UnfitFile for what is no regular file, or larger; what the operating system says
 */
export async function readRegular(path: string, largest = LARGEST_TEXT): Promise<Buffer> {
  const { handle, size } = await openRegular(path)
  try {
    refuseLarger(size, largest)
    const pieces: Buffer[] = []
    // Files of /proc have the size 0, and one that is being written grows: what is read counts, not what was announced.
    for (let length = 0; ; ) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(pieceFor(size - length)), 0, undefined, null)
      if (bytesRead === 0) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
      length += bytesRead
      refuseLarger(length, largest)
      pieces.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}

/** The bytes of a regular file as they are read, however many. @throws as `openRegular` */
export async function* streamRegular(path: string): AsyncGenerator<Uint8Array> {
  const { handle } = await openRegular(path)
  yield* handle.createReadStream()
}

/** Reads at most `longest` bytes from the beginning of a regular file. @throws as `readRegular` */
export async function readBeginning(path: string, longest: number): Promise<Buffer> {
  const { handle, size } = await openRegular(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, longest)), 0, undefined, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** {@link readBeginning}, where reading takes less time than waiting for another thread to read. @throws as `readRegular` */
export function readBeginningSync(path: string, longest: number): Buffer {
  const file = openSync(path, READ)
  try {
    const bytes = Buffer.alloc(Math.min(sizeOf(fstatSync(file)), longest))
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, length)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

/** Why a file cannot be read, to be said behind its name. @param cause what reading it threw */
export function whyUnreadable(cause: unknown): string {
  if (cause instanceof UnfitFile) return cause.why
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist'
  if (code === 'EISDIR') return 'is a folder'
  // What a socket answers, and a device that nobody drives.
  if (code === 'ENXIO' || code === 'ENODEV') return 'is no regular file'
  return `cannot be read (${code ?? cause})`
}

function pieceFor(rest: number): number {
  return Math.min(Math.max(rest + 1, 4096), PIECE)
}

function sizeOf(found: Stats): number {
  if (found.isDirectory()) throw new UnfitFile('is a folder')
  if (!found.isFile()) throw new UnfitFile('is no regular file')
  return found.size
}

function refuseLarger(size: number, largest: number): void {
  if (size > largest) throw new UnfitFile(`is larger than ${Math.floor(largest / 2 ** 20)} MiB`)
}
