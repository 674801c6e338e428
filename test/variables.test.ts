import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import { type Options, readExpand } from '../src/contract/options.ts'
import { loadRequirements } from '../src/formats/requirements/files.ts'
import { writtenFormOf } from '../src/formats/requirements/written-form.ts'
import { checkReports } from '../src/report/check.ts'
import { describeError } from '../src/report/error.ts'
import { reports } from '../src/report/rewrite/reports.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { runs } from './full.ts'
import { commandIn } from './loopback/in-process.ts'
import { type Handler, serve } from './package-index/server.ts'
import { folderWith } from './workspace/temporary.ts'

const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false, terminal: false }

/** An index of one project, wherever its pages are asked for; what it cannot do, it tells with the URL that was asked. */
const answer: Handler = ({ url = '' }, response) => {
  if (url.includes('/flask/')) {
    response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'max-age=600' })
    return void response.end(`<a href="flask-3.0.0-py3-none-any.whl">flask ${url}</a>`)
  }
  if (url.includes('/moved')) return void response.writeHead(302, { location: `ftp://elsewhere${url}` }).end()
  if (url.includes('/broken')) return void response.writeHead(200, { 'content-type': `text/${url}` }).end(url)
  response.writeHead(url.includes('/busy') ? 503 : 404).end(url)
}

/** Lines that name a variable, by where they name it. */
const lines: Readonly<Record<string, (index: string) => string>> = {
  'the path of an index': index => `--index-url ${index}/\${TOKEN}/simple\nflask>=2\n`,
  'the path of another index': index =>
    `--index-url ${index}/simple\n--extra-index-url ${index}/\${TOKEN}/more\nflask>=2\n`,
  'the query of an index': index => `--index-url ${index}/simple/?key=\${TOKEN}\nflask>=2\n`,
  'the host of an index': () => '--index-url http://${TOKEN}.invalid/simple\nflask>=2\n',
  'the whole of an index': () => '--index-url ${TOKEN}\nflask>=2\n',
  'an index that redirects': index => `--index-url ${index}/\${TOKEN}/moved\nsix>=1\n`,
  'an index that is busy': index => `--index-url ${index}/\${TOKEN}/busy\nsix>=1\n`,
  'an index that answers nonsense': index => `--index-url ${index}/\${TOKEN}/broken\nsix>=1\n`,
  'a page of links': index => `--index-url ${index}/simple\n--find-links ${index}/\${TOKEN}/links\nflask>=2\n`,
  'a page of links that is broken': index =>
    `--index-url ${index}/simple\n--find-links ${index}/\${TOKEN}/broken\nflask>=2\n`,
  'a local page of links': index => `--index-url ${index}/simple\n--find-links ./\${TOKEN}.html\nflask>=2\n`,
  'the URL of a wheel': index =>
    `--index-url ${index}/simple\nflask @ ${index}/\${TOKEN}/flask-3.0.0-py3-none-any.whl\n`,
  'a version': index => `--index-url ${index}/simple\nflask===\${TOKEN}\n`,
  'an extra': index => `--index-url ${index}/simple\nflask[\${TOKEN}]>=2\n`,
  'a marker': index => `--index-url ${index}/simple\nflask>=2 ; sys_platform == "\${TOKEN}"\n`,
  'the name of a project': index => `--index-url ${index}/simple\n\${TOKEN}>=2\n`,
  'a part of the name of a project': index => `--index-url ${index}/simple\nflask-\${TOKEN}==1\n`,
  'a file to include': () => '-r ${TOKEN}.txt\n',
  'a file to include from the web': index => `--index-url ${index}/simple\n-r ${index}/\${TOKEN}/r.txt\nflask>=2\n`,
  'a repository': index => `--index-url ${index}/simple\n-e git+https://\${TOKEN}@example.org/x#egg=x\nflask>=2\n`,
  'the name of a repository': index =>
    `--index-url ${index}/simple\n-e git+https://example.org/x#egg=\${TOKEN}\nflask>=2\n`,
  'an option that is none': () => '--${TOKEN}\n',
  'the value of an option': () => '--use-feature=${TOKEN}\n',
  'a line that cannot be read': () => 'a b ${TOKEN}\n',
  'over the end of a line': index => `--index-url ${index}/\${TO\\\nKEN}/simple\nflask>=2\n`,
}

async function everything(cwd: string, text: string, given: Partial<Options>) {
  writeFileSync(join(cwd, 'requirements.txt'), text)
  const said: string[] = []
  const options: Partial<Options> = {
    python: ['3.12'],
    sizes: false,
    cwd,
    cacheDir: join(cwd, 'cache'),
    ...given,
    environment: { HOME: '/nonexistent', PIP_CONFIG_FILE: '/dev/null', PIP_RETRIES: '0', ...given.environment },
    onNotice: line => said.push(line),
    onProgress: event => said.push(JSON.stringify(event)),
  }
  const failed = (error: unknown) => void said.push(describeError(error, { ...style, verbose: true }))
  const done = await rewrite(['requirements.txt'], options).catch(failed)
  if (done) said.push(...Object.values(reports).map(report => report(done.result, style)))
  const found = await check(['requirements.txt'], options).catch(failed)
  if (found) said.push(...Object.values(checkReports).map(report => report(found, style)))
  const kept = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter(path => path.startsWith('cache') && statSync(join(cwd, path)).isFile())
    .map(path => path + readFileSync(join(cwd, path), 'latin1'))
  return { said: said.join('\n'), kept: kept.join('\n'), done }
}

const token = fc
  .tuple(
    fc.constantFrom('ghp_', 'pypi-', 'x'),
    fc.stringMatching(/^[A-Za-z0-9]{12,24}$/),
    fc.constantFrom('', '/77', '+b=', ' z'),
  )
  .map(parts => parts.join(''))

describe('a variable is told by its name', () => {
  test.each(Object.keys(lines))('in %s', async place => {
    await fc.assert(
      fc.asyncProperty(token, async value => {
        const index = await serve(answer)
        const { said, kept } = await everything(folderWith({}), lines[place]!(index.url), {
          environment: { TOKEN: value },
        })
        const secret = value.split(/[/+ ]/)[0]!.toLowerCase()
        expect(said.toLowerCase()).not.toContain(secret)
        expect(kept.toLowerCase()).not.toContain(secret)
        if (place.endsWith('name of a project')) {
          // One that is no name makes a line that cannot be read.
          expect(said).toMatch(/\$\{TOKEN\} stands for the name of a project|Expected semicolon/)
          expect(index.asked).toEqual([])
        }
      }),
      { numRuns: runs(1, 3) },
    )
  })

  test.each(['a', 'e', '3.12', 'simple'])('and a value such as %j changes no other text', async value => {
    const index = await serve(answer)
    const text = lines['the path of an index']!(index.url)
    const plain = await everything(folderWith({}), text.replace('${TOKEN}', 'q'), {})
    const { said } = await everything(folderWith({}), text, { environment: { TOKEN: value } })
    const lastLine = (all: string) =>
      all
        .trimEnd()
        .split('\n')
        .filter(line => line.startsWith('requirements.txt:2'))
        .at(-1)
    expect(lastLine(said)).toBe(lastLine(plain.said))
    expect(said).toContain('pin flask: newest that goes with the rest of the file')
    expect(said).toContain(`${index.url}/\${TOKEN}/simple/`)
  })

  test('and an empty value changes nothing: it counts as none', () => {
    const written = writtenFormOf([], { TOKEN: '' })
    expect(written('any text: ${TOKEN}')).toBe('any text: ${TOKEN}')
    const cwd = folderWith({ 'r.txt': '--index-url https://example.org/${TOKEN}/simple\nflask\n' })
    return expect(
      loadRequirements(['r.txt'], { cwd, environment: { TOKEN: '' } }).then(files => {
        const empty = writtenFormOf(files, { TOKEN: '' })
        return ['flask', 'https://example.org/simple/', ''].map(text => empty(text))
      }),
    ).resolves.toEqual(['flask', 'https://example.org/simple/', ''])
  })

  test('in any text, whatever a server or an installer makes of it; other text stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        token,
        fc.string(),
        fc.constantFrom(encodeURI, encodeURIComponent, String),
        async (value, around, as) => {
          const cwd = folderWith({ 'r.txt': '--index-url https://example.org/${TOKEN}/simple\n' })
          const files = await loadRequirements(['r.txt'], { cwd, environment: { TOKEN: value } })
          const written = writtenFormOf(files, { TOKEN: value })
          expect(written(`<${as(value)}>`)).toBe('<${TOKEN}>')
          // A blank ends the value of the option.
          if (!value.includes(' '))
            expect(written(`https://example.org/${as(value)}/simple/`)).toBe('https://example.org/${TOKEN}/simple/')
          fc.pre(!value.toLowerCase().includes(around.toLowerCase()) || around.length < 5)
          if (!around.toLowerCase().includes(value.split(/[/+ ]/)[0]!.toLowerCase()))
            expect(written(around)).toBe(around)
        },
      ),
      { numRuns: 50 },
    )
  })
})

test.runIf(process.platform !== 'win32')('in what an installer is told, and in what it answers', async () => {
  const value = 'ghp_0123456789abcdef'
  const index = await serve(answer)
  // Outside of the folder that is worked on: a program in that is not run.
  const programs = folderWith({
    'bin/uv': `#!/bin/bash\ncase "$*" in --version) echo 'uv 0.13.9 (x86_64)';; *) echo "$*" >> ${'$'}(dirname "$0")/told; echo 'no: ${index.url}/${value}/simple/' >&2; exit 1;; esac\n`,
  })
  chmodSync(join(programs, 'bin/uv'), 0o755)
  const cwd = folderWith({})
  const PATH = `${join(programs, 'bin')}:/usr/bin:/bin`
  const environment = { TOKEN: value, PATH }
  const text = lines['the path of an index']!(index.url)
  const { said } = await everything(cwd, text, { environment, verify: true, python: ['3.9'] })
  expect(said).toContain(`no: ${index.url}/\${TOKEN}/simple/`)
  expect(said).not.toContain(value)
  expect(readFileSync(join(programs, 'bin/told'), 'utf8')).not.toContain(value)
})

describe('--expand', () => {
  const environment = { TOKEN: 'ghp_0123456789', OTHER: 'sesame-77' }

  test.each<[id: string, expand: readonly string[] | undefined, asked: string | undefined]>([
    ['every variable, as pip has it', undefined, '/ghp_0123456789/sesame-77/'],
    ['none', [], undefined],
    ['one', ['OTHER'], undefined],
    ['one that is not set', ['HOMES'], undefined],
  ])('%s', async (_, expand, asked) => {
    const index = await serve(answer)
    const text = `--index-url ${index.url}/\${TOKEN}/\${OTHER}/simple\nflask>=2\n`
    await everything(folderWith({}), text, { environment, expand })
    // An index whose URL is not known is not asked.
    if (asked === undefined) expect(index.asked).toEqual([])
    else expect(index.asked.join()).toContain(asked)
  })

  test.each([[[]], [['all', 'TOKEN']], [['none', 'all']], [['token']], [['A B']], [['']], [['__proto__']]])(
    '%j is refused, or none',
    given => {
      if (given.length === 0) expect(readExpand(given)).toEqual([])
      else expect(() => readExpand(given)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    },
  )

  test('a repository may narrow it, and not widen what the command line says', async () => {
    const index = await serve(answer)
    const cwd = folderWith({
      '.git/HEAD': '',
      'requirements.txt': `--index-url ${index.url}/\${TOKEN}/simple\nflask>=2\n`,
    })
    const run = (setting: string, flags: readonly string[]) => {
      writeFileSync(join(cwd, 'torchpin.toml'), `expand = ${setting}\n`)
      const args = ['rewrite', '--dry-run', '--no-sizes', '--python', '3.12', ...flags, 'requirements.txt']
      return commandIn(join(cwd, 'home'))(cwd, args, { env: { TOKEN: 'ghp_0123456789' } })
    }
    await run('"none"', [])
    expect(index.asked.join()).not.toContain('ghp_')
    await run('"all"', ['--expand', 'none'])
    await run('["TOKEN"]', ['--expand=OTHER'])
    expect(index.asked.join()).not.toContain('ghp_')
    await run('["TOKEN"]', [])
    expect(index.asked.join()).toContain('ghp_')
  })
})

test.each(['__PROTO__', 'CONSTRUCTOR', 'TOSTRING', 'HASOWNPROPERTY'])(
  '%s names nothing that every object has',
  async name => {
    const folder = folderWith({ 'r.txt': `-r \${${name}}\n`, [`\${${name}}`]: 'six==1\n' })
    const files = await loadRequirements(['r.txt'], { cwd: folder, environment: {} })
    expect(files.map(({ path }) => path)).toEqual(['r.txt', `\${${name}}`])
  },
)
