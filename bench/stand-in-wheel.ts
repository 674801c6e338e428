/** An archive that nobody here has: only its directory is told, the rest is zeros. */
export interface StandIn {
  /** Bytes of the archive. */
  readonly size: number
  /** Bytes of all that would be in it, unpacked. */
  readonly installed: number
  /** How many files it holds; as many as torch 2.13.0+cpu if left out. */
  readonly members?: number
}

/** As many files as torch 2.13.0+cpu holds, with names as long: the directory has 1.3 MB, as a real one has. */
const membersOfTorch = 12_248
const nameLength = 60

/** A stretch of the archive. @param header the value of a Range header @returns undefined where that names no one range */
export function stretchOf(wheel: StandIn, header: string | undefined): { start: number; bytes: Buffer } | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!found) return undefined
  const { size } = wheel
  const start = found[1] ? Number(found[1]) : Math.max(0, size - Number(found[2]))
  const end = found[1] && found[2] ? Math.min(Number(found[2]) + 1, size) : size
  const directory = endOf(wheel)
  const directoryStart = size - directory.length
  const bytes = Buffer.alloc(Math.max(0, end - start))
  directory.copy(bytes, Math.max(0, directoryStart - start), Math.max(0, start - directoryStart))
  return { start, bytes }
}

/** The directory of a zip archive and its end record (APPNOTE 4.3.12, 4.3.16). */
function endOf({ size, installed, members = membersOfTorch }: StandIn): Buffer {
  const entryLength = 46 + nameLength
  const length = members * entryLength
  const end = Buffer.alloc(length + 22)
  for (let i = 0; i < members; i++) {
    end.writeUInt32LE(0x02014b50, i * entryLength)
    end.writeUInt32LE(Math.floor(installed / members), i * entryLength + 24)
    end.writeUInt16LE(nameLength, i * entryLength + 28)
    end.fill('x', i * entryLength + 46, (i + 1) * entryLength)
  }
  end.writeUInt32LE(0x06054b50, length)
  end.writeUInt16LE(members, length + 8)
  end.writeUInt16LE(members, length + 10)
  end.writeUInt32LE(length, length + 12)
  end.writeUInt32LE(size - end.length, length + 16)
  return end
}
