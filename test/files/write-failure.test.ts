import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { writeAll } from '../../src/files/write.ts'

// A rename that fails behind another that did not takes a mount point or a race, so the disk is made to refuse one here.
vi.mock(import('node:fs/promises'), async importOriginal => {
  const real = await importOriginal()
  const rename: typeof real.rename = async (from, to) => {
    if (String(to).endsWith('busy.txt')) throw Object.assign(new Error('busy'), { code: 'EBUSY' })
    await real.rename(from, to)
  }
  return { ...real, rename }
})

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torchpin-test-'))
})

afterEach(() => rm(folder, { recursive: true }))

test('when one file cannot be put in place, those before it get their old contents back', async () => {
  const names = ['a.txt', 'b.txt', 'busy.txt', 'c.txt']
  const changes = names.map(name => ({
    absolute: join(folder, name),
    before: Buffer.from(name),
    after: Buffer.from('new'),
  }))
  for (const { absolute, before } of changes) await writeFile(absolute, before, { mode: 0o640 })
  await expect(writeAll(changes)).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: `${join(folder, 'busy.txt')} cannot be written (EBUSY)`,
    hint: 'mount its folder, not the file alone',
  })
  expect((await readdir(folder)).sort()).toEqual(names)
  for (const name of names) expect(await readFile(join(folder, name), 'utf8')).toBe(name)
  expect((await stat(join(folder, 'a.txt'))).mode & 0o777).toBe(0o640)
})
