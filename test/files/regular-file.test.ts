import { spawnSync } from 'node:child_process'
import { symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readBeginning, readBeginningSync, readRegular, streamRegular } from '../../src/files/regular-file.ts'
import { isFull } from '../full.ts'
import { commandIn } from '../loopback/in-process.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { folderWith } from '../workspace/temporary.ts'

const posix = process.platform !== 'win32'
const linux = process.platform === 'linux'

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

/** Makes, at a path, something that is no regular file of a decent size. */
const unfit: Readonly<Record<string, { readonly make: (path: string) => void; readonly why: string }>> = {
  'a pipe that nobody writes to': {
    make: path => spawnSync('sh', ['-c', 'mkfifo "$0"', path]),
    why: 'is no regular file',
  },
  'a device without an end': { make: path => symlinkSync('/dev/zero', path), why: 'is no regular file' },
  'a device that waits': { make: path => symlinkSync('/dev/random', path), why: 'is no regular file' },
  'a terminal': { make: path => symlinkSync('/dev/tty', path), why: 'is no regular file' },
  'a folder': { make: path => symlinkSync('/', path), why: 'is a folder' },
  'a file with a hole of a terabyte': {
    make: path => {
      spawnSync('touch', [path])
      truncateSync(path, 2 ** 40)
    },
    why: 'is larger than 16 MiB',
  },
}

describe.runIf(posix)('what is no regular file, or too large', () => {
  test.each(Object.entries(unfit))('%s is not read', async (_, { make, why }) => {
    const path = join(folderWith({}), 'it')
    make(path)
    await expect(readRegular(path)).rejects.toThrow(why === 'is no regular file' ? /no regular file|ENXIO|ENODEV/ : why)
    if (why === 'is larger than 16 MiB') return
    await expect(readBeginning(path, 10)).rejects.toThrow()
    expect(() => readBeginningSync(path, 10)).toThrow()
    await expect(gathered(streamRegular(path))).rejects.toThrow()
  })

  test('a file is read whole, in whatever pieces', async () => {
    const bytes = Buffer.alloc(3 * 2 ** 20 + 7, 'torch==2.13.0\n')
    const path = join(folderWith({ 'a.txt': bytes, empty: '' }), 'a.txt')
    expect(Buffer.compare(await readRegular(path), bytes)).toBe(0)
    expect(Buffer.compare(await gathered(streamRegular(path)), bytes)).toBe(0)
    expect((await readRegular(join(path, '../empty'))).length).toBe(0)
    expect((await readBeginning(path, 5)).toString()).toBe('torch')
    expect(readBeginningSync(path, 5).toString()).toBe('torch')
    await expect(readRegular(path, 2 ** 20)).rejects.toThrow('is larger than 1 MiB')
  })

  test.runIf(linux)('a file of the kernel, whose size is not told, is read as far as allowed', async () => {
    expect((await readRegular('/proc/self/environ')).length).toBeGreaterThan(0)
    await expect(readRegular('/proc/self/environ', 1)).rejects.toThrow('is larger than 0 MiB')
  })
})

/** Where the command reads a file, and what it does where the file is unfit. */
const readers: Readonly<Record<string, { args: string[]; at: string; files?: Record<string, string>; code: number }>> =
  {
    'a requirements file': { args: ['check', 'r.txt'], at: 'r.txt', code: 2 },
    'an included file': { args: ['check', 'r.txt'], at: 'b.txt', files: { 'r.txt': '-r b.txt\n' }, code: 2 },
    constraints: { args: ['check', 'r.txt'], at: 'c.txt', files: { 'r.txt': '-c c.txt\n' }, code: 2 },
    'torchpin.toml': { args: ['check', 'r.txt'], at: 'torchpin.toml', files: { 'r.txt': 'six==1.17.0\n' }, code: 2 },
    'pyproject.toml': { args: ['check', 'r.txt'], at: 'pyproject.toml', files: { 'r.txt': 'six==1.17.0\n' }, code: 0 },
    '.python-version': {
      args: ['check', 'r.txt'],
      at: '.python-version',
      files: { 'r.txt': 'six==1.17.0\n' },
      code: 0,
    },
    'runtime.txt': { args: ['check', 'r.txt'], at: 'runtime.txt', files: { 'r.txt': 'six==1.17.0\n' }, code: 0 },
    '.gitignore': { args: ['check', '.'], at: '.gitignore', files: { 'requirements.txt': 'six==1.17.0\n' }, code: 0 },
    'a page of links': {
      args: ['check', 'r.txt'],
      at: 'links/a.html',
      files: { 'r.txt': '--find-links links\nsix==1.17.0\n', 'links/': '' },
      code: 0,
    },
    'a wheel': {
      args: ['check', 'r.txt'],
      at: 'links/six-1.17.0-py3-none-any.whl',
      files: { 'r.txt': '--find-links links\nsix==1.17.0\n', 'links/': '' },
      code: 0,
    },
    Dockerfile: { args: ['docker', 'check', 'Dockerfile'], at: 'Dockerfile', code: 2 },
    '.dockerignore': {
      args: ['docker', 'check'],
      at: '.dockerignore',
      files: { Dockerfile: 'FROM python:3.12-slim\n' },
      code: 2,
    },
    'a Dockerfile that init would replace': {
      args: ['docker', 'init', '--dry-run', '--force'],
      at: 'Dockerfile',
      files: { 'requirements.txt': 'six==1.17.0\n' },
      code: 2,
    },
    'uv.lock': {
      args: ['docker', 'init', '--dry-run'],
      at: 'uv.lock',
      files: { 'requirements.txt': 'six==1.17.0\n' },
      code: 0,
    },
    'netrc of the user': { args: ['check', 'r.txt'], at: '.netrc', files: { 'r.txt': 'six==1.17.0\n' }, code: 0 },
    'pip.conf of the user': {
      args: ['check', 'r.txt'],
      at: '.config/pip/pip.conf',
      files: { 'r.txt': 'six==1.17.0\n', '.config/pip/': '' },
      code: 0,
    },
    'an archive to audit': { args: ['audit', 'app.tar'], at: 'app.tar', code: 2 },
  }

describe.runIf(posix)('each reader ends, whatever lies where it reads', () => {
  const kinds = ['a pipe that nobody writes to', 'a device without an end']
  test.each(Object.entries(readers).flatMap(([id, reader]) => kinds.map(kind => [id, kind, reader] as const)))(
    '%s: %s',
    async (_, kind, { args, at, files = {}, code }) => {
      const cwd = folderWith({ '.git/HEAD': '', ...files })
      unfit[kind]!.make(join(cwd, at))
      const flags = args[0] === 'check' ? ['--offline', '--no-sizes', '--python', '3.12'] : []
      const env = at.includes('pip.conf') ? { PIP_CONFIG_FILE: '' } : {}
      const ended = await (isFull ? torchpinIn : commandIn)(cwd)(cwd, [...args, ...flags], { env })
      expect(ended.stderr).not.toContain('this is a bug')
      expect(ended.code).toBe(code)
      if (code === 2) expect(ended.stderr).toMatch(/^error\[FILE_UNREADABLE\]|^error\[FILE_OUTSIDE\]/)
    },
  )

  test.each([
    ['rewrite', ['rewrite', '-']],
    ['check', ['check', '-']],
    ['explain', ['explain', '-']],
  ])('standard input of %s has a limit too', async (_, args) => {
    const cwd = folderWith({})
    const { code, stderr } = await torchpinIn(cwd)(cwd, args, { stdin: Buffer.alloc(17 * 2 ** 20, '#') })
    expect(stderr).toContain('standard input is larger than 16 MiB')
    expect(code).toBe(2)
  })
})
