// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pip writes a variable
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LoadOptions, loadRequirements } from '../../src/formats/requirements/files.ts'

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'torchpin-test-')))
})

afterEach(() => rm(folder, { recursive: true }))

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}

const load = (paths: string[], options: LoadOptions = {}) => loadRequirements(paths, { cwd: folder, ...options })

describe('includes', () => {
  test('are followed in order, each file once, from the folder of the file that names it', async () => {
    await write({
      'requirements/dev.txt': '-r base.txt\n-c ../constraints.txt\n-r base.txt\n',
      'requirements/base.txt': '-r deep/more.txt\ntorch\n',
      'requirements/deep/more.txt': '-r ../base2.txt',
      'requirements/base2.txt': 'numpy\n',
      'constraints.txt': 'numpy<2\n',
    })
    const files = await load(['requirements/dev.txt'])
    expect(files.map(({ path, role, root }) => [path, role, root])).toEqual([
      ['requirements/dev.txt', 'requirements', true],
      ['requirements/base.txt', 'requirements', false],
      ['requirements/deep/more.txt', 'requirements', false],
      ['requirements/base2.txt', 'requirements', false],
      ['constraints.txt', 'constraints', false],
    ])
    expect(files[0]!.includes.map(({ file, role }) => [file, role])).toEqual([
      [join(folder, 'requirements/base.txt'), 'requirements'],
      [join(folder, 'constraints.txt'), 'constraints'],
      [join(folder, 'requirements/base.txt'), 'requirements'],
    ])
    expect(files[0]!.includes[1]!.statement).toBe(files[0]!.statements[1])
    expect(files.map(({ absolute }) => absolute)).toEqual(files.map(({ path }) => join(folder, path)))
  })

  test.each([
    ['only the first of a line', '-r a.txt -r b.txt\n', ['a.txt']],
    ['-r before -c', '-c b.txt -r a.txt\n', ['a.txt']],
    ['none on the line of a requirement', 'torch -r a.txt\n', []],
    ['by a variable', '-r ${WHICH}.txt\n', ['b.txt']],
    ['quoted', '-r "with blank.txt"\n', ['with blank.txt']],
  ])('%s', async (_, text, read) => {
    await write({ 'r.txt': text, 'a.txt': '', 'b.txt': '', 'with blank.txt': '' })
    const files = await load(['r.txt'], { environment: { WHICH: 'b' } })
    expect(files.slice(1).map(({ path }) => path)).toEqual(read)
  })

  test('by a file URL', async () => {
    await write({ 'r.txt': `-r ${pathToFileURL(join(folder, 'a b.txt'))}\n`, 'a b.txt': 'torch\n' })
    expect((await load(['r.txt'])).map(({ absolute }) => absolute)).toEqual([
      join(folder, 'r.txt'),
      join(folder, 'a b.txt'),
    ])
  })

  test('from the net are told and not read', async () => {
    await write({ 'r.txt': '-r https://h/base.txt\n-c HTTP://h/c.txt\ntorch\n' })
    const files = await load(['r.txt'])
    expect(files).toHaveLength(1)
    expect(files[0]!.remoteIncludes.map(({ url, role }) => [url, role])).toEqual([
      ['https://h/base.txt', 'requirements'],
      ['HTTP://h/c.txt', 'constraints'],
    ])
  })
})

describe('the role of a file', () => {
  test.each([
    [
      'what constraints include by -r are requirements, as with pip',
      { 'r.txt': '-c c.txt', 'c.txt': '-r o.txt', 'o.txt': '' },
      ['r.txt'],
      ['requirements', 'constraints', 'requirements'],
    ],
    [
      'constraints and requirements at once',
      { 'r.txt': '-c c.txt\n-r c.txt', 'c.txt': '' },
      ['r.txt'],
      ['requirements', 'requirements'],
    ],
    [
      'constraints that the user names too',
      { 'r.txt': '-c c.txt', 'c.txt': '' },
      ['c.txt', 'r.txt'],
      ['constraints', 'requirements'],
    ],
  ])('%s', async (_, files, roots, roles) => {
    await write(files)
    expect((await load(roots)).map(({ role }) => role)).toEqual(roles)
  })
})

describe('one file', () => {
  test('named twice', async () => {
    await write({ 'r.txt': 'torch' })
    expect(await load(['r.txt', './r.txt', join(folder, 'r.txt')])).toHaveLength(1)
  })

  test('under two names', async () => {
    await write({ 'r.txt': '-r link.txt\n-r real.txt\n', 'real.txt': 'torch' })
    await symlink('real.txt', join(folder, 'link.txt'))
    const files = await load(['r.txt'])
    expect(files.map(({ path }) => path)).toEqual(['r.txt', 'link.txt'])
    expect(files[0]!.includes.map(({ file }) => file)).toEqual([files[1]!.absolute, files[1]!.absolute])
  })

  test('keeps its bytes and its encoding', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('torch\r\n', 'utf16le')])
    await write({ 'r.txt': bytes })
    const [file] = await load(['r.txt'])
    expect(file).toMatchObject({ source: 'torch\r\n', encoding: { name: 'utf-16le', bom: true } })
    expect(Buffer.compare(file!.bytes, bytes)).toBe(0)
  })

  test('from standard input; its includes start at the current folder', async () => {
    await write({ 'a.txt': 'numpy' })
    const files = await load(['-'], { stdin: Buffer.from('-r a.txt\ntorch\n') })
    expect(files.map(({ path, root }) => [path, root])).toEqual([
      ['-', true],
      ['a.txt', false],
    ])
  })
})

describe('rings of includes', () => {
  test.each([
    ['of one', { 'r.txt': '-r r.txt' }, 'r.txt includes itself'],
    [
      'of two',
      { 'r.txt': 'torch\n-c sub/c.txt', 'sub/c.txt': '-r ../r.txt' },
      'r.txt includes sub/c.txt, which includes r.txt again',
    ],
    [
      'away from the root',
      { 'r.txt': '-r a.txt', 'a.txt': '-r b.txt', 'b.txt': '-r a.txt' },
      'a.txt includes b.txt, which includes a.txt again',
    ],
  ])('%s', async (_, files, message) => {
    await write(files)
    await expect(load(['r.txt'])).rejects.toMatchObject({ code: 'INCLUDE_CYCLE', message })
  })

  test('through a link to a folder', async () => {
    await write({ 'r.txt': '-r self/r.txt' })
    await symlink('.', join(folder, 'self'))
    await expect(load(['r.txt'])).rejects.toMatchObject({ code: 'INCLUDE_CYCLE' })
  })
})

describe('what cannot be read', () => {
  test.each([
    ['missing', {}, 'r.txt does not exist'],
    ['missing, included', { 'r.txt': 'torch\n\n-r sub/a.txt' }, 'sub/a.txt does not exist, included by r.txt:3'],
    ['a folder', { 'r.txt': '-r sub', 'sub/x': '' }, 'sub is a folder, included by r.txt:1'],
    ['not decodable', { 'r.txt': Buffer.from([0xe9]) }, 'r.txt is not UTF-8 throughout'],
    [
      'a file of another machine',
      { 'r.txt': '-r file://elsewhere/x' },
      'r.txt:1 includes file://elsewhere/x, which is no file of this machine',
    ],
  ])('%s', async (_, files, message) => {
    await write(files)
    await expect(load(['r.txt'])).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message })
  })

  test.skipIf(process.getuid?.() === 0)('not permitted', async () => {
    await write({ 'r.txt': '' })
    await chmod(join(folder, 'r.txt'), 0)
    await expect(load(['r.txt'])).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('EACCES'),
    })
  })
})
