import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { contentAnswer } from './machine/answers.ts'
import { heard } from './machine/files.ts'
import { unrepeatable } from './machine/run-notes.ts'

/** The largest text that is read whole, in bytes: far more than any requirements file, Dockerfile, lock file or setting has. */
export const LARGEST_TEXT = 16 * 2 ** 20

/** The largest piece asked of the system at once, in bytes. */
const PIECE = 2 ** 20

/** Opening a named pipe for reading would wait for a writer. Windows has no such flag, and no such pipes. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** A file that is not read: a folder, a pipe, a socket, a device, or one that is too large. */
export class UnfitFile extends Error {
  /** Why, as words that follow the name of the file. */
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
export function openRegular(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  unrepeatable('what is read of an open file is not followed')
  return openUnheard(path)
}

async function openUnheard(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
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
  return heard(['whole', path, `${largest}`], () => readRegularSync(path, largest), contentAnswer)
}

/** The bytes of a regular file as they are read, however many. @throws as `openRegular` */
export async function* streamRegular(path: string): AsyncGenerator<Uint8Array> {
  const { handle } = await openRegular(path)
  yield* handle.createReadStream()
}

/** Reads at most `longest` bytes from the beginning of a regular file. @throws as `readRegular` */
export async function readBeginning(path: string, longest: number): Promise<Buffer> {
  return heard(['beginning', path, `${longest}`], () => readBeginningSync(path, longest), contentAnswer)
}

/**
 * {@link readBeginning}, of which who watches the run does not hear.
 * @throws as `readRegular`
 */
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

/** {@link readRegular}, of which who watches the run does not hear. @throws as `readRegular` */
export function readRegularSync(path: string, largest = LARGEST_TEXT): Buffer {
  const file = openSync(path, READ)
  try {
    const size = sizeOf(fstatSync(file))
    refuseLarger(size, largest)
    const pieces: Buffer[] = []
    for (let length = 0; ; ) {
      const piece = Buffer.allocUnsafe(pieceFor(size - length))
      const bytesRead = readSync(file, piece, 0, piece.length, null)
      if (bytesRead === 0) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
      length += bytesRead
      refuseLarger(length, largest)
      pieces.push(piece.subarray(0, bytesRead))
    }
  } finally {
    closeSync(file)
  }
}

/** A file of which parts are read. */
export interface OpenFile {
  readonly size: number
  /** Reads what there is of these bytes. @throws what the operating system says */
  read(offset: number, length: number): Buffer
}

const closing = new FinalizationRegistry<number>(file => closeSync(file))

/**
 * Opens a regular file of which parts are read, here and there, while others may add to it or take its name away. It is closed
 * when nobody has it any more.
 *
 * @throws UnfitFile for what is no regular file; what the operating system says
 */
export function openRegularSync(path: string): OpenFile {
  const file = openSync(path, READ)
  try {
    const opened = { size: sizeOf(fstatSync(file)), read: readerOf(file) }
    closing.register(opened, file)
    return opened
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function readerOf(file: number): OpenFile['read'] {
  return (offset, wanted) => {
    const bytes = Buffer.allocUnsafe(wanted)
    let length = 0
    for (let read = -1; read !== 0 && length < wanted; length += read)
      read = readSync(file, bytes, length, wanted - length, offset + length)
    return bytes.subarray(0, length)
  }
}

/** Why a file cannot be read, as words that follow its name. @param cause what reading it threw */
export function whyUnreadable(cause: unknown): string {
  if (cause instanceof UnfitFile) return cause.why
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist'
  if (code === 'EISDIR') return 'is a folder'
  // The errors of a socket, and of a device without a driver.
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
