import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TorchpinError } from '../src/contract/errors.ts'
import { describeError } from '../src/report/error.ts'
import { textReport } from '../src/report/rewrite/text.ts'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { type FaultName, type FaultyIndexes, faults, serveFaults } from './loopback/faults.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

let faulty: FaultyIndexes
const { indexes: good, temporary, environment: plain, folderWith } = sandbox(cpu2023, main2023)

beforeAll(async () => {
  faulty = await serveFaults()
})
afterAll(() => faulty.close())

const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false, terminal: false }

/** Rewrites a file whose project is on a faulty index alone: the exit code, and all that a person sees. */
async function run(fault: FaultName, environment: Readonly<Record<string, string>>) {
  const cwd = folderWith({ 'requirements.txt': before })
  const seen: string[] = []
  const ended = await rewrite(['requirements.txt'], {
    cwd,
    python: ['3.11'],
    cpuIndexUrl: good.cpu,
    indexUrl: faulty.url(fault),
    cacheDir: join(temporary, 'cache', fault),
    environment: { ...plain, PIP_RETRIES: '0', ...environment },
    onNotice: notice => seen.push(notice),
  }).then(
    async done => {
      await save(done)
      seen.push(textReport(done.result, style))
      return 0
    },
    error => {
      seen.push(describeError(error, { ...style, verbose: false }))
      return error instanceof TorchpinError ? error.exitCode : 1
    },
  )
  const after = readFileSync(join(cwd, 'requirements.txt'), 'utf8')
  return { code: ended, seen: seen.join('\n'), after, names: readdirSync(cwd) }
}

const before = 'demo>=1\n'
const rewritten = 'demo==1.0\n'
const noProject = /No index has a project named demo \(asked: /
const untilNow = { PIP_TIMEOUT: '0.1' }
const unreachable = (words: string) => new RegExp(`error\\[INDEX_UNREACHABLE\\]: http://\\S+ ${words}`)
const unreadable = (words: string) => new RegExp(`error\\[INDEX_UNREADABLE\\]: http://\\S+ ${words}`)
const noPage = (words: string) => unreadable(`cannot be read as an index page: ${words}`)
const noWheel = (words: string) => new RegExp(`\\.whl cannot be read as a wheel: ${words}; what it needs is not known`)

/** Each fault, the exit code, what is said, and settings that spare waiting. 0: the file is rewritten all the same. */
const told: readonly [fault: FaultName, code: number, said: RegExp, environment?: Readonly<Record<string, string>>][] =
  [
    ['401', 4, unreadable('answered 401 where an index page was expected\nhint: give a user name and a password')],
    ['403', 3, noProject],
    ['404', 3, noProject],
    ['410', 3, noProject],
    ['429', 4, unreachable('answered 429\nhint: try again later')],
    ['429-retry-after', 4, unreachable('answered 429'), { PIP_RETRIES: '1' }],
    ['429-retry-in-an-hour', 4, unreachable('answered 429'), { PIP_RETRIES: '3' }],
    ['500', 4, unreachable('answered 500')],
    ['501', 4, unreadable('answered 501 where an index page was expected')],
    ['502', 4, unreachable('answered 502')],
    ['503', 4, unreachable('answered 503'), { PIP_RETRIES: '1' }],
    ['504', 4, unreachable('answered 504')],
    ['reset-at-once', 4, unreachable('cannot be fetched: the connection was reset')],
    ['reset-in-the-middle', 4, unreachable('cannot be fetched: the connection was (?:reset|closed)')],
    [
      'never-answers',
      4,
      unreachable('cannot be fetched: no answer in time[\\s\\S]*raise the time-out by PIP_TIMEOUT'),
      untilNow,
    ],
    ['stops-in-the-middle', 4, unreachable('cannot be fetched: the answer stalled'), untilNow],
    ['slow-drip', 4, unreachable('cannot be fetched: the answer comes too slowly'), { ...untilNow, PIP_RETRIES: '3' }],
    ['slow-headers', 4, unreachable('cannot be fetched: no answer in time'), untilNow],
    ['endless-headers', 4, unreachable('cannot be reached: the headers of the answer are too long')],
    [
      'shorter-than-announced',
      4,
      unreachable('cannot be fetched: the connection was closed before the answer was complete'),
    ],
    ['longer-than-announced', 3, noProject],
    ['not-http', 4, unreachable('cannot be fetched: it does not answer in HTTP')],
    ['content-type-of-a-document', 4, noPage('its content type is application/pdf')],
    ['content-type-with-an-escape', 4, noPage('its content type is a/\\\\x9b31m')],
    ['no-content-type', 4, noPage('it says no content type, and is neither HTML nor JSON')],
    ['a-login-page', 4, noPage('it asks for a password instead')],
    ['gzip-cut-short', 4, unreachable('cannot be fetched: the compressed answer is cut short')],
    ['gzip-that-is-none', 4, unreachable('cannot be fetched: the compressed answer is damaged')],
    ['gzip-bomb', 4, noPage('it is longer than 64 MiB')],
    ['unknown-encoding', 4, unreadable('answered in the unknown content encoding lzma')],
    ['redirect-loop', 4, unreadable('is redirected more than 10 times')],
    ['redirect-to-a-file', 4, unreadable('is redirected to file:///etc/passwd, which is not on the web')],
    ['redirect-to-ftp', 4, unreadable('is redirected to ftp://127\\.0\\.0\\.1/simple/, which is not on the web')],
    ['redirect-to-nobody', 4, unreachable('cannot be reached: nothing listens there')],
    ['redirect-to-nothing', 4, unreadable('is redirected to http://\\[, which is no URL')],
    ['html-of-100-mb', 4, noPage('it is longer than 64 MiB')],
    ['html-without-end', 4, noPage('it is longer than 64 MiB')],
    ['json-that-is-none', 4, noPage('it is not JSON')],
    ['json-list', 4, noPage('it is not a JSON object')],
    ['json-without-files', 4, noPage('it has no list named "files"')],
    ['json-files-of-numbers', 4, noPage('files\\[0\\] is not an object')],
    ['json-hashes-of-numbers', 4, noPage('files\\[0\\]\\.hashes is not an object of texts')],
    ['json-of-version-9', 4, noPage('it has version "9\\.0" of the format, and only version 1 is known')],
    ['json-nested-deeply', 4, noPage('it is not JSON')],
    ['hostile-file-names', 3, noProject],
    ['escapes-in-requires-python', 0, /pin demo/],
    ['escapes-in-metadata', 0, /pin demo/],
    ['no-such-wheel', 0, noWheel('it cannot be had')],
    ['ranges-elsewhere', 0, noWheel('it cannot be had')],
    ['ranges-of-noise', 0, noWheel('it has no end record')],
    ['ranges-too-short', 0, noWheel('it cannot be had')],
    ['zip64', 0, /pin demo[\s\S]*46 B on disk/],
    ['zip-directory-of-2-gb', 0, noWheel('its directory is longer than 16 MiB')],
    ['metadata-bomb', 0, noWheel('its METADATA is longer than 16 MiB')],
    ['metadata-bomb-that-lies', 0, noWheel('its METADATA is damaged')],
    ['metadata-of-100-mb', 0, /\.metadata is longer than 16 MiB; the wheel itself is asked/],
  ]

test.each(told)('%s', async (fault, code, said, environment = {}) => {
  const ended = await run(fault, environment)
  expect(ended.seen).toMatch(said)
  expect(ended.code).toBe(code)
  expect(ended.after).toBe(code === 0 ? rewritten : before)
  expect(ended.names).toEqual(['requirements.txt'])
  expect(ended.seen).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
})

test('every fault has its row, but for the one that takes long: scripts/fault-table.ts has it', () => {
  expect(
    told
      .map(([fault]) => fault)
      .concat('200000-links')
      .sort(),
  ).toEqual(Object.keys(faults).sort())
})
