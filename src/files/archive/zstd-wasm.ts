import { ZSTDDecoder } from 'zstddec/stream'
import { type ByteReader, Damage } from './byte-reader.ts'
import { OUTPUT } from './stream.ts'
import { type FramePiece, framePieces, toNextFrame } from './zstd-frames.ts'

/** The functions of the C library zstd (zstd.h) that are called. Addresses and sizes are those of a machine with 32 bits. */
interface Zstd {
  readonly memory: Memory
  malloc(bytes: number): number
  free(address: number): void
  ZSTD_createDCtx(): number
  ZSTD_freeDCtx(context: number): void
  /** @returns 0 at the end of a frame; less than 0 for an error, as a number with sign */
  ZSTD_decompressStream(context: number, output: number, input: number): number
}

/** What the addresses lead into. It grows, and then has another buffer. */
interface Memory {
  readonly buffer: ArrayBuffer
}

/** Longest piece that goes in at once. */
const INPUT = 2 ** 17
/** Bytes of ZSTD_inBuffer, and of ZSTD_outBuffer: an address, a size, and a place in it. */
const BUFFER = 12

let loading: Promise<Zstd> | undefined

/**
 * The functions themselves. What zstddec makes of them takes a stream only as something that does not wait, and tries again and
 * again what is damaged.
 */
function zstd(): Promise<Zstd> {
  loading ??= new Promise((resolve, reject) => {
    class Loading extends ZSTDDecoder {
      override _init(result: { readonly instance: { readonly exports: unknown } }): void {
        super._init(result)
        resolve(result.instance.exports as Zstd)
      }
    }
    new Loading().init().catch(reject)
  })
  return loading
}

/**
 * Unpacks a zstd stream: all its frames, the skippable ones left out. zstd refuses a frame that asks for a window of more than
 * 128 MiB, so that memory is bounded. Each piece is lent: its memory is that of the next one.
 *
 * @throws Damage where it cannot be unpacked, is cut off, or does not have the checksum that it states
 */
export async function* unpackedByWebAssembly(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const stream = new Stream(await zstd())
  try {
    while (await toNextFrame(reader)) {
      for await (const piece of framePieces(reader)) yield* stream.unpack(piece)
      if (!stream.ended) throw new Damage('is cut off in the middle of a zstd frame')
    }
  } finally {
    stream.free()
  }
}

/** The memory that a stream is unpacked in. */
class Stream {
  /** Whether the last frame is at its end. */
  ended = false
  readonly #zstd: Zstd
  readonly #context: number
  /** Addresses of the two buffers of the C library, and of the bytes that these describe. */
  readonly #input: number
  readonly #output: number
  readonly #packed: number
  readonly #unpacked: number
  /** What is given is here: the memory of WebAssembly moves when another stream makes it grow. */
  readonly #given = new Uint8Array(OUTPUT)
  #written = 0

  constructor(zstd: Zstd) {
    this.#zstd = zstd
    this.#context = zstd.ZSTD_createDCtx()
    this.#input = zstd.malloc(2 * BUFFER + INPUT + OUTPUT)
    this.#output = this.#input + BUFFER
    this.#packed = this.#output + BUFFER
    this.#unpacked = this.#packed + INPUT
  }

  free(): void {
    this.#zstd.ZSTD_freeDCtx(this.#context)
    this.#zstd.free(this.#input)
  }

  /** What comes out for some bytes of a frame. @throws Damage behind what could be unpacked */
  *unpack(piece: FramePiece): Generator<Uint8Array> {
    const { memory } = this.#zstd
    for (const part of partsOf(piece)) {
      new Uint8Array(memory.buffer, this.#packed, part.length).set(part)
      fill(memory, this.#input, this.#packed, part.length)
      for (let full = true; full || placeIn(memory, this.#input) < part.length; ) {
        const left = this.#step()
        full = this.#written === OUTPUT
        if (full || left < 0) yield* this.#give()
        if (left < 0) throw new Damage('has a zstd frame that cannot be unpacked')
        this.ended = left === 0
        if (this.ended) break
      }
    }
    yield* this.#give()
  }

  #step(): number {
    const { memory } = this.#zstd
    fill(memory, this.#output, this.#unpacked + this.#written, OUTPUT - this.#written)
    const left = this.#zstd.ZSTD_decompressStream(this.#context, this.#output, this.#input)
    if (left >= 0) this.#written += placeIn(memory, this.#output)
    return left
  }

  *#give(): Generator<Uint8Array> {
    const length = this.#written
    this.#written = 0
    if (length === 0) return
    this.#given.set(new Uint8Array(this.#zstd.memory.buffer, this.#unpacked, length))
    yield this.#given.subarray(0, length)
  }
}

/** Each block of a piece by itself, where it is no longer than what goes in at once. */
function* partsOf({ bytes, stops }: FramePiece): Generator<Buffer> {
  let from = 0
  for (const stop of stops)
    while (from < stop) {
      const part = bytes.subarray(from, Math.min(stop, from + INPUT))
      from += part.length
      yield part
    }
}

function fill({ buffer }: Memory, at: number, address: number, size: number): void {
  new Uint32Array(buffer, at, 3).set([address, size, 0])
}

function placeIn({ buffer }: Memory, at: number): number {
  return new Uint32Array(buffer, at, 3)[2]!
}
