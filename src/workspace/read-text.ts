import { constants, open } from 'node:fs/promises'

/** More than any file that a person wrote by hand; what lies behind is not read. In bytes. */
const LONGEST = 1024 * 1024

/**
 * The text of a file that may say something about the repository; `undefined` when it cannot be read or is no file.
 * UTF-8, or UTF-16 with a byte order mark, which is what PowerShell's `>` writes.
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    // O_NONBLOCK: opening a named pipe would wait for a writer. Windows has neither.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const found = await file.stat()
      if (!found.isFile()) return undefined
      const bytes = Buffer.alloc(Math.min(found.size, LONGEST))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
      return decode(bytes.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

function decode(bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
