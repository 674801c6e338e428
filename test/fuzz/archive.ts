import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ByteReader, Damage, iterated } from '../../src/files/archive/byte-reader.ts'
import { tarEntries } from '../../src/files/archive/tar.ts'
import { packingOf, unpacked } from '../../src/files/archive/unpack.ts'
import { packedBytes, tarBytes } from '../arbitraries/archives.ts'
import { asyncTarget, type FuzzTarget, outcomeOfAsync } from './target.ts'

/** A reader of bytes that come in pieces of a length. */
function readerOf(bytes: Buffer, length: number): ByteReader {
  async function* split() {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
  }
  return new ByteReader(iterated(split()))
}

async function listed(reader: ByteReader): Promise<string[]> {
  const found: string[] = []
  for await (const { path, type, size, target, stored } of tarEntries(reader)) {
    assert(Number.isSafeInteger(size) && size >= 0 && Number.isSafeInteger(stored) && stored >= 0)
    found.push(`${type} ${path} ${size} ${target}`)
  }
  return found
}

const isDamage = (error: unknown): boolean => error instanceof Damage
const lengths = fc.constantFrom(1, 100, 511, 512, 4096)

export const archiveTargets: readonly FuzzTarget[] = [
  // Members are the same in whatever pieces the bytes come, or the archive is said to be damaged.
  asyncTarget('tar archives', fc.tuple(tarBytes, lengths), ([bytes, length]) =>
    outcomeOfAsync(async () => {
      assert.deepEqual(await listed(readerOf(bytes, length)), await listed(readerOf(bytes, bytes.length || 1)))
    }, isDamage),
  ),

  asyncTarget('packed archives', fc.tuple(packedBytes, lengths), ([bytes, length]) =>
    outcomeOfAsync(async () => {
      const reader = readerOf(bytes, length)
      await listed(await unpacked(reader, await packingOf(reader)))
    }, isDamage),
  ),
]
