import assert from 'node:assert/strict'
import fc from 'fast-check'
import { TorchpinError } from '../../src/contract/errors.ts'
import { remoteSource } from '../../src/package-index/byte-source.ts'
import { parseConfig } from '../../src/package-index/configparser.ts'
import { resolveFileLink } from '../../src/package-index/file-link.ts'
import type { Http, HttpAnswer } from '../../src/package-index/http-client.ts'
import { parseNetrc } from '../../src/package-index/netrc.ts'
import { readPipConfig } from '../../src/package-index/pip-config.ts'
import type { IndexFile } from '../../src/package-index/project-page.ts'
import { openRemoteWheel } from '../../src/package-index/remote-zip.ts'
import { parseSimpleHtml } from '../../src/package-index/simple-html.ts'
import { parseSimpleJson } from '../../src/package-index/simple-json.ts'
import { UnreadableArchive } from '../../src/package-index/zip-directory.ts'
import { wheelBytes, wheelMetadata, wheelName } from '../arbitraries/archives.ts'
import { hrefs, htmlBodies, jsonBodies } from '../arbitraries/index-pages.ts'
import { netrcTexts, pipConfigTexts, pipVariables } from '../arbitraries/settings-files.ts'
import { asyncTarget, type FuzzTarget, outcomeOf, outcomeOfAsync, target } from './target.ts'

const page = 'https://index.example.org/simple/a/'

const isRefusal = (...codes: readonly string[]) => {
  return (error: unknown): boolean => error instanceof TorchpinError && codes.includes(error.code)
}

/** A page gives files whose names are names, at addresses without credentials of the fragment, or is refused. */
function filesOf(read: () => readonly IndexFile[]) {
  return outcomeOf(() => {
    for (const { url, filename, hashes, size } of read()) {
      assert.equal(new URL(url).hash, '')
      assert.doesNotMatch(filename, /[/\\\0]/)
      assert.notEqual(filename, '')
      for (const digest of Object.values(hashes)) assert.match(digest, /^[0-9a-f]+$/)
      assert(size === undefined || size >= 0)
    }
  }, isRefusal('INDEX_UNREADABLE'))
}

/** How a server answers a request for a part: as it should, or not. */
const manners = [
  'honest', 'honest', 'honest', 'whole', 'other start', 'other size', 'no size', 'no range', 'short', 'long', 'missing',
] as const // biome-ignore format: a list of words

function lyingHttp(bytes: Buffer, lies: readonly (typeof manners)[number][]): Http {
  let asked = 0
  const answer = (range: string | undefined): Pick<HttpAnswer, 'status' | 'headers' | 'body'> => {
    const manner = lies[asked++ % lies.length]!
    const [, first, last] = /^(\d*)-(\d*)$/.exec(range ?? '') ?? []
    if (manner === 'missing') return { status: 404, headers: {}, body: Buffer.alloc(0) }
    if (range === undefined || manner === 'whole') return { status: 200, headers: {}, body: bytes }
    const start = first ? Number(first) : Math.max(0, bytes.length - Number(last))
    const end = first && last ? Math.min(Number(last) + 1, bytes.length) : bytes.length
    if (start >= bytes.length) return { status: 416, headers: {}, body: Buffer.alloc(0) }
    const body = bytes.subarray(start, manner === 'short' ? Math.max(start, end - 7) : end)
    const said = manner === 'other start' ? start + 1 : start
    const size = manner === 'no size' ? '*' : manner === 'other size' ? bytes.length + 5 : bytes.length
    return {
      status: 206,
      headers: manner === 'no range' ? {} : { 'content-range': `bytes ${said}-${said + end - start - 1}/${size}` },
      body: manner === 'long' ? Buffer.concat([body, body]) : body,
    }
  }
  const getBytes: Http['getBytes'] = async (url, { range, maxBytes }) => {
    const { body, ...rest } = answer(range)
    return { ...rest, body: body.subarray(0, maxBytes), complete: body.length <= maxBytes, url, origin: 'live' }
  }
  return { getBytes } as Http
}

export const packageIndexTargets: readonly FuzzTarget[] = [
  target('HTML pages', htmlBodies, body => filesOf(() => parseSimpleHtml(body, page))),
  target('JSON pages', jsonBodies, body => filesOf(() => parseSimpleJson(body, page))),

  // A link is what the URL standard makes of it, however it is written.
  target('links', hrefs, href => {
    const link = resolveFileLink(href, page)
    if (!link) return 'refused'
    const url = new URL(href, page)
    url.hash = ''
    url.pathname = url.pathname.replaceAll('+', '%2B')
    assert.equal(link.url, url.href)
    assert.deepEqual(resolveFileLink(link.url, page)?.filename, link.filename)
    return 'read'
  }),

  // Whatever bytes a server gives, and whatever it says of them: METADATA is the right one, none, or said to be unreadable.
  asyncTarget(
    'zip archives',
    fc.tuple(wheelBytes, fc.array(fc.constantFrom(...manners), { minLength: 1, maxLength: 4 }), fc.boolean()),
    ([bytes, lies, stated]) =>
      outcomeOfAsync(
        async () => {
          const source = remoteSource('https://h/x.whl', lyingHttp(bytes, lies), stated ? bytes.length : undefined)
          const wheel = await openRemoteWheel(wheelName, source)
          const metadata = await wheel?.metadata()
          assert(metadata === undefined || metadata === wheelMetadata, 'METADATA is another one')
          assert(Number.isSafeInteger((await wheel?.installedSize()) ?? 0))
        },
        error => error instanceof UnreadableArchive,
      ),
  ),

  target('pip.conf', pipConfigTexts, text =>
    outcomeOf(() => {
      for (const options of parseConfig(text, name => name.toLowerCase(), 'pip.conf').values())
        for (const [name, value] of options) assert(name !== '' && value === value.trimEnd())
    }, isRefusal('FILE_UNREADABLE')),
  ),

  asyncTarget('pip variables', pipVariables, environment =>
    outcomeOfAsync(async () => {
      const { extraIndexUrls, findLinks, trustedHosts, timeout = 1 } = await readPipConfig(environment, [])
      for (const word of [...extraIndexUrls, ...findLinks, ...trustedHosts]) assert.match(word, /^\S+$/)
      assert(timeout > 0)
    }, isRefusal('BAD_OPTION')),
  ),

  target('netrc', netrcTexts, text => {
    const { machines, default: fallback } = parseNetrc(text)
    for (const host of machines.keys()) assert.equal(host, host.toLowerCase())
    return machines.size > 0 || fallback ? 'read' : 'refused'
  }),
]
