import { gzipSync } from 'node:zlib'

export type Packing = 'none' | 'gzip' | 'gzip-members' | 'zstd'

/** Compresses bytes, or for zstd puts them into its frames, which every reader of it takes. */
export function pack(bytes: Buffer, packing: Packing): Buffer {
  const half = bytes.length >> 1
  switch (packing) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'gzip-members':
      return Buffer.concat([gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))])
    case 'zstd':
      return Buffer.concat([
        skippableFrame(Buffer.from('a note')),
        zstdFrame(bytes.subarray(0, half)),
        skippableFrame(Buffer.alloc(0)),
        zstdFrame(bytes.subarray(half)),
      ])
  }
}

/** A zstd frame of raw blocks, and blocks of one repeated byte where it is all the same (RFC 8878, 3.1.1). */
export function zstdFrame(bytes: Buffer): Buffer {
  const longest = 2 ** 17
  const blocks: Buffer[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += longest) {
    const data = bytes.subarray(at, at + longest)
    const last = at + longest >= bytes.length ? 1 : 0
    const same = data.length > 1 && data.subarray(1).equals(data.subarray(0, -1))
    const header = Buffer.alloc(3)
    header.writeUIntLE((data.length << 3) | ((same ? 1 : 0) << 1) | last, 0, 3)
    blocks.push(header, same ? data.subarray(0, 1) : data)
  }
  // No checksum, no dictionary, no size; a window of 128 KiB.
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]), ...blocks])
}

export function skippableFrame(data: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32LE(0x184d2a53, 0)
  header.writeUInt32LE(data.length, 4)
  return Buffer.concat([header, data])
}
