/** One member of an archive that a test describes. */
export interface Member {
  readonly path: string
  /** Type flag of the tar format; told by the rest if left out. */
  readonly flag?: string
  /** Contents, or so many zeros. */
  readonly data?: string | Buffer | number
  readonly symlink?: string
  readonly hardlink?: string
}

export type NameStyle = 'pax' | 'gnu'

const BLOCK = 512

/** A file of so many zeros, or of a text. */
export const file = (path: string, data: string | Buffer | number = ''): Member => ({ path, data })
export const folder = (path: string): Member => ({ path: `${path}/`, flag: '5' })
export const symlink = (path: string, target: string): Member => ({ path, symlink: target })
export const hardlink = (path: string, target: string): Member => ({ path, hardlink: target })

/** Writes a tar archive. Names beyond the 100 bytes of the header are written the POSIX way or that of GNU. */
export function tarOf(members: readonly Member[], style: NameStyle = 'pax'): Buffer {
  return Buffer.concat([...members.flatMap(member => blocksOf(member, style)), Buffer.alloc(2 * BLOCK)])
}

/** The blocks of one member, without the end of an archive. */
export function blocksOf({ path, flag, data, symlink, hardlink }: Member, style: NameStyle = 'pax'): Buffer[] {
  const target = symlink ?? hardlink ?? ''
  const type = flag ?? (symlink !== undefined ? '2' : hardlink !== undefined ? '1' : '0')
  const body = typeof data === 'number' ? Buffer.alloc(data) : Buffer.from(data ?? '')
  return [
    ...longNames(path, target, style),
    headerBlock({ name: path, type, size: body.length, target }),
    ...padded(body),
  ]
}

interface Header {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly target?: string
  /** Write the size to base 256, as GNU does beyond 8 GiB. */
  readonly wide?: boolean
}

/** A header block with its checksum. */
export function headerBlock({ name, type, size, target = '', wide = false }: Header): Buffer {
  const block = Buffer.alloc(BLOCK)
  Buffer.from(name).copy(block, 0, 0, 100)
  block.write('0000644\0', 100)
  if (wide) {
    block.writeBigUInt64BE(BigInt(size), 128)
    block[124] = 0x80
  } else block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write(type, 156)
  Buffer.from(target).copy(block, 157, 0, 100)
  block.write('ustar\x0000', 257)
  return sealed(block)
}

/** The same block with the checksum that its bytes have. */
export function sealed(block: Buffer): Buffer {
  block.write('        ', 148)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return block
}

/** The record of a pax header: its own length counts too. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (`${length}`.length + rest !== length) length = `${length}`.length + rest
  return `${length} ${key}=${value}\n`
}

export function padded(body: Buffer): Buffer[] {
  return [body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]
}

function longNames(path: string, target: string, style: NameStyle): Buffer[] {
  const long = [
    { type: 'L', key: 'path', value: path },
    { type: 'K', key: 'linkpath', value: target },
  ].filter(({ value }) => Buffer.byteLength(value) > 100)
  if (style === 'gnu')
    return long.flatMap(({ type, value }) => {
      const body = Buffer.from(`${value}\0`)
      return [headerBlock({ name: '././@LongLink', type, size: body.length }), ...padded(body)]
    })
  if (long.length === 0) return []
  const body = Buffer.from(long.map(({ key, value }) => paxRecord(key, value)).join(''))
  return [headerBlock({ name: 'PaxHeaders/x', type: 'x', size: body.length }), ...padded(body)]
}
