import { pipeline, type Readable } from 'node:stream'
import { Damage } from './byte-reader.ts'

/** Bytes that decompressors give at once. */
export const OUTPUT = 2 ** 18

/** What comes out of a decompressor when all of a source is put into it. @throws Damage where it is damaged or cut off */
export async function* decompressed(
  source: Readable,
  decompressor: NodeJS.ReadWriteStream,
): AsyncGenerator<Uint8Array> {
  pipeline(source, decompressor, () => {})
  try {
    yield* decompressor as NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code)
    if (code === 'Z_BUF_ERROR') throw new Damage('is cut off in the middle of its compressed data', error)
    if (/^(Z_|ZSTD_)/.test(code)) throw new Damage('has compressed data that cannot be unpacked', error)
    throw error
  }
}
