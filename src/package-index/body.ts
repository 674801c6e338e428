import { Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { WireResponse } from './wire.ts'

/** The content encodings that `decodedBody` undoes, as an `Accept-Encoding` header. */
export const acceptedEncodings = 'gzip, deflate, br'

/** A content encoding that was not asked for. */
export class UnknownEncoding extends Error {}

/** The body with its content encoding undone. A compressed body that is cut short makes it fail, with a code of zlib. */
export function decodedBody(response: WireResponse): AsyncIterable<Uint8Array> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return response.body
  const decoder = decoderOf(encoding)
  if (!decoder) throw new UnknownEncoding(`unknown content encoding ${encoding.slice(0, 40)}`)
  return through(Readable.from(response.body, { objectMode: false }), decoder)
}

/**
 * Reads at most `maxBytes`. A longer body is given up, and `complete` is then false; one whose length is announced to be
 * longer is not begun.
 */
export async function readAll(response: WireResponse, maxBytes: number): Promise<{ body: Buffer; complete: boolean }> {
  const announced = response.headers['content-encoding'] ? Number.NaN : Number(response.headers['content-length'])
  const body = new Gathered(announced > 0 && announced <= maxBytes ? announced : 0)
  if (announced > maxBytes) return { body: body.bytes(), complete: false }
  for await (const chunk of decodedBody(response)) {
    if (body.length + chunk.length > maxBytes) return { body: body.bytes(), complete: false }
    body.add(chunk)
  }
  return { body: body.bytes(), complete: true }
}

/** Room for a body whose length is not known, in bytes. */
const usual = 2 ** 16

/** Copies each piece into one buffer as it comes, so that no piece is kept. */
class Gathered {
  length = 0
  /** Not from Node's shared pool: a buffer from there cannot be transferred to a thread. */
  #room: Buffer

  /** @param expected the length of the body in bytes; 0: unknown */
  constructor(expected: number) {
    this.#room = Buffer.allocUnsafeSlow(expected)
  }

  add(piece: Uint8Array): void {
    const length = this.length + piece.length
    if (length > this.#room.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#room.length, usual))
      larger.set(this.bytes())
      this.#room = larger
    }
    this.#room.set(piece, this.length)
    this.length = length
  }

  bytes(): Buffer {
    return this.#room.subarray(0, this.length)
  }
}

function decoderOf(encoding: string): Transform | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  if (encoding === 'br') return createBrotliDecompress()
  return undefined
}

async function* through(source: Readable, decoder: Transform): AsyncGenerator<Uint8Array> {
  // An error of the source would not reach the reader of the decoder by itself.
  source.on('error', error => decoder.destroy(error))
  source.pipe(decoder)
  try {
    yield* decoder
  } finally {
    source.destroy()
    decoder.destroy()
  }
}
