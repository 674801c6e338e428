import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fetchProjectPage } from '../../src/package-index/page.ts'
import { type Outcome, SearchThread, searchThread } from '../../src/package-index/search-apart.ts'
import { json, type RawPage, searchPage } from '../../src/package-index/search-page.ts'
import { runs } from '../full.ts'
import { serveIndexes } from '../loopback/indexes.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { sandbox } from '../sandbox.ts'
import { client, serve } from './server.ts'

const { temporary, folderWith } = sandbox()
const built = new URL('../../dist/table-thread.cjs', import.meta.url)
const running: SearchThread[] = []
let scripts = 0

afterEach(async () => {
  for (const thread of running.splice(0)) await thread.end()
})

function threadOf(script: URL | undefined, cores = 2): SearchThread {
  const thread = new SearchThread(script, cores)
  running.push(thread)
  return thread
}

/** A thread that runs a script of its own, in which `answer` sends a message. */
function threadDoing(what: string): SearchThread {
  const path = join(temporary, `thread-${scripts++}.cjs`)
  writeFileSync(
    path,
    `const { parentPort } = require('node:worker_threads')
    const answer = message => parentPort.postMessage(message)
    ${what}`,
  )
  return threadOf(pathToFileURL(path))
}

const sha256 = 'ab'.repeat(32)
const file = (filename: string) =>
  `{"filename":"${filename}","hashes":{"sha256":"${sha256}"},"url":"https://files.example.org/${filename}"}`
const files = (count: number) => Array.from({ length: count }, (_, i) => file(`torch-${i}.0-py3-none-any.whl`))
const pageOf = (entries: readonly string[]): RawPage => ({
  project: 'torch',
  body: Buffer.from(`{"files":[${entries}],"meta":{"api-version":"1.1"},"name":"torch"}`),
  type: json,
  url: 'https://x.example.org/torch/',
})
/** Longer than what is searched here while a thread starts. */
const long = () => pageOf(files(1000))
const odd = () => pageOf([...files(1000), '{}'])
const copyOf = (page: RawPage): RawPage => ({ ...page, body: Buffer.from(page.body) })

/** What searching a page without a thread says, as `shown` of it. */
function here(page: RawPage): string {
  const table = searchPage(copyOf(page))
  return shown(table ? { table } : { body: page.body })
}

/** Bytes are compared as text: as numbers it would take seconds. */
function shown(outcome: Outcome): string {
  const [kind, bytes] = Object.entries(outcome)[0] as [string, Buffer]
  return `${kind} ${bytes.toString('latin1')}`
}

describe('a thread says what searching here says', () => {
  const html: RawPage = {
    project: 'torch',
    body: Buffer.from(
      `<!DOCTYPE html>\n<html>\n  <body>\n    <h1>Links for torch</h1>\n    <a href="/whl/torch-1.0.zip#sha256=${sha256}">torch-1.0.zip</a><br/>\n  </body>\n</html>\n`,
    ),
    type: 'text/html',
    url: 'https://x.example.org/torch/',
  }

  test.each<{ id: string; page: RawPage }>([
    { id: 'of many files', page: long() },
    { id: 'of few', page: pageOf(files(2)) },
    { id: 'of none', page: pageOf([]) },
    { id: 'in HTML', page: html },
    { id: 'of an unusual shape', page: odd() },
    { id: 'in a form that is not known', page: { ...long(), type: undefined } },
    { id: 'of nothing', page: { ...long(), body: Buffer.alloc(0) } },
  ])('a page $id', async ({ page }) => {
    const thread = threadOf(built)
    thread.begin()
    // The first one waits for it.
    await thread.search(long())
    const expected = here(page)
    expect(shown(await thread.search(copyOf(page)))).toBe(expected)
  })

  test('whatever the pages are, and however many come at once', async () => {
    const entry = fc.oneof(
      fc.constantFrom('{}', '1', file('torch-1.0.tar.gz'), file('torch-2.0-py3-none-any.whl'), file('notes.txt')),
      fc.json(),
    )
    const thread = threadOf(built)
    thread.begin()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 5 }), async pages => {
        const raw = pages.map(pageOf)
        const expected = raw.map(here)
        expect((await Promise.all(raw.map(page => thread.search(page)))).map(shown)).toEqual(expected)
      }),
      { numRuns: runs(30, 300) },
    )
  })

  test('where it starts anew after it was let go of', async () => {
    const thread = threadOf(built)
    for (let time = 0; time < 2; time++) {
      thread.begin()
      const page = long()
      const expected = here(page)
      expect(shown(await thread.search(page))).toBe(expected)
      // Its bytes went to the thread: it was not searched here.
      expect(page.body.length).toBe(0)
      await thread.end()
    }
  })
})

test('a thread that is let go of before it begins says nothing more', async () => {
  const thread = threadOf(built)
  for (let time = 0; time < 20; time++) {
    thread.begin()
    await new Promise(done => setTimeout(done, 5 * time))
    await thread.end()
  }
})

describe('without a thread a page is searched here', () => {
  test.each([
    { id: 'where there is no script', thread: () => threadOf(undefined) },
    { id: 'where there is one core', thread: () => threadOf(built, 1) },
    { id: 'where the script is gone', thread: () => threadOf(pathToFileURL(join(temporary, 'gone.cjs'))) },
    { id: 'where it ends before it begins', thread: () => threadDoing('process.exit(0)') },
    { id: 'where it fails before it begins', thread: () => threadDoing("throw new Error('thrown')") },
  ])('$id', async ({ thread: make }) => {
    const thread = make()
    thread.begin()
    const pages = [long(), odd(), pageOf(files(1))]
    const found = await Promise.all(pages.map(page => thread.search(copyOf(page))))
    expect(found.map(shown)).toEqual(pages.map(here))
  })

  test('where the thread is only being started, and the page is short', async () => {
    const thread = threadDoing('')
    thread.begin()
    expect(shown(await thread.search(pageOf(files(1))))).toBe(here(pageOf(files(1))))
  })
})

test.each([
  { id: 'throws', what: "throw new Error('thrown')", message: 'thrown' },
  { id: 'ends', what: 'process.exit(0)', message: 'the thread that searches pages ended before its time' },
])('where a thread that had the pages $id, they fail, and the next ones have another', async ({ what, message }) => {
  const thread = threadDoing(`answer('ready'); parentPort.on('message', () => { ${what} })`)
  for (let time = 0; time < 2; time++) {
    thread.begin()
    const found = await Promise.allSettled([thread.search(long()), thread.search(long())])
    const reason = {
      code: 'INDEX_UNREADABLE',
      message: `the page of ${long().project} could not be searched: ${message}`,
    }
    expect(found).toMatchObject(found.map(() => ({ status: 'rejected', reason })))
  }
})

test('the page of a project is searched by the thread, which is started before it has come', async () => {
  const begin = vi.spyOn(searchThread, 'begin')
  const search = vi.spyOn(searchThread, 'search')
  const { url } = await serve((_, response) => {
    expect(begin).toHaveBeenCalledTimes(1)
    response.setHeader('content-type', json).end(pageOf(files(3)).body)
  })
  const page = await fetchProjectPage('torch', `${url}/torch/`, client(), [404])
  expect(page!.files).toHaveLength(3)
  expect(search).toHaveBeenCalledTimes(1)
})

test('a run that ends while the thread is only being started does not wait for it', async () => {
  const cwd = folderWith({ 'requirements.txt': 'app\n' })
  const nowhere = 'http://127.0.0.1:9'
  const args = ['rewrite', '--dry-run', '--cpu-index-url', nowhere, '--index-url', nowhere, '--python', '3.11']
  expect((await torchpinIn(temporary)(cwd, args)).code).toBe(4)
})

test('the command line starts a thread where it asks an index, and none where it asks its cache', async () => {
  const indexes = await serveIndexes({}, { app: { '1.0': { tags: ['py3-none-any'] } } })
  const cwd = folderWith({ 'requirements.txt': 'app\n' })
  const args = ['rewrite', '--dry-run', '--no-sizes', '--python', '3.11']
  const places = ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main]
  const threads = async (...more: string[]) => {
    const ran = await torchpinIn(temporary)(cwd, [...args, ...places, ...more], { env: { NODE_DEBUG: 'worker' } })
    return { code: ran.code, count: ran.stderr.split('created Worker').length - 1 }
  }
  expect(await threads()).toEqual({ code: 0, count: availableParallelism() > 1 ? 1 : 0 })
  expect(await threads('--offline')).toEqual({ code: 0, count: 0 })
  // The snapshot has no such project, and there is nobody to ask.
  expect(await threads('--offline', '--cache-dir', join(temporary, 'nothing'))).toEqual({ code: 4, count: 0 })
  await indexes.close()
})
