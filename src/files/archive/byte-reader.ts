/** Where bytes come from, piece by piece. */
export interface ByteSource {
  /** The next piece, never empty; undefined at the end. */
  next(): Promise<Buffer | undefined>
  /** Set where a piece is good only until the next one is asked for: its memory is used again. */
  readonly lends?: boolean
  /** Passes over so many bytes without reading them, where that is possible. */
  seek?(bytes: number): Promise<void>
  /** Nothing more is asked for: whatever is open behind it may go. */
  close?(): void
}

const nothing = Buffer.alloc(0)

/**
 * Reads a source in the pieces that its format asks for. It skips the rest, by seeking if the source can.
 * A buffer it gives is the caller's to keep, unless the source lends it.
 */
export class ByteReader {
  readonly #source: ByteSource
  /** Come, and not yet asked for. */
  #rest: Buffer = nothing
  #ended = false
  #position = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** Bytes that were read or skipped so far. */
  get position(): number {
    return this.#position
  }

  /** Whether a buffer is good only until more is read: see `ByteSource`. */
  get lends(): boolean {
    return this.#source.lends ?? false
  }

  /** So many bytes; fewer only at the end. */
  async read(bytes: number): Promise<Buffer> {
    const seen = await this.peek(bytes)
    this.#position += seen.length
    this.#rest = this.#rest.subarray(seen.length)
    return seen
  }

  /** As `read`, but they stay where they are. */
  async peek(bytes: number): Promise<Buffer> {
    if (this.#rest.length < bytes) await this.#gather(bytes)
    return this.#rest.subarray(0, bytes)
  }

  /** Whatever comes next, and stays where it is; empty at the end. */
  async ahead(): Promise<Buffer> {
    if (this.#rest.length === 0) this.#rest = (await this.#next()) ?? nothing
    return this.#rest
  }

  /** Whatever comes next, at most so many bytes; undefined at the end. */
  async piece(most: number): Promise<Buffer | undefined> {
    if ((await this.ahead()).length === 0) return undefined
    const piece = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(piece.length)
    this.#position += piece.length
    return piece
  }

  /** Skips so many bytes. @returns how many of them there were, as far as the source knows */
  async skip(bytes: number): Promise<number> {
    const skipped = await this.#passOver(bytes)
    this.#position += skipped
    return skipped
  }

  /** Ends the source where it is. */
  close(): void {
    this.#ended = true
    this.#rest = nothing
    this.#source.close?.()
  }

  async #passOver(bytes: number): Promise<number> {
    let left = bytes
    for (;;) {
      const here = Math.min(left, this.#rest.length)
      this.#rest = this.#rest.subarray(here)
      left -= here
      if (left === 0) return bytes
      if (this.#source.seek && left > SEEK_FROM) {
        // The byte before the place is read, so that the end of the source is not skipped unseen.
        await this.#source.seek(left - 1)
        left = 1
      }
      const next = await this.#next()
      if (!next) return bytes - left
      this.#rest = next
    }
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#ended) return undefined
    const next = await this.#source.next()
    if (!next) this.#ended = true
    return next
  }

  async #gather(bytes: number): Promise<void> {
    const kept = (piece: Buffer) => (this.lends ? Buffer.from(piece) : piece)
    const pieces = [kept(this.#rest)]
    let length = this.#rest.length
    while (length < bytes) {
      const next = await this.#next()
      if (!next) break
      pieces.push(kept(next))
      length += next.length
    }
    if (pieces.length > 1) this.#rest = Buffer.concat(pieces, length)
  }
}

/** Below this, reading on costs less than seeking. */
const SEEK_FROM = 2 ** 18

/**
 * The next so many bytes of a reader, as a source of their own. Until the reader is moved on to the end of them, nothing else may
 * read from it.
 */
export class Section implements ByteSource {
  readonly #reader: ByteReader
  #left: number

  constructor(reader: ByteReader, bytes: number) {
    this.#reader = reader
    this.#left = bytes
  }

  get lends(): boolean {
    return this.#reader.lends
  }

  /** Its bytes that were not asked for yet. */
  get left(): number {
    return this.#left
  }

  async next(): Promise<Buffer | undefined> {
    if (this.#left === 0) return undefined
    const piece = await this.#reader.piece(this.#left)
    this.#left -= piece?.length ?? 0
    return piece
  }

  async seek(bytes: number): Promise<void> {
    this.#left -= await this.#reader.skip(Math.min(bytes, this.#left))
  }
}

/** Pieces of anything that can be iterated: a stream, or what a decompressor gives. */
export function iterated(pieces: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = pieces[Symbol.asyncIterator]()
  return {
    async next() {
      for (;;) {
        const { done, value } = await iterator.next()
        if (done) return undefined
        if (value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.length)
      }
    },
    close() {
      // It ends at its next piece, and an error then does not matter.
      iterator.return?.().catch(() => undefined)
    },
  }
}

/** Every piece up to the end, each to keep. */
export async function* pieces(reader: ByteReader): AsyncGenerator<Buffer> {
  for (let piece = await reader.piece(Infinity); piece; piece = await reader.piece(Infinity))
    yield reader.lends ? Buffer.from(piece) : piece
}

/** An archive that cannot be read on, in words that go behind its name: "is cut off in the middle of a file". */
export class Damage extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause })
    this.name = 'Damage'
  }
}
