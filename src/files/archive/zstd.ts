import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { type ByteReader, type ByteSource, iterated } from './byte-reader.ts'
import { decompressed, OUTPUT } from './stream.ts'
import { framePieces, toNextFrame } from './zstd-frames.ts'
import { unpackedByWebAssembly } from './zstd-wasm.ts'

/** Node has zstd from 22.15 on. */
const native = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => NodeJS.ReadWriteStream })
  .createZstdDecompress

/** Unpacks a zstd stream: all its frames, the skippable ones left out. Reading it throws Damage where it is damaged or cut off. */
export function unpackZstd(reader: ByteReader): ByteSource {
  return native ? iterated(unpackedByNode(reader, native)) : { ...iterated(unpackedByWebAssembly(reader)), lends: true }
}

async function* unpackedByNode(reader: ByteReader, decompress: NonNullable<typeof native>): AsyncGenerator<Uint8Array> {
  while (await toNextFrame(reader))
    yield* decompressed(Readable.from(frameBytes(reader)), decompress({ chunkSize: OUTPUT }))
}

/** The stream reads ahead of the decompressor, so that it keeps what a reader lends. */
async function* frameBytes(reader: ByteReader): AsyncGenerator<Buffer> {
  for await (const { bytes } of framePieces(reader)) yield reader.lends ? Buffer.from(bytes) : bytes
}
