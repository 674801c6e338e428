import { crc32, deflateRawSync } from 'node:zlib'

/** How an archive is written. */
export interface ZipStyle {
  readonly deflate?: boolean
  /** Sizes, offsets and the place of the directory in ZIP64 fields. */
  readonly zip64?: boolean
  readonly comment?: string
  /** Bytes before the archive. */
  readonly padding?: number
  /** Local headers with an extra field that the directory does not have. */
  readonly localExtra?: number
  /** Changes the directory record of an entry before it is written. */
  readonly tamper?: (record: Buffer, name: string) => void
}

/** Writes a zip archive. */
export function makeZip(files: Readonly<Record<string, string | Buffer>>, style: ZipStyle = {}): Buffer {
  const parts: Buffer[] = [Buffer.alloc(style.padding ?? 0)]
  const directory: Buffer[] = []
  let offset = style.padding ?? 0
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path)
    const plain = Buffer.from(content)
    const data = style.deflate ? deflateRawSync(plain) : plain
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(style.deflate ? 8 : 0, 4)
    shared.writeUInt32LE(crc32(plain), 10)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(plain.length, 18)
    shared.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      shared,
      name,
      Buffer.alloc(style.localExtra ?? 0),
      data,
    ])
    local.writeUInt16LE(style.localExtra ?? 0, 28)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    let extra = Buffer.alloc(0)
    if (style.zip64) {
      extra = Buffer.alloc(4 + 8 + 28)
      // An extra field that is none of ours comes first.
      extra.writeUInt16LE(0x9999, 0)
      extra.writeUInt16LE(8, 2)
      extra.writeUInt16LE(1, 12)
      extra.writeUInt16LE(24, 14)
      extra.writeBigUInt64LE(BigInt(plain.length), 16)
      extra.writeBigUInt64LE(BigInt(data.length), 24)
      extra.writeBigUInt64LE(BigInt(offset), 32)
      shared.writeUInt32LE(0xffffffff, 14)
      shared.writeUInt32LE(0xffffffff, 18)
      tail.writeUInt32LE(0xffffffff, 10)
      shared.writeUInt16LE(extra.length, 24)
    }
    const record = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, tail, name, extra])
    style.tamper?.(record, path)
    directory.push(record)
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  return Buffer.concat([...parts, central, ...endRecords(directory.length, central.length, offset, style)])
}

function endRecords(count: number, length: number, start: number, { zip64 = false, comment = '' }: ZipStyle): Buffer[] {
  const end = Buffer.alloc(18)
  end.writeUInt16LE(zip64 ? 0xffff : count, 4)
  end.writeUInt16LE(zip64 ? 0xffff : count, 6)
  end.writeUInt32LE(zip64 ? 0xffffffff : length, 8)
  end.writeUInt32LE(zip64 ? 0xffffffff : start, 12)
  end.writeUInt16LE(comment.length, 16)
  const last = [Buffer.from('PK\x05\x06', 'latin1'), end, Buffer.from(comment, 'latin1')]
  if (!zip64) return last
  const record = Buffer.alloc(52)
  record.writeBigUInt64LE(44n, 0)
  record.writeBigUInt64LE(BigInt(count), 20)
  record.writeBigUInt64LE(BigInt(count), 28)
  record.writeBigUInt64LE(BigInt(length), 36)
  record.writeBigUInt64LE(BigInt(start), 44)
  const locator = Buffer.alloc(16)
  locator.writeBigUInt64LE(BigInt(start + length), 4)
  locator.writeUInt32LE(1, 12)
  return [Buffer.from('PK\x06\x06', 'latin1'), record, Buffer.from('PK\x06\x07', 'latin1'), locator, ...last]
}
