import { spawnSync } from 'node:child_process'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clearLeftovers, writeAll } from '../../src/files/write.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torchpin-test-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function change(name: string, before: string, after: string) {
  await writeFile(join(folder, name), before)
  return { absolute: join(folder, name), before: Buffer.from(before), after: Buffer.from(after) }
}

const contents = async (): Promise<Record<string, string>> => {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(
    await Promise.all(
      names.map(async name => [
        name,
        (await stat(join(folder, name))).isDirectory() ? '/' : await readFile(join(folder, name), 'utf8'),
      ]),
    ),
  )
}

describe('made anew', () => {
  const fresh = (name: string, after: string) => ({
    absolute: join(folder, name),
    before: undefined,
    after: Buffer.from(after),
  })

  test('beside files that change, and nothing else', async () => {
    await writeAll([fresh('new.txt', 'n'), await change('a.txt', 'a', 'b')])
    expect(await contents()).toEqual({ 'a.txt': 'b', 'new.txt': 'n' })
  })

  test('with the mode that the umask leaves', async () => {
    await writeAll([fresh('new.txt', 'n')])
    expect((await stat(join(folder, 'new.txt'))).mode & 0o7777).toBe(0o666 & ~process.umask())
  })

  test('never over a file that has come into being', async () => {
    const planned = [await change('a.txt', 'a', 'b'), fresh('new.txt', 'n')]
    await writeFile(join(folder, 'new.txt'), 'theirs')
    await expect(writeAll(planned)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    expect(await contents()).toEqual({ 'a.txt': 'a', 'new.txt': 'theirs' })
  })

  test('nor over a link that leads nowhere', async () => {
    await symlink('nowhere', join(folder, 'new.txt'))
    await expect(writeAll([fresh('new.txt', 'n')])).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  })

  test('gone again where another file cannot be put in place', async () => {
    const planned = [fresh('new.txt', 'n'), { ...(await change('a.txt', 'a', 'b')), before: Buffer.from('other') }]
    await expect(writeAll(planned)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    expect(await contents()).toEqual({ 'a.txt': 'a' })
  })

  test('not in a folder that is not there', async () => {
    await expect(writeAll([fresh('no/new.txt', 'n')])).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  })
})

describe('written', () => {
  test('all files, and nothing beside them', async () => {
    await writeAll([await change('a.txt', 'a', 'A\0\r\n'), await change('b.txt', 'b', '')])
    expect(await contents()).toEqual({ 'a.txt': 'A\0\r\n', 'b.txt': '' })
  })

  test.each([0o600, 0o666, 0o755])('mode %o stays', async mode => {
    const changed = await change('a.txt', 'a', 'b')
    await chmod(changed.absolute, mode)
    await writeAll([changed])
    expect((await stat(changed.absolute)).mode & 0o7777).toBe(mode)
  })

  test('through a link, which stays one', async () => {
    await mkdir(join(folder, 'sub'))
    const { before, after } = await change('sub/real.txt', 'a', 'b')
    await symlink('sub/real.txt', join(folder, 'link.txt'))
    await writeAll([{ absolute: join(folder, 'link.txt'), before, after }])
    expect((await lstat(join(folder, 'link.txt'))).isSymbolicLink()).toBe(true)
    expect(await readlink(join(folder, 'link.txt'))).toBe('sub/real.txt')
    expect(await readFile(join(folder, 'sub/real.txt'), 'utf8')).toBe('b')
    expect(await readdir(join(folder, 'sub'))).toEqual(['real.txt'])
  })

  test('no change at all', async () => {
    await writeAll([])
    expect(await contents()).toEqual({})
  })
})

describe('refused, and nothing written', () => {
  test('a file that has changed', async () => {
    const changes = [await change('a.txt', 'a', 'A'), await change('b.txt', 'b', 'B')]
    await writeFile(join(folder, 'b.txt'), 'other')
    await expect(writeAll(changes)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringContaining('b.txt'),
    })
    expect(await contents()).toEqual({ 'a.txt': 'a', 'b.txt': 'other' })
  })

  test('a file that is gone', async () => {
    const changes = [
      await change('a.txt', 'a', 'A'),
      { ...(await change('b.txt', '', 'B')), absolute: join(folder, 'c.txt') },
    ]
    await expect(writeAll(changes)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('ENOENT'),
    })
    expect(await contents()).toEqual({ 'a.txt': 'a', 'b.txt': '' })
  })

  test('a path that has become a folder', async () => {
    const changes = [await change('a.txt', 'a', 'A'), await change('b.txt', 'b', 'B')]
    await rm(join(folder, 'b.txt'))
    await mkdir(join(folder, 'b.txt'))
    await expect(writeAll(changes)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    expect(await contents()).toEqual({ 'a.txt': 'a', 'b.txt': '/' })
  })

  test.skipIf(process.getuid?.() === 0)('a file that must not be written', async () => {
    const changed = await change('a.txt', 'a', 'b')
    await chmod(changed.absolute, 0o444)
    await expect(writeAll([changed])).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
    expect(await contents()).toEqual({ 'a.txt': 'a' })
  })
})

describe('what a killed run left behind', () => {
  /** The id of a process that is no longer there. */
  const gone = () => spawnSync(process.execPath, ['-e', '']).pid

  test('is cleared away beside the file, and nothing else is', async () => {
    const others = [
      `.b.txt.${gone()}-01234567.torchpin`,
      `.a.txt.${process.pid}-01234567.torchpin`,
      '.a.txt.torchpin',
      '.a.txt.1-xyz.torchpin',
      `a.txt.${gone()}-01234567.torchpin`,
    ]
    for (const name of [`.a.txt.${gone()}-89abcdef.torchpin`, ...others]) await writeFile(join(folder, name), 'x')
    await writeAll([await change('a.txt', 'a', 'A')])
    expect(Object.keys(await contents())).toEqual(['a.txt', ...others].sort())
  })

  test('is cleared away beside a file that does not change, and through a link', async () => {
    await change('a.txt', 'a', 'a')
    await mkdir(join(folder, 'sub'))
    await symlink('../a.txt', join(folder, 'sub/link.txt'))
    await writeFile(join(folder, `.a.txt.${gone()}-89abcdef.torchpin`), 'x')
    await clearLeftovers([join(folder, 'sub/link.txt'), join(folder, 'missing/b.txt')])
    expect(Object.keys(await contents())).toEqual(['a.txt', 'sub'])
  })

  test('is cleared away after an hour where the number of its process is in use again, as in containers', async () => {
    const leftover = join(folder, `.a.txt.${process.pid}-89abcdef.torchpin`)
    await writeFile(leftover, 'x')
    await utimes(leftover, 0, 0)
    await writeAll([await change('a.txt', 'a', 'A')])
    expect(await contents()).toEqual({ 'a.txt': 'A' })
  })
})
