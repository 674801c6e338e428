import { expect, test } from 'vitest'
import { readLayer } from '../../src/audit/layer.ts'
import { ByteReader, iterated } from '../../src/files/archive/byte-reader.ts'
import { file, tarOf } from './make-tar.ts'

async function* pieces(bytes: Buffer) {
  yield bytes
}
const layer = (members: Parameters<typeof tarOf>[0], most: number) =>
  readLayer(new ByteReader(iterated(pieces(tarOf(members)))), most)

test.each([
  { id: 'files of one folder', members: [file('a/1'), file('a/2'), file('a/3')], count: 4 },
  { id: 'one name again and again', members: [file('a'), file('a'), file('a')], count: 3 },
  { id: 'folders that only a path names', members: [file('a/b/c/d')], count: 4 },
  { id: 'whiteouts', members: [file('.wh.a'), file('b/.wh.c')], count: 3 },
])('members of a layer are counted, and no more than a number are taken: $id', async ({ members, count }) => {
  expect((await layer(members, count)).members).toBe(count)
  await expect(layer(members, count - 1)).rejects.toThrow(/^has more than \d+ files and folders/)
})
