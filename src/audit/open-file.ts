import type { ByteSource } from '../files/archive/byte-reader.ts'
import { openRegular } from '../files/regular-file.ts'

const PIECE = 2 ** 18

/** A file that is read in large pieces and skipped by seeking. */
export interface OpenFile extends ByteSource {
  readonly size: number
  close(): Promise<void>
}

/** @throws UnfitFile for what is no regular file; what the operating system says */
export async function openFile(path: string): Promise<OpenFile> {
  const { handle, size } = await openRegular(path)
  let position = 0
  return {
    size,
    async next() {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(PIECE), 0, PIECE, position)
      position += bytesRead
      return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead)
    },
    async seek(bytes) {
      position += bytes
    },
    close: () => handle.close(),
  }
}
