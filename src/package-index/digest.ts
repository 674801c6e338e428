import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { streamRegular } from '../files/regular-file.ts'
import type { Http } from './http.ts'
import type { IndexFile } from './project-page.ts'

/**
 * Fetches a file whole and works out its SHA-256: what is left where an index gives none. Nothing of it is kept, and
 * nothing is remembered: PyTorch has put other bytes under an old name before.
 *
 * @param onBytes called with the number of bytes so far
 * @returns lower-case hexadecimal; undefined where the server does not have the file
 * @throws TorchpinError INDEX_UNREACHABLE
 */
export async function fileSha256(
  { url }: IndexFile,
  http: Http,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  if (url.startsWith('file:')) return sha256Of(streamRegular(fileURLToPath(url)), onBytes)
  return http.read(url, async ({ status, chunks }) => (status === 200 ? sha256Of(chunks, onBytes) : undefined))
}

async function sha256Of(chunks: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    bytes += chunk.length
    onBytes(bytes)
  }
  return hash.digest('hex')
}
