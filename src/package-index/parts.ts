/** Bytes of which parts are read when they are asked for. */
export interface Parts {
  readonly length: number
  /** The bytes from one place to before another. @throws what the operating system says, where they lie on a disk */
  read(start: number, end: number): Buffer
}

/** The parts of what is in memory. */
export function partsOf(bytes: Buffer): Parts {
  return { length: bytes.length, read: (start, end) => bytes.subarray(start, end) }
}

/** All of it. */
export function wholeOf(parts: Parts): Buffer {
  return parts.read(0, parts.length)
}

/** What comes from a place on. */
export function rest({ length, read }: Parts, from: number): Parts {
  return { length: length - from, read: (start, end) => read(from + start, from + end) }
}

/** Bytes that can be transferred to a thread: short ones may lie in Node's shared pool, and are copied. */
export function ownBytes(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return bytes.buffer.byteLength > Buffer.poolSize
    ? new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
    : new Uint8Array(bytes)
}
