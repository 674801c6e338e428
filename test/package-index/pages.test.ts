import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveFileLink } from '../../src/package-index/file-link.ts'
import { pageFiles } from '../../src/package-index/page.ts'
import { releasesOf } from '../../src/package-index/releases.ts'
import { parseSimpleHtml } from '../../src/package-index/simple-html.ts'
import { parseSimpleJson } from '../../src/package-index/simple-json.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/package-index/${name}`, import.meta.url), 'utf8')
const page = 'https://index.example.org/whl/cpu/torch/'
const digest = (letters: string, last: number) => `${letters}${String(last).padStart(62, '0')}`

describe('wheel variants (PEP 825) on a page', () => {
  const names = [
    'torch-9.0.0-cp311-cp311-manylinux_2_28_x86_64-null.whl',
    'torch-9.0.0-cp311-cp311-manylinux_2_28_x86_64-cu130.whl',
    'torch-9.0.0-variants.json',
    'torch-8.0.0-cp311-cp311-manylinux_2_28_x86_64.whl',
    'torch-8.0.0-cp311-cp311-manylinux_2_28_x86_64-null.whl',
  ]
  const html = names.map(name => `<a href="${name}#sha256=${digest('aa', 1)}">${name}</a>`).join('')
  const json = JSON.stringify({
    name: 'torch',
    files: names.map(filename => ({ filename, url: filename, hashes: {} })),
  })

  test.each([
    ['HTML', parseSimpleHtml(html, page)],
    ['JSON', parseSimpleJson(json, page)],
  ])('%s: are no release of their own, and no file of one', (_, files) => {
    const releases = releasesOf({ project: 'torch', files, origin: 'live' })
    expect(releases.map(({ text, length }) => [text, length])).toEqual([['8.0.0', 1]])
    expect(releases[0]!.file(0).filename).toBe('torch-8.0.0-cp311-cp311-manylinux_2_28_x86_64.whl')
  })
})

describe('HTML pages', () => {
  test('the generated dialect: root-relative and absolute links, %2B, hashes of the file and of its metadata', () => {
    expect(parseSimpleHtml(fixture('generated.html'), page)).toEqual([
      {
        filename: 'torch-2.10.0-2-cp311-none-macosx_11_0_arm64.whl',
        url: 'https://index.example.org/whl/cpu/torch-2.10.0-2-cp311-none-macosx_11_0_arm64.whl',
        hashes: { sha256: digest('aa', 1) },
        yanked: false,
        uploadTime: '2026-01-20T10:00:00Z',
        metadataOffered: false,
      },
      {
        filename: 'torch-2.5.1+cpu-cp311-cp311-linux_x86_64.whl',
        url: 'https://index.example.org/whl/cpu/torch-2.5.1%2Bcpu-cp311-cp311-linux_x86_64.whl',
        hashes: { sha256: digest('aa', 2) },
        yanked: false,
        metadataOffered: false,
      },
      {
        filename: 'torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl',
        url: 'https://files.example.org/whl/cpu/torch-2.13.0%2Bcpu-cp311-cp311-manylinux_2_28_x86_64.whl',
        hashes: { sha256: digest('aa', 3) },
        yanked: false,
        uploadTime: '2026-07-08T19:28:16Z',
        metadataOffered: true,
        metadataSha256: digest('bb', 3),
      },
      {
        filename: 'torch-2.15.0.dev20261101+cpu-cp311-cp311-win_amd64.whl',
        url: 'https://index.example.org/whl/nightly/cpu/torch-2.15.0.dev20261101%2Bcpu-cp311-cp311-win_amd64.whl',
        hashes: {},
        yanked: false,
        metadataOffered: false,
      },
    ])
  })

  test('the copied dialect: requires-python with entities, yanked with a reason, source archives', () => {
    const files = parseSimpleHtml(fixture('copied.html'), page)
    expect(
      files.map(({ filename, requiresPython, yanked, metadataOffered }) => [
        filename,
        requiresPython,
        yanked,
        metadataOffered,
      ]),
    ).toEqual([
      ['sympy-0.6.0.tar.gz', undefined, false, false],
      ['sympy-1.13.2-py3-none-any.whl', '>=3.8', true, true],
      ['sympy-1.13.3-py3-none-any.whl', '>=3.8, !=3.9.0', false, true],
    ])
    expect(files.map(file => file.metadataSha256)).toEqual([undefined, digest('dd', 2), undefined])
  })

  test.each([
    {
      id: 'attribute without quotes, upper case',
      html: '<A HREF=a-1.tar.gz DATA-YANKED>x</A>',
      expected: { url: `${page}a-1.tar.gz`, yanked: true },
    },
    {
      id: 'empty reason is yanked all the same',
      html: '<a href="a-1.tar.gz" data-yanked="">',
      expected: { yanked: true },
    },
    {
      id: 'base href',
      html: '<base href="/files/"><a href="a-1.tar.gz">',
      expected: { url: 'https://index.example.org/files/a-1.tar.gz' },
    },
    {
      id: 'only the first base href',
      html: '<base href="/one/"><base href="/two/"><a href="a-1.tar.gz">',
      expected: { url: 'https://index.example.org/one/a-1.tar.gz' },
    },
    {
      id: 'page-relative',
      html: '<a href="../../packages/a-1.tar.gz#md5=0F">',
      expected: { url: 'https://index.example.org/whl/packages/a-1.tar.gz', hashes: { md5: '0f' } },
    },
    {
      id: 'entity in an href',
      html: '<a href="a-1.tar.gz?x=1&amp;y=2">',
      expected: { url: `${page}a-1.tar.gz?x=1&y=2`, filename: 'a-1.tar.gz' },
    },
    {
      id: 'a literal plus is escaped',
      html: '<a href="a-1+cpu-py3-none-any.whl">',
      expected: { url: `${page}a-1%2Bcpu-py3-none-any.whl`, filename: 'a-1+cpu-py3-none-any.whl' },
    },
    {
      id: 'a hash among other words of a fragment',
      html: '<a href="a-1.tar.gz#egg=a&sha256=ABCD">',
      expected: { hashes: { sha256: 'abcd' } },
    },
    { id: 'a hash that is none', html: '<a href="a-1.tar.gz#sha256=xyz">', expected: { hashes: {} } },
    {
      id: 'the old name of core-metadata',
      html: '<a href="a-1.whl" data-dist-info-metadata="true">',
      expected: { metadataOffered: true },
    },
    {
      id: 'the new name wins',
      html: '<a href="a-1.whl" data-core-metadata="false" data-dist-info-metadata="true">',
      expected: { metadataOffered: false },
    },
    {
      id: 'empty requires-python',
      html: '<a href="a-1.whl" data-requires-python="">',
      expected: { requiresPython: undefined },
    },
    {
      id: 'a link in a comment is none',
      html: '<!-- <a href="b-1.whl"> --><a href="a-1.whl">',
      expected: { filename: 'a-1.whl' },
    },
    { id: 'text after an unclosed tag', html: '<a href="a-1.whl">a<p', expected: { filename: 'a-1.whl' } },
  ])('$id', ({ html, expected }) => {
    const [file, ...more] = parseSimpleHtml(html, page)
    expect(more).toEqual([])
    expect(file).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)))
    for (const [key, value] of Object.entries(expected)) if (value === undefined) expect(file).not.toHaveProperty(key)
  })

  test.each([
    '<a>',
    '<a href="">',
    '<a href="folder/">',
    '<a href="javascript:alert(1)">',
    '<a href="data:text/html,a-1.whl">',
    '<a href="file:///etc/a-1.whl">',
    '<a href="http://[">',
    '<a href="..%2F..%2Fa-1.whl">',
    '<a href="a%5Cb.whl">',
    '<a href="%00a-1.whl">',
  ])('%s is no link to a file', html => expect(parseSimpleHtml(html, page)).toEqual([]))

  test('a local page may link to local files', () => {
    expect(parseSimpleHtml('<a href="../../files/a-1.whl">', 'file:///x/simple/a/index.html')).toMatchObject([
      { url: 'file:///x/files/a-1.whl' },
    ])
  })

  test('a later major version of the format is refused, a later minor one is not', () => {
    const versioned = (version: string) =>
      `<meta name="pypi:repository-version" content="${version}"><a href="a-1.whl">`
    expect(parseSimpleHtml(versioned('1.9'), page)).toHaveLength(1)
    expect(() => parseSimpleHtml(versioned('2.0'), page)).toThrow(
      /torch\/ cannot be read as an index page: it has version 2\.0/,
    )
  })
})

describe('JSON pages', () => {
  test('all fields', () => {
    expect(parseSimpleJson(fixture('page.json'), page)).toEqual([
      {
        filename: 'torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl',
        url: 'https://files.example.org/packages/aa/bb/torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl',
        hashes: { sha256: digest('ee', 1), blake2b_256: 'ff01' },
        size: 526_574_961,
        requiresPython: '>=3.10',
        yanked: false,
        uploadTime: '2026-07-08T18:01:02.345678Z',
        metadataOffered: true,
        metadataSha256: digest('ff', 1),
      },
      {
        filename: 'torch-2.12.1.tar.gz',
        url: 'https://index.example.org/whl/files/torch-2.12.1.tar.gz',
        hashes: {},
        yanked: true,
        metadataOffered: true,
      },
      {
        filename: 'torch-2.12.0-cp311-cp311-win_amd64.whl',
        url: 'https://files.example.org/packages/torch-2.12.0-cp311-cp311-win_amd64.whl',
        hashes: { md5: '00' },
        yanked: true,
        metadataOffered: false,
      },
    ])
  })

  const file = { filename: 'a-1.whl', url: 'a-1.whl', hashes: {} }
  test.each([
    { id: 'no JSON', body: '<html>', problem: 'it is not JSON' },
    { id: 'cut short', body: '{"files": [', problem: 'it is not JSON' },
    { id: 'a list', body: [], problem: 'it is not a JSON object' },
    { id: 'null', body: null, problem: 'it is not a JSON object' },
    { id: 'no files', body: { meta: {} }, problem: 'it has no list named "files"' },
    { id: 'files as an object', body: { files: {} }, problem: 'it has no list named "files"' },
    { id: 'a file that is text', body: { files: [file, 'x'] }, problem: 'files[1] is not an object' },
    { id: 'no filename', body: { files: [{ url: 'x' }] }, problem: 'files[0].filename is missing' },
    { id: 'no url', body: { files: [{ filename: 'x' }] }, problem: 'files[0].url is missing' },
    { id: 'url as a number', body: { files: [{ ...file, url: 1 }] }, problem: 'files[0].url is not text' },
    {
      id: 'size as text',
      body: { files: [{ ...file, size: '1' }] },
      problem: 'files[0].size is not a number of bytes',
    },
    {
      id: 'size below zero',
      body: { files: [{ ...file, size: -1 }] },
      problem: 'files[0].size is not a number of bytes',
    },
    {
      id: 'hashes as a list',
      body: { files: [{ ...file, hashes: [] }] },
      problem: 'files[0].hashes is not an object of texts',
    },
    {
      id: 'a hash as a number',
      body: { files: [{ ...file, hashes: { sha256: 1 } }] },
      problem: 'files[0].hashes is not an object of texts',
    },
    {
      id: 'a later format',
      body: { meta: { 'api-version': '2.0' }, files: [] },
      problem: 'it has version "2.0" of the format, and only version 1 is known',
    },
  ])('$id is refused by name', ({ body, problem }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const url = 'https://me:secret@index.example.org/simple/a/'
    expect(() => parseSimpleJson(text, url)).toThrow(
      `https://****@index.example.org/simple/a/ cannot be read as an index page: ${problem}`,
    )
  })

  test('names that are no file names are left out', () => {
    const files = ['../../evil.whl', 'a\\b.whl', '', '..', 'ok-1.whl'].map(filename => ({ ...file, filename }))
    expect(parseSimpleJson(JSON.stringify({ files }), page).map(({ filename }) => filename)).toEqual(['ok-1.whl'])
  })
})

describe('which parser reads a page', () => {
  const body = Buffer.from(fixture('page.json'))
  const html = Buffer.from('<html><a href="a-1.whl"></html>')
  test.each([
    { type: 'application/vnd.pypi.simple.v1+json', body, files: 3 },
    { type: 'application/json; charset=utf-8', body, files: 3 },
    { type: 'application/vnd.pypi.simple.v1+html', body: html, files: 1 },
    { type: 'Text/HTML; charset="utf-8"', body: html, files: 1 },
    { type: 'text/html; charset=no-such-thing', body: html, files: 1 },
    { type: undefined, body, files: 3 },
    { type: undefined, body: html, files: 1 },
    { type: '', body: html, files: 1 },
  ])('$type', async ({ type, body, files }) => expect(await pageFiles(body, type, page)).toHaveLength(files))

  test.each([
    { type: 'application/octet-stream', problem: 'its content type is application/octet-stream' },
    { type: 'application/xml', problem: 'its content type is application/xml' },
    { type: 'text/\u001b[31mhtml', problem: 'its content type is text/\\x1b[31mhtml' },
    { type: undefined, problem: 'it says no content type, and is neither HTML nor JSON' },
  ])('$type is refused', ({ type, problem }) =>
    expect(pageFiles(Buffer.from('hello'), type, page)).rejects.toThrow(problem),
  )

  test('the character set of the content type', async () => {
    const [file] = await pageFiles(
      Buffer.from('<a href="a-1.whl" data-requires-python="é">', 'latin1'),
      'text/html; charset=iso-8859-1',
      page,
    )
    expect(file?.requiresPython).toBe('é')
  })
})

test('a link that comes back from its own URL is the same', () => {
  const segment = fc
    .string({ minLength: 1 })
    .filter(name => !/[/\\\0-\x1f\x7f]/.test(name) && !/^\.{1,2}$/.test(name) && !/\p{Surrogate}/u.test(name))
  fc.assert(
    fc.property(segment, name => {
      const link = resolveFileLink(`https://files.example.org/x/${encodeURIComponent(name)}`, page)
      expect(link?.filename).toBe(name)
      expect(resolveFileLink(link!.url, page)).toEqual(link)
    }),
  )
})
