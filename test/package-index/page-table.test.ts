import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { liveIndex } from '../../src/package-index/live-index.ts'
import { tablePage } from '../../src/package-index/page-table.ts'
import { partsOf } from '../../src/package-index/parts.ts'
import type { FileJudge, IndexFile, ProjectPage } from '../../src/package-index/project-page.ts'
import { releaseListOf, releasesOf } from '../../src/package-index/releases.ts'
import { encodeTable } from '../../src/package-index/table-writer.ts'
import { parseWheelTags } from '../../src/packaging/wheel.ts'
import { runs } from '../full.ts'
import { client, type Handler, serve, temporaryFolder } from './server.ts'

const kept = (files: readonly IndexFile[], project = 'torch') =>
  tablePage(project, partsOf(encodeTable(project, files)), 'live')

const judging = (takes: FileJudge['takes'], admitsPython: FileJudge['admitsPython'] = () => true): FileJudge => ({
  takes,
  takesTags: text => takes(parseWheelTags(text)),
  admitsPython,
})

const fileAt = (url: string, more: Partial<IndexFile> = {}): IndexFile => ({
  filename: url.slice(url.lastIndexOf('/') + 1),
  url,
  hashes: {},
  yanked: false,
  metadataOffered: false,
  ...more,
})
const wheel = fileAt('https://files.example.org/a/torch-2.1.0-cp311-cp311-linux_x86_64.whl')

describe('what is kept of a file is all that the page said', () => {
  test.each<{ id: string; file: IndexFile }>([
    { id: 'nothing but its name', file: wheel },
    { id: 'a digest, a size, a time', file: { ...wheel, hashes: { sha256: 'ab' }, size: 7, uploadTime: '2026-01-01' } },
    { id: 'no bytes', file: { ...wheel, size: 0 } },
    { id: 'more than 4 GiB', file: { ...wheel, size: 2 ** 40 } },
    { id: 'another digest', file: { ...wheel, hashes: { md5: '00' } } },
    { id: 'two digests', file: { ...wheel, hashes: { sha256: 'ab', blake2b: 'cd' } } },
    { id: 'metadata, and its digest', file: { ...wheel, metadataOffered: true, metadataSha256: 'ef' } },
    { id: 'Requires-Python, in any script', file: { ...wheel, requiresPython: '>=3.9 – oder so\t\n' } },
    { id: 'a time with blanks', file: { ...wheel, uploadTime: 'gestern\tAbend\n' } },
    { id: 'that it was taken back', file: { ...wheel, yanked: true } },
    { id: 'a name that the URL does not have', file: { ...wheel, filename: 'torch-2.1.0.tar.gz' } },
    { id: 'a name with signs of its own', file: { ...wheel, filename: 'törch 100%\u{1f525}.whl' } },
    {
      id: 'a URL with escapes',
      file: { ...fileAt('https://x.example/torch-2.1.0%2Bcpu.zip'), filename: 'torch-2.1.0+cpu.zip' },
    },
    { id: 'a URL with a query', file: { ...wheel, url: `${wheel.url}?token=/x` } },
  ])('$id', ({ file }) => {
    expect(kept([wheel, file, wheel]).files).toEqual([wheel, file, wheel])
  })

  test('whatever it is', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 })
    const file = fc.record(
      {
        filename: fc.oneof(text, fc.constantFrom('torch-1.0.tar.gz', 'torch-2.0-py3-none-any.whl')),
        url: fc.webUrl({ withQueryParameters: true }).map(url => new URL(url).href),
        hashes: fc.dictionary(fc.constantFrom('sha256', 'md5'), fc.constantFrom('00', 'beef')),
        yanked: fc.boolean(),
        metadataOffered: fc.boolean(),
        size: fc.nat(),
        requiresPython: text,
        uploadTime: text,
        metadataSha256: fc.constantFrom('aa', 'bb'),
      },
      { requiredKeys: ['filename', 'url', 'hashes', 'yanked', 'metadataOffered'] },
    )
    fc.assert(
      fc.property(fc.array(file), files => {
        expect(kept(files as IndexFile[]).files).toEqual(files)
      }),
    )
  })
})

describe('a table sorts its files into releases', () => {
  const files = [
    'torch-2.0.0.tar.gz',
    'torch-2.10.0-1-cp311-cp311-linux_x86_64.whl',
    'torch-2.0.0-py3-none-any.whl',
    'torch-2.10.0-cp312-cp312-win_amd64.whl',
    'torch-2.9.0rc1-py3-none-any.whl',
    'torch-v2.9.0.RC1.zip',
    'torch-2.0.0-py2.6.egg',
    'torch-no-version.whl',
    'other-1.0.tar.gz',
    'torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl',
  ].map((name, i) =>
    fileAt(`https://files.example.org/${i}/${name}`, i % 3 ? { requiresPython: `>=3.${i}` } : { yanked: true }),
  )
  const shown = (page: ProjectPage) =>
    releasesOf(page).map(release => ({
      version: release.version.text,
      files: Array.from({ length: release.length }, (_, i) => ({
        wheel: release.wheel(i),
        requiresPython: release.requiresPython(i),
        yanked: release.yanked(i),
        file: release.file(i),
      })),
    }))

  test('oldest first, in the order of the page within one', () => {
    const said = shown(kept(files)).map(({ version, files }) => [version, files.map(({ file }) => file.filename)])
    expect(said).toEqual([
      ['2.0.0', ['torch-2.0.0.tar.gz', 'torch-2.0.0-py3-none-any.whl']],
      ['2.1.0+cpu', ['torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl']],
      ['2.9.0rc1', ['torch-2.9.0rc1-py3-none-any.whl', 'torch-v2.9.0.RC1.zip']],
      ['2.10.0', ['torch-2.10.0-1-cp311-cp311-linux_x86_64.whl', 'torch-2.10.0-cp312-cp312-win_amd64.whl']],
    ])
  })

  test('as a page does that is no table', () => {
    expect(shown(kept(files))).toEqual(shown({ project: 'torch', files, origin: 'live' }))
  })

  describe('and says of all of them at once what they say themselves', () => {
    const plain: ProjectPage = { project: 'torch', files, origin: 'live' }
    const everyYanked: ProjectPage = { ...plain, files: files.map(file => ({ ...file, yanked: true })) }
    const said = (page: ProjectPage, judge: FileJudge) => {
      const list = releaseListOf(page)
      const texts = Array.from({ length: list.length }, (_, n) => list.text(n))
      return { texts, withYanked: list.withYanked(), judged: [...list.judged(judge)] }
    }
    test.each<{ id: string; judge: FileJudge; judged: number[] }>([
      { id: 'all files', judge: judging(() => true), judged: [2, 1, 2, 2] },
      { id: 'no file', judge: judging(() => false), judged: [0, 0, 0, 0] },
      { id: 'sources', judge: judging(wheel => !wheel), judged: [1, 0, 2, 0] },
      {
        id: 'wheels for one Python',
        judge: judging(wheel => wheel?.pythons.includes('cp311') === true),
        judged: [0, 1, 0, 2],
      },
      {
        id: 'files that state a Python',
        judge: judging(
          () => true,
          requiresPython => requiresPython !== undefined,
        ),
        judged: [2, 0, 2, 2],
      },
    ])('who takes $id', ({ judge, judged }) => {
      expect(said(kept(files), judge)).toEqual(said(plain, judge))
      expect(said(kept(everyYanked.files), judge)).toEqual(said(everyYanked, judge))
      expect(said(plain, judge)).toMatchObject({ judged, withYanked: [0, 1, 3] })
    })
  })

  test('and does both for any files, many of whose releases say the same', () => {
    const name = fc.constantFrom('.tar.gz', '-py3-none-any.whl', '-cp311-cp311-linux_x86_64.whl', '.egg')
    const any = fc.record({
      name,
      version: fc.integer({ min: 1, max: 6 }),
      python: fc.constantFrom(undefined, '>=3.8', '>=3.11'),
      yanked: fc.boolean(),
    })
    const judge = judging(
      wheel => wheel?.abis.includes('none') !== true,
      requiresPython => requiresPython !== '>=3.11',
    )
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), all => {
        const files = all.map(({ name, version, python, yanked }, i) =>
          fileAt(`https://files.example.org/${i}/torch-${version}${name}`, {
            yanked,
            ...(python ? { requiresPython: python } : {}),
          }),
        )
        const [table, plain] = [kept(files), { project: 'torch', files, origin: 'live' as const }]
        expect(table.files).toEqual(files)
        expect(shown(table)).toEqual(shown(plain))
        const [own, worked] = [releaseListOf(table), releaseListOf(plain)]
        expect([own.withYanked(), own.judged(judge)]).toEqual([worked.withYanked(), worked.judged(judge)])
      }),
      { numRuns: runs(100, 1000) },
    )
  })

  test('a page that was made of it, with other files, does so afresh', () => {
    const page = kept(files)
    expect(shown({ ...page, files: page.files.slice(0, 1) }).map(({ version }) => version)).toEqual(['2.0.0'])
  })

  test('a page of more lines than are read at once gives each file, asked for in any order', () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      fileAt(`https://files.example.org/${i}/torch-1.${i}-py3-none-any.whl`, { size: i }),
    )
    const releases = releasesOf(kept(many))
    const inAnyOrder = many.map((_, i) => (i * 211) % many.length)
    expect(inAnyOrder.map(i => releases[i]!.file(0))).toEqual(inAnyOrder.map(i => many[i]))
  })

  test('a page without files has none', () => {
    expect(shown(kept([]))).toEqual([])
  })
})

describe('the table of a page in the cache', () => {
  const json: Handler = (_, response) =>
    response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }).end(
      JSON.stringify({
        meta: { 'api-version': '1.0' },
        name: 'torch',
        files: [{ filename: wheel.filename, url: wheel.url, hashes: { sha256: 'ab' }, provenance: 'x'.repeat(10_000) }],
      }),
    )
  const filesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
  const ask = (url: string, cacheDir: string, offline = false) =>
    liveIndex(url, client({ cacheDir, offline })).project('torch')

  test('answers a second run, and is smaller than the page', async () => {
    const server = await serve(json)
    const cacheDir = temporaryFolder()
    const first = await ask(server.url, cacheDir)
    expect((await ask(server.url, cacheDir))?.files).toEqual(first?.files)
    expect(server.asked).toHaveLength(1)
    expect(filesIn(cacheDir).map(path => readFileSync(path).length)).toEqual([expect.toSatisfy(bytes => bytes < 2000)])
  })

  test.each<{ id: string; damage: (bytes: Buffer) => Buffer }>([
    { id: 'cut short', damage: bytes => bytes.subarray(0, -1) },
    { id: 'emptied', damage: () => Buffer.alloc(0) },
    {
      id: 'with one bit turned',
      damage: bytes => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))),
    },
  ])('where it is $id, the page is fetched anew', async ({ damage }) => {
    const server = await serve(json)
    const cacheDir = temporaryFolder()
    const first = await ask(server.url, cacheDir)
    for (const path of filesIn(cacheDir)) writeFileSync(path, damage(readFileSync(path)))
    await expect(ask(server.url, cacheDir, true)).rejects.toMatchObject({ code: 'INDEX_UNREACHABLE' })
    expect((await ask(server.url, cacheDir))?.files).toEqual(first?.files)
    expect(server.asked).toHaveLength(2)
  })

  test('a page that cannot be read is not kept', async () => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end())
    const broken = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('['),
    )
    const cacheDir = temporaryFolder()
    for (let run = 0; run < 2; run++)
      await expect(ask(broken.url, cacheDir)).rejects.toMatchObject({ code: 'INDEX_UNREADABLE' })
    expect(broken.asked).toHaveLength(2)
    expect((await ask(server.url, cacheDir))?.files).toEqual([])
  })
})
