import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ByteReader, iterated } from '../../src/files/archive/byte-reader.ts'
import { tarEntries } from '../../src/files/archive/tar.ts'
import { makeTar } from '../package-index/tar.ts'
import { file, hardlink, headerBlock, padded, paxRecord, sealed, symlink, tarOf } from './make-tar.ts'

/** A reader of bytes that come in pieces of a length. */
function readerOf(bytes: Buffer, length = bytes.length || 1): ByteReader {
  async function* split() {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
  }
  return new ByteReader(iterated(split()))
}

async function listed(bytes: Buffer, length?: number): Promise<string[]> {
  const found: string[] = []
  for await (const { path, type, size, target } of tarEntries(readerOf(bytes, length)))
    found.push(`${type} ${path} ${size}${target === '' ? '' : ` -> ${target}`}`)
  return found
}

const long = `${'deep/'.repeat(60)}end.so`
const accented = `${'füße/'.repeat(30)}ß`

describe('members', () => {
  test.each([
    { id: 'a file', members: [file('a', 'x')], expected: ['file a 1'] },
    { id: 'an empty file', members: [file('a')], expected: ['file a 0'] },
    {
      id: 'a file of exactly one block',
      members: [file('a', 512), file('b', 1)],
      expected: ['file a 512', 'file b 1'],
    },
    { id: 'a long name', members: [file(long, 'x'), file('b')], expected: [`file ${long} 1`, 'file b 0'] },
    { id: 'a long name beyond ASCII', members: [file(accented, 'x')], expected: [`file ${accented} 1`] },
    { id: 'a long hard link', members: [hardlink('b', long)], expected: [`hard-link b 0 -> ${long}`] },
    { id: 'a symbolic link', members: [symlink('b', '../a')], expected: ['symbolic-link b 0 -> ../a'] },
    { id: 'a folder of old: a file with a slash', members: [file('a/', '')], expected: ['folder a/ 0'] },
    { id: 'a device', members: [{ path: 'null', flag: '3' }], expected: ['other null 0'] },
    {
      id: 'a kind that nobody knows is a file',
      members: [{ path: 'a', flag: 'Z', data: 'xy' }],
      expected: ['file a 2'],
    },
  ])('$id', async ({ members, expected }) => {
    for (const style of ['pax', 'gnu'] as const)
      for (const pieces of [1, 511, 512, 1000, 2 ** 20])
        expect(await listed(tarOf(members, style), pieces), `${style} in pieces of ${pieces}`).toEqual(expected)
  })

  test('a size to base 256, and one in a pax header, which wins', async () => {
    const wide = Buffer.concat([
      headerBlock({ name: 'a', type: '0', size: 3, wide: true }),
      ...padded(Buffer.from('abc')),
    ])
    expect(await listed(wide)).toEqual(['file a 3'])
    const record = Buffer.from(paxRecord('size', '3'))
    const told = [headerBlock({ name: 'x', type: 'x', size: record.length }), ...padded(record)]
    const member = [headerBlock({ name: 'a', type: '0', size: 0 }), ...padded(Buffer.from('abc'))]
    expect(await listed(Buffer.concat([...told, ...member]))).toEqual(['file a 3'])
  })

  test('headers for all of the archive hold until something says otherwise', async () => {
    const record = Buffer.from(paxRecord('path', 'common'))
    const common = [headerBlock({ name: 'g', type: 'g', size: record.length }), ...padded(record)]
    expect(await listed(Buffer.concat([...common, tarOf([file('a'), file(long)])]))).toEqual([
      'file common 0',
      `file ${long} 0`,
    ])
  })

  test('names that are not UTF-8 stay apart', async () => {
    const named = (byte: number) => {
      const block = headerBlock({ name: 'n_', type: '0', size: 0 })
      block[1] = byte
      return sealed(block)
    }
    const [a, b] = await listed(Buffer.concat([named(0xff), named(0xfe)]))
    expect(a).not.toBe(b)
  })

  test('the end is a block of zeros, or the end of the bytes', async () => {
    const whole = tarOf([file('a', 'x')])
    expect(await listed(whole.subarray(0, 1024))).toEqual(['file a 1'])
    expect(await listed(whole.subarray(0, 513))).toEqual(['file a 1'])
    expect(await listed(Buffer.concat([whole, Buffer.from('anything')]))).toEqual(['file a 1'])
    expect(await listed(Buffer.alloc(0))).toEqual([])
  })
})

describe('damage', () => {
  const whole = tarOf([file('a', 'x'.repeat(600)), file(long, 'y')])
  test.each([
    {
      id: 'in the middle of the first header',
      bytes: whole.subarray(0, 100),
      problem: 'is cut off in the middle of a header',
    },
    { id: 'in the middle of a file', bytes: whole.subarray(0, 1000), problem: 'is cut off in the middle of a' },
    {
      id: 'in the middle of a long name',
      bytes: whole.subarray(0, 1536 + 600),
      problem: 'is cut off in the middle of a header',
    },
    { id: 'no archive', bytes: Buffer.alloc(1024, 'no archive '), problem: 'has a block that is no tar header' },
    {
      id: 'a size beyond all measure',
      bytes: sealed(Object.assign(headerBlock({ name: 'a', type: '0', size: 0 }), { 124: 0x80, 125: 0x7f })),
      problem: 'has an entry of impossible size',
    },
    {
      id: 'a name beyond all measure',
      bytes: headerBlock({ name: 'a', type: 'L', size: 2 ** 30 }),
      problem: 'has an extended header of impossible size',
    },
    {
      id: 'a pax record that is longer than its header',
      bytes: Buffer.concat([headerBlock({ name: 'a', type: 'x', size: 9 }), ...padded(Buffer.from('99 path=a'))]),
      problem: 'has an extended header that cannot be read',
    },
  ])('$id', async ({ bytes, problem }) => {
    await expect(listed(bytes)).rejects.toMatchObject({ name: 'Damage', message: problem })
    await expect(listed(bytes, 7)).rejects.toMatchObject({ name: 'Damage', message: problem })
  })
})

describe('what others write', () => {
  test('the writer of the other tests', async () => {
    expect(await listed(makeTar({ 'demo-1.0/PKG-INFO': 'Name: demo\n' }))).toEqual(['file demo-1.0/PKG-INFO 11'])
  })

  // Made by GNU tar 1.34 (--sparse): 30 pieces of data in 1 MiB of holes.
  test.each(['sparse-gnu.tar.gz', 'sparse-pax.tar.gz'])('%s', async name => {
    const archive = gunzipSync(readFileSync(resolve(import.meta.dirname, '../../fixtures/audit', name)))
    expect(await listed(archive)).toEqual(['file s 1048576', 'file z 6'])
  })

  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'torchpin-tar-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const script = `
import io, sys, tarfile
path, form = sys.argv[1:]
with tarfile.open(path, 'w', format=getattr(tarfile, form)) as archive:
    def add(name, type=tarfile.REGTYPE, data=b'', target=''):
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname = type, len(data), target
        archive.addfile(info, io.BytesIO(data))
    deep = 'd/' * 45
    names = ['a', 'x' * 99, 'x' * 100, deep + 'f' * 99]
    if form != 'USTAR_FORMAT':
        names += ['x' * 101, deep * 4 + 'end', 'ü' * 80, 'é/' * 120 + 'z', 'new\\nline']
    for i, name in enumerate(names):
        add(name, data=b'.' * (i * 300))
        add('hard%d' % i, tarfile.LNKTYPE, target=name if form != 'USTAR_FORMAT' or len(name) <= 100 else 'a')
        add('soft%d' % i, tarfile.SYMTYPE, target='../' + name[:80])
    add('folder', tarfile.DIRTYPE)
    add('pipe', tarfile.FIFOTYPE)
with tarfile.open(path) as archive:
    kinds = {tarfile.LNKTYPE: 'hard-link', tarfile.SYMTYPE: 'symbolic-link', tarfile.DIRTYPE: 'folder', tarfile.FIFOTYPE: 'other'}
    for info in archive:
        target = ' -> ' + info.linkname if info.linkname else ''
        sys.stdout.buffer.write(f'{kinds.get(info.type, "file")} {info.name} {info.size}{target}\\0'.encode())
`
  const python = ((): boolean => {
    try {
      execFileSync('python3', ['-c', 'import tarfile'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()

  test.skipIf(!python).each(['USTAR_FORMAT', 'GNU_FORMAT', 'PAX_FORMAT'])(
    "Python's tarfile in %s reads the same from what it wrote (skipped without python3)",
    async form => {
      const path = join(folder, `${form}.tar`)
      const read = execFileSync('python3', ['-c', script, path, form], { encoding: 'utf8' })
      const expected = read.split('\0').filter(line => line !== '')
      expect(expected.length).toBeGreaterThan(10)
      // Python takes the slash off the names of folders.
      expect((await listed(readFileSync(path))).map(line => line.replace(/^folder (.*)\/ 0$/, 'folder $1 0'))).toEqual(
        expected,
      )
    },
  )
})
