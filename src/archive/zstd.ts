import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { Decompress } from 'fzstd'
import type { ByteReader } from './byte-reader.ts'
import { Damage } from './damage.ts'
import { decompressed, OUTPUT } from './stream.ts'
import { frameBytes, toNextFrame } from './zstd-frames.ts'

/** Node has zstd from 22.15 on, four times as fast as what stands in for it before. */
const native = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => NodeJS.ReadWriteStream })
  .createZstdDecompress

/** Unpacks a zstd stream: all its frames, the skippable ones left out. @throws Damage where it is damaged or cut off */
export async function* unpackZstd(reader: ByteReader): AsyncGenerator<Uint8Array> {
  while (await toNextFrame(reader)) {
    const frame = frameBytes(reader)
    yield* native ? decompressed(Readable.from(frame), native({ chunkSize: OUTPUT })) : unpackedInJavaScript(frame)
  }
}

async function* unpackedInJavaScript(frame: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = []
  const decoder = new Decompress(piece => unpacked.push(piece))
  const push = (piece: Uint8Array, last: boolean) => {
    unpacked = []
    try {
      decoder.push(piece, last)
    } catch (error) {
      throw new Damage('has a zstd frame that cannot be unpacked', error)
    }
    return unpacked
  }
  for await (const piece of frame) yield* push(piece, false)
  yield* push(new Uint8Array(0), true)
}
