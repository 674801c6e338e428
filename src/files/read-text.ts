import { leadsOut } from './folders.ts'
import { readBeginning } from './regular-file.ts'

/** More than any file that a person wrote by hand; what lies behind is not read. In bytes. */
const LONGEST = 1024 * 1024

/**
 * The text of a file that may say something about the repository; `undefined` when it cannot be read, is no file, or is a
 * link out of the repository.
 * UTF-8, or UTF-16 with a byte order mark, which is what PowerShell's `>` writes.
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return (await leadsOut(path)) ? undefined : decode(await readBeginning(path, LONGEST))
  } catch {
    return undefined
  }
}

function decode(bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
