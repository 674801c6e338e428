import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, Damage, iterated } from '../../src/files/archive/byte-reader.ts'
import { unpackedByWebAssembly } from '../../src/files/archive/zstd-wasm.ts'
import { runs } from '../full.ts'

/** What stands in for the zstd of Node, on every version of it. The layer is made by zstd 1.5.4; `zstd -dc` gives the digest. */
const packed = readFileSync(resolve(import.meta.dirname, '../../fixtures/audit/layer.tar.zst'))
const digest = '6e0f5fd554906ef8a4e5b299b3ea0c1238c7d0c0820454f70484e638fe6b4fc8'

async function* inPieces(bytes: Buffer, sizes: readonly number[]) {
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!)
    yield bytes.subarray(at, at + sizes[i % sizes.length]!)
}

async function unpack(bytes: Buffer, sizes: readonly number[]): Promise<Buffer> {
  const reader = new ByteReader(iterated(inPieces(bytes, sizes)))
  const pieces: Uint8Array[] = []
  for await (const piece of unpackedByWebAssembly(reader)) pieces.push(piece.slice())
  return Buffer.concat(pieces)
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test('the same bytes come out in whatever pieces the packed ones come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 8 }), async sizes => {
      expect(sha256(await unpack(packed, sizes))).toBe(digest)
    }),
    { numRuns: runs(12, 100) },
  )
})

test('a reader takes what is lent for no more than it is: whatever is asked for, the same bytes', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(sizes, sizes, async (come, asked) => {
      const pieces = unpackedByWebAssembly(new ByteReader(iterated(inPieces(packed, come))))
      const reader = new ByteReader({ ...iterated(pieces), lends: true })
      const hash = createHash('sha256')
      for (let i = 0; ; i++) {
        const bytes = await reader.read(asked[i % asked.length]!)
        if (bytes.length === 0) break
        hash.update(bytes)
      }
      expect(hash.digest('hex')).toBe(digest)
    }),
    { numRuns: runs(12, 100) },
  )
})

test('a byte that is wrong ends in Damage or in bytes, and never in a run without end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const wrong = Buffer.from(packed)
      wrong[at]! ^= change
      const outcome = await unpack(wrong, [65_536]).catch((error: unknown) => error)
      expect(outcome instanceof Damage || Buffer.isBuffer(outcome)).toBe(true)
    }),
    { numRuns: runs(60, 400) },
  )
})

test.each([
  // A window of 256 MiB: zstd takes one for no more than 128 MiB unless it is told to.
  { id: 'a window that is too large', frame: [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90, 0x01, 0x00, 0x00] },
  // No byte, and a checksum that is not of no byte.
  { id: 'a wrong checksum', frame: [0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x38, 0x01, 0x00, 0x00, 1, 2, 3, 4] },
  { id: 'a dictionary that nobody has', frame: [0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 0x07, 0x01, 0x00, 0x00] },
])('$id', async ({ frame }) => {
  await expect(unpack(Buffer.from(frame), [65_536])).rejects.toThrow('has a zstd frame that cannot be unpacked')
})
