import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rewrite } from '../../src/rewrite.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { type Trap, traps } from './traps.ts'

/** What is run, and heeded, where a stranger's repository is verified: nothing of it. */

let indexes: Loopback
let temporary: string
let stranger: Server
/** Paths that the stranger's server was asked for. */
const asked: string[] = []

const answers = (command: string, args: readonly string[]): string =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout ?? ''
const hasPip = /python 3\.11/.test(answers('python3.11', ['-I', '-m', 'pip', '--version']))
const hasUv = answers('uv', ['--version']).startsWith('uv ')

beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-neutral-')))
  stranger = createServer((request, response) => {
    asked.push(request.url!)
    response.end('--no-binary=:all:\n')
  })
  await new Promise<void>(done => stranger.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  stranger.closeAllConnections()
  stranger.close()
  await indexes.close()
  rmSync(temporary, { recursive: true })
})

interface World {
  readonly repository: string
  /** Variables of a user whom the traps have led as far as variables go. */
  readonly variables: Readonly<Record<string, string>>
  sprung(trap: Trap): boolean
  /** Whether anybody fetched the requirements file of the net. */
  remoteIsAsked(): boolean
}

const isAsked = (url: string) => asked.some(path => path.startsWith(`${new URL(url).pathname}/`))

/** A repository with these traps. @param path of the programs that are no trap */
function trapped(set: readonly Trap[], files: Readonly<Record<string, string>>, path: string): World {
  const folder = mkdtempSync(join(temporary, 'world-'))
  const repository = join(folder, 'repository')
  const server = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/${folder.slice(-6)}`
  const markOf = (trap: Trap) => join(folder, `mark-${traps.indexOf(trap)}`)
  const pathOf = (trap: Trap) => `${server}/${traps.indexOf(trap)}`
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(repository, name)), { recursive: true })
    writeFileSync(join(repository, name), text)
    if (text.startsWith('#!')) chmodSync(join(repository, name), 0o755)
  }
  for (const trap of set)
    for (const [name, text] of Object.entries(trap.files))
      put(name, text.replaceAll('{MARK}', markOf(trap)).replaceAll('{TRAP}', pathOf(trap)))
  for (const [name, text] of Object.entries({ '.git/HEAD': '', ...files }))
    put(name, text.replaceAll('{TRAP}', `${server}/remote`))
  const variables: Record<string, string> = { PATH: path }
  for (const trap of set)
    for (const [name, value] of Object.entries(trap.variables ?? {}))
      variables[name] = value.replaceAll('{HERE}', repository).replaceAll('{PATH}', variables['PATH']!)
  return {
    repository,
    variables,
    sprung: trap => existsSync(markOf(trap)) || isAsked(pathOf(trap)),
    remoteIsAsked: () => isAsked(`${server}/remote`),
  }
}

describe('each trap catches who goes into it', () => {
  const isHere = ({ files, victim: [program] }: Trap) =>
    program in files || program === 'sh' || answers(program, ['--version']) !== ''
  test.skipIf(process.platform === 'win32').each(traps.filter(isHere).map(trap => ({ id: trap.id, trap })))(
    '$id',
    async ({ trap }) => {
      const world = trapped([trap], { 'requirements.txt': 'torch\n' }, process.env['PATH']!)
      const [command, ...args] = trap.victim
      const child = spawn(command, args, {
        cwd: world.repository,
        env: { HOME: temporary, PIP_CONFIG_FILE: '/dev/null', UV_HTTP_RETRIES: '0', ...world.variables },
        stdio: 'ignore',
      })
      await new Promise(done => child.on('close', done).on('error', done))
      expect(world.sprung(trap)).toBe(true)
    },
  )
})

const lines = ['torch>=2.0', '-e ./own', './own', './own-1-py3-none-any.whl', '-r {TRAP}/requirements.txt', '']
const files = { 'requirements.txt': lines.join('\n') }

/** Programs that answer as pip and uv do, and the file in which they note how they were started. */
function standIns(): { readonly bin: string; readonly log: () => string } {
  const bin = mkdtempSync(join(temporary, 'bin-'))
  const log = join(bin, 'log')
  writeFileSync(log, '')
  const noting = `{ echo "$0 $*"; pwd; ls -A; env; } >> '${log}'`
  for (const [name, version] of [
    ['python3.11', 'pip 26.3 from /somewhere (python 3.11)'],
    ['uv', 'uv 0.13.9'],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/bash\ncase "$*" in *--version) echo '${version}';; *) ${noting};; esac\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return { bin, log: () => readFileSync(log, 'utf8') }
}

const verified = (world: World, cwd: string, path: string) =>
  rewrite([path], {
    cwd,
    environment: { HOME: temporary, PIP_CONFIG_FILE: '/dev/null', PIP_RETRIES: '0', ...world.variables },
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    python: ['3.11'],
    sizes: false,
    cacheDir: join(temporary, 'cache'),
    verify: true,
  })

const onPosix = process.platform !== 'win32'
/** Of real installers it takes a while; who is looked for on the PATH does not depend on them. */
const notByPath = traps.filter(({ variables }) => !variables?.['PATH'])

describe.each([
  { way: 'stand-ins, in the repository', runs: onPosix, real: false, inside: true, set: traps },
  { way: 'stand-ins, from elsewhere', runs: onPosix, real: false, inside: false, set: traps },
  { way: 'real pip and uv, in the repository', runs: hasPip && hasUv, real: true, inside: true, set: notByPath },
])('--verify with $way goes into no trap', ({ runs, real, inside, set }) => {
  test.skipIf(!runs).each(set.map(trap => ({ id: trap.id, trap })))('$id', async ({ trap }) => {
    const world = trapped([trap], files, real ? process.env['PATH']! : `${standIns().bin}:/usr/bin:/bin`)
    const { result } = await verified(
      world,
      inside ? world.repository : temporary,
      inside ? 'requirements.txt' : join(world.repository, 'requirements.txt'),
    )
    expect(result.verified?.map(({ tool }) => tool)).toEqual(['pip', 'uv'])
    expect(world.sprung(trap)).toBe(false)
    expect(world.remoteIsAsked()).toBe(false)
  })
})

describe.skipIf(!onPosix)('the command', () => {
  const rewriting = async (args: readonly string[], more: Readonly<Record<string, string>>) => {
    const { bin, log } = standIns()
    const world = trapped(traps, { ...files, ...more }, `${bin}:/usr/bin:/bin`)
    const indexFlags = ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main]
    const ran = await torchpinIn(temporary)(
      world.repository,
      ['rewrite', '--dry-run', '--no-sizes', '--python', '3.11', ...indexFlags, ...args, 'requirements.txt'],
      { env: { ...world.variables, SECRET_TOKEN: 'hunter2' } },
    )
    return { ...ran, log: log(), sprung: traps.filter(world.sprung).map(({ id }) => id) }
  }

  test('--verify starts them alone, in an empty folder, with few variables', async () => {
    const { code, stderr, log, sprung } = await rewriting(['--verify'], {})
    expect(stderr).toMatch(/note: requirements\.txt:5 is not verified: that could run code of a package\n/)
    expect(stderr).toMatch(/note: UV_CONFIG_FILE leads into the repository, /)
    expect(code).toBe(0)
    expect(sprung).toEqual([])
    const [pip, folder, next] = log.split('\n')
    expect(pip).toMatch(/\/bin-\w+\/python3\.11 -I -m pip install --dry-run --ignore-installed --only-binary=:all: /)
    expect(folder).toMatch(/\/torchpin-verify-\w+\/empty$/)
    // Variables follow at once: nothing is in the folder.
    expect(next).toMatch(/^\w+=/)
    expect(log).toMatch(/\/bin-\w+\/uv pip compile .*--no-config --python \/\S+\/bin-\w+\/python3\.11 /)
    expect(log).toMatch(/^PATH=\/[^:]+\/bin-\w+:\/usr\/bin:\/bin$/m)
    const ofBash = ['PWD', 'OLDPWD', 'SHLVL', '_']
    const names = new Set([...log.matchAll(/^(\w+)=/gm)].map(([, name]) => name!))
    expect([...names].filter(name => !ofBash.includes(name)).sort()).toEqual(
      ['HOME', 'PATH', 'PIP_BREAK_SYSTEM_PACKAGES', 'TEMP', 'TMP', 'TMPDIR'].sort(),
    )
    expect(readdirSync(tmpdir()).filter(name => folder!.includes(`/${name}/`))).toEqual([])
  })

  test.each([
    { file: 'torchpin.toml', text: 'verify = true\n', line: 1 },
    { file: 'pyproject.toml', text: '[tool.torchpin]\nverify = true\n', line: 2 },
  ])('verify = true in $file is refused, and nothing is started', async ({ file, text, line }) => {
    const { code, stderr, log, sprung } = await rewriting([], { [file]: text })
    expect(stderr).toContain(`error[BAD_OPTION]: ${file}:${line}: verify = true: a repository cannot set verify`)
    expect(code).toBe(2)
    expect(log).toBe('')
    expect(sprung).toEqual([])
  })
})

test.each([
  { id: 'in the repository is the repository’s, and is not read', place: '.venv', isRead: false },
  { id: 'elsewhere is the user’s', place: '../venv', isRead: true },
])('a pip.conf of a virtual environment $id', async ({ place, isRead }) => {
  const { port } = stranger.address() as AddressInfo
  const cwd = join(mkdtempSync(join(temporary, 'site-')), 'repository')
  for (const [name, text] of Object.entries({
    '.git/HEAD': '',
    'requirements.txt': 'torch>=2.0\nfilelock>=3\n',
    [`${place}/pip.conf`]: `[global]\nextra-index-url = http://127.0.0.1:${port}/site/${isRead}\n`,
  })) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  await rewrite(['requirements.txt'], {
    cwd,
    environment: { HOME: temporary, VIRTUAL_ENV: join(cwd, place) },
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    python: ['3.11'],
    sizes: false,
    cacheDir: join(temporary, 'cache'),
  }).catch(() => undefined)
  expect(asked.some(url => url.startsWith(`/site/${isRead}/`))).toBe(isRead)
})
