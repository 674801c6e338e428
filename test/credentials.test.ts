import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import type { Options } from '../src/contract/options.ts'
import { checkReports } from '../src/report/check.ts'
import { describeError } from '../src/report/error.ts'
import { reports } from '../src/report/rewrite/reports.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { runs } from './full.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { type Handler, serve } from './package-index/server.ts'
import { sandbox } from './sandbox.ts'

const { indexes, folderWith } = sandbox(cpu2023, main2023)

/** What the two indexes answer. */
const passOn: Handler = ({ method, url, headers }, response) => {
  const { authorization: _, host: __, ...rest } = headers
  request(new URL(url!, indexes.main), { method, headers: rest }, answer => {
    response.writeHead(answer.statusCode!, answer.headers)
    answer.pipe(response)
  }).end()
}

interface Secret {
  readonly user: string
  readonly password: string
}

const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false, terminal: false }
const basic = ({ user, password }: Secret): string =>
  Buffer.from(`${decodeURIComponent(user)}:${decodeURIComponent(password)}`).toString('base64')

/** Where credentials may stand: each gives what a run is told, and the lines of the file. */
const places: Readonly<
  Record<
    string,
    (
      at: (path: string) => string,
      home: string,
      secret: Secret,
      plain: string,
    ) => { options: Partial<Options>; lines: string }
  >
> = {
  'the file': (at, _, __, plain) => ({
    options: { cpuIndexUrl: at('/whl/cpu'), indexUrl: undefined },
    lines: `--index-url ${at('/simple')}\n--extra-index-url ${plain}/whl/cpu\n`,
  }),
  'the flags': at => ({ options: { cpuIndexUrl: at('/whl/cpu'), indexUrl: at('/simple') }, lines: '' }),
  'the environment': at => ({
    options: { cpuIndexUrl: at('/whl/cpu'), environment: { PIP_INDEX_URL: at('/simple') } },
    lines: '',
  }),
  'pip.conf': (at, home) => {
    mkdirSync(join(home, '.config/pip'), { recursive: true })
    writeFileSync(join(home, '.config/pip/pip.conf'), `[global]\nindex-url = ${at('/simple')}\n`)
    return { options: { cpuIndexUrl: at('/whl/cpu'), environment: { PIP_CONFIG_FILE: '' } }, lines: '' }
  },
  'a variable in the file': (_, __, { user, password }, plain) => ({
    options: { cpuIndexUrl: `${plain}/whl/cpu`, environment: { USER_NAME: user, PASSWORD: password } },
    lines: `--index-url ${plain.replace('//', '//${USER_NAME}:${PASSWORD}@')}/simple\n--extra-index-url ${plain.replace('//', '//${USER_NAME}:${PASSWORD}@')}/whl/cpu\n`,
  }),
  netrc: (_, home, { user, password }, plain) => {
    const [login, word] = [user, password].map(decodeURIComponent)
    writeFileSync(join(home, '.netrc'), `machine 127.0.0.1\n  login "${login}"\n  password "${word}"\n`)
    return { options: { cpuIndexUrl: `${plain}/whl/cpu`, indexUrl: `${plain}/simple` }, lines: '' }
  },
}

/** Runs every command that asks an index, and gives all that it prints, and all that it left on the disk but the file. */
async function everythingSaid(place: string, secret: Secret, url: string) {
  const home = folderWith({})
  const cwd = folderWith({})
  const withSecret = (path: string) => url.replace('//', `//${secret.user}:${secret.password}@`) + path
  const { options, lines } = places[place]!(withSecret, home, secret, url)
  const file = join(cwd, 'requirements.txt')
  const text = `${lines}torch>=2.0.0\nflask>=2\n`
  writeFileSync(file, text)
  const said: string[] = []
  const told: Partial<Options> = {
    python: ['3.11'],
    ...options,
    cwd,
    cacheDir: join(home, 'cache'),
    environment: {
      HOME: home,
      XDG_CONFIG_DIRS: home,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_RETRIES: '0',
      ...options.environment,
    },
    onNotice: line => said.push(line),
  }
  const failed = (error: unknown) => void said.push(describeError(error, { ...style, verbose: true }))
  const done = await rewrite(['requirements.txt'], told).catch(failed)
  if (done) said.push(...Object.values(reports).map(report => report(done.result, style)))
  const found = await check(['requirements.txt'], { ...told, maxDownload: 1 }).catch(failed)
  if (found) said.push(...Object.values(checkReports).map(report => report(found, style)))
  const kept = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter(path => path.startsWith('cache'))
    .flatMap(path => [path, statSync(join(home, path)).isFile() ? readFileSync(join(home, path), 'latin1') : ''])
  const after = done?.rewritten.map(({ after }) => Buffer.from(after).toString()).join('') ?? text
  return { said: said.join('\n'), kept: kept.join('\n'), lines, after, ok: done !== undefined }
}

/** A letter first: no other text holds it by chance. */
const word = fc
  .string({ unit: fc.constantFrom(...'abcdefgXYZ0189-._~!$&()*+,;=%@:/# '), minLength: 12, maxLength: 20 })
  .map(text => encodeURIComponent(`s${text}`))

const forms = ({ password, user }: Secret): string[] => [
  password,
  decodeURIComponent(password),
  basic({ user, password }),
  Buffer.from(decodeURIComponent(password)).toString('base64').replace(/=+$/, '').slice(2, -2),
]

test.each(Object.keys(places))('credentials in %s reach the index and nobody else', async place => {
  await fc.assert(
    fc.asyncProperty(word, word, async (user, password) => {
      const secret = { user, password }
      const elsewhere = await serve(passOn, 'localhost')
      const index = await serve((request, response) => {
        if (request.headers.authorization !== `Basic ${basic(secret)}`) response.writeHead(401).end()
        // Wheels are on another host, as those of the public index are.
        else if (request.url!.includes('.whl'))
          response.writeHead(302, { location: elsewhere.url + request.url! }).end()
        else passOn(request, response)
      })
      const { said, kept, lines, after, ok } = await everythingSaid(place, secret, index.url)
      expect(said).toContain('flask==3.0.0')
      expect(ok).toBe(true)
      expect(elsewhere.asked.length).toBeGreaterThan(0)
      expect(elsewhere.headers.filter(({ authorization }) => authorization !== undefined)).toEqual([])
      for (const form of forms(secret)) {
        expect(said).not.toContain(form)
        expect(kept).not.toContain(form)
        expect(after).toContain(lines)
        expect(after.replace(lines, '')).not.toContain(form)
      }
    }),
    { numRuns: runs(1, 4) },
  )
})

test.each(Object.keys(places))('nor does an index that fails make %s tell them', async place => {
  await fc.assert(
    fc.asyncProperty(word, word, fc.constantFrom(401, 500, 302, 0), async (user, password, status) => {
      const secret = { user, password }
      const index = await serve(({ url }, response) => {
        if (status === 0) response.socket!.resetAndDestroy()
        else response.writeHead(status, { location: `ftp://${user}:${password}@h${url}` }).end()
      })
      const { said, kept } = await everythingSaid(place, secret, index.url)
      for (const form of forms(secret)) {
        expect(said).not.toContain(form)
        expect(kept).not.toContain(form)
      }
    }),
    { numRuns: runs(2, 8) },
  )
})
