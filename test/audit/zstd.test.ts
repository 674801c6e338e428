import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { ByteReader, iterated } from '../../src/files/archive/byte-reader.ts'
import { unpacked } from '../../src/files/archive/unpack.ts'

/** So many raw blocks of 128 KiB in one frame, each a piece of its own. */
async function* frame(blocks: number) {
  yield Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])
  for (let i = 1; i <= blocks; i++) {
    const header = Buffer.alloc(3)
    header.writeUIntLE(((2 ** 17) << 3) | (i === blocks ? 1 : 0), 0, 3)
    yield Buffer.concat([header, randomBytes(2 ** 17)])
  }
}

test('what was unpacked of a zstd frame is let go of', async () => {
  const before = process.memoryUsage().arrayBuffers
  const reader = await unpacked(new ByteReader(iterated(frame(2_000))), 'zstd')
  let [length, most] = [0, 0]
  for (let piece = await reader.piece(Infinity); piece; piece = await reader.piece(Infinity)) {
    length += piece.length
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  expect(length).toBe(2_000 * 2 ** 17)
  // 262 MB in all.
  expect(most).toBeLessThan(150 * 2 ** 20)
})
