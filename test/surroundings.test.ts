import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFull } from './full.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const bin = resolve(import.meta.dirname, '../bin/torchpin.js')
const isRoot = process.getuid?.() === 0

const { indexes, temporary, folderWith } = sandbox(cpu2023, main2023)
beforeAll(() => {
  // Other users come by here.
  chmodSync(temporary, 0o755)
})

const before = 'torch>=2.0.0\nflask>=2\n'
const after = () => `--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu\nflask==3.0.0\n`

interface Around {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdout?: number | 'pipe'
  readonly stderr?: number | 'pipe'
  /** The number of the user who runs it. */
  readonly uid?: number
}

/** Rewrites what is in a folder. */
async function run(cwd: string, { env = {}, stdout = 'pipe', stderr = 'pipe', uid }: Around = {}) {
  const flags = ['--python', '3.11', '--no-sizes', '--cpu-index-url', indexes.cpu, '--index-url', indexes.main]
  const child = spawn(process.execPath, [bin, 'rewrite', ...flags, '.'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: temporary, PIP_CONFIG_FILE: '/dev/null', ...env },
    stdio: ['ignore', stdout, stderr],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const said = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', text => (said.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', text => (said.stderr += text))
  const [code] = await once(child, 'close')
  return { code: code as number, ...said }
}

function projectWith(names: readonly string[], name = 'run'): string {
  const outer = folderWith({})
  chmodSync(outer, 0o755)
  const folder = join(outer, name)
  mkdirSync(folder, { recursive: true })
  for (const file of names) writeFileSync(join(folder, file), before)
  return folder
}

const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')]))

const surroundings: readonly [id: string, env: NonNullable<Around['env']>, folder?: string][] = [
  ['blanks and letters of many scripts in the path', {}, 'mein Ordner/модели — ı 模型'],
  ['Turkish, where i is no small I', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
  ['no HOME', { HOME: undefined, XDG_CACHE_HOME: '/dev/null/cache' }],
  ['a time zone fourteen hours ahead', { TZ: 'Pacific/Kiritimati' }],
  ['the C locale', { LANG: 'C', LC_ALL: 'C' }],
  ['a HOME that nobody can write to', { HOME: '/dev/null/home' }],
  ['a HOME where nothing can be made', { HOME: '/proc/1/nowhere' }],
  ['a terminal without colours', { TERM: 'dumb', NO_COLOR: '1' }],
]
test.each(isFull ? surroundings : surroundings.slice(0, 1))('the same result with %s', async (_, env, name) => {
  const folder = projectWith(['requirements.txt'], name)
  const { code, stdout } = await run(folder, { env })
  expect([code, contents(folder)]).toEqual([0, { 'requirements.txt': after() }])
  expect(stdout).toContain('+torch==2.1.0+cpu\n+flask==3.0.0\n')
})

describe.skipIf(process.platform !== 'linux')('streams', () => {
  const full = () => openSync('/dev/full', 'w')

  test('a full standard output: nothing is written, and that is said', async () => {
    const folder = projectWith(['requirements.txt'])
    const { code, stderr } = await run(folder, { stdout: full() })
    expect([code, contents(folder)]).toEqual([2, { 'requirements.txt': before }])
    expect(stderr).toContain('error[OUTPUT_UNWRITABLE]: standard output cannot be written (ENOSPC)')
  })

  test('a full standard error keeps nobody from work', async () => {
    const folder = projectWith(['requirements.txt'])
    const { code } = await run(folder, { stderr: full(), env: { HOME: '/dev/null/home' } })
    expect([code, contents(folder)]).toEqual([0, { 'requirements.txt': after() }])
  })

  test('a reader that goes away: the files are written all the same', async () => {
    const folder = projectWith(['requirements.txt'])
    const flags = `--python 3.11 --no-sizes --cpu-index-url ${indexes.cpu} --index-url ${indexes.main}`
    const child = spawn(
      'bash',
      ['-c', `"$0" "$1" rewrite ${flags} . | true; exit \${PIPESTATUS[0]}`, process.execPath, bin],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: temporary, PIP_CONFIG_FILE: '/dev/null' },
        stdio: 'ignore',
      },
    )
    expect(await once(child, 'close')).toEqual([0, null])
    expect(contents(folder)).toEqual({ 'requirements.txt': after() })
  })
})

describe('folders', () => {
  // To root nothing is read-only, so the user nobody runs the command, where it can come to it.
  const nobody = isRoot ? { uid: 65534 } : {}
  const runs = spawnSync(process.execPath, [bin, '--version'], { ...nobody, stdio: 'ignore' }).status === 0
  test.skipIf(process.platform === 'win32' || !runs)(
    'one that must not be written: every file is as it was',
    async () => {
      const folder = projectWith(['a-requirements.txt', 'b-requirements.txt'])
      if (isRoot) chownSync(folder, 65534, 65534)
      chmodSync(folder, 0o555)
      const { code, stderr } = await run(folder, { ...nobody, env: { HOME: '/nonexistent' } })
      chmodSync(folder, 0o755)
      expect(code).toBe(2)
      expect(stderr).toMatch(/error\[FILE_UNWRITABLE\]: \S+a-requirements\.txt cannot be written \(EACCES\)/)
      expect(contents(folder)).toEqual({ 'a-requirements.txt': before, 'b-requirements.txt': before })
    },
  )

  const mounted = mkdtempSync(join(tmpdir(), 'torchpin-full-'))
  const canMount = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'none', mounted]).status === 0
  afterAll(() => {
    if (canMount) spawnSync('umount', [mounted])
    rmSync(mounted, { recursive: true })
  })
  // Only a superuser may make a small disk.
  test.skipIf(!canMount)('on a full disk: every file is as it was, and no draft is left', async () => {
    const names = ['a-requirements.txt', 'b-requirements.txt', 'c-requirements.txt']
    for (const name of names) writeFileSync(join(mounted, name), before)
    // One page of memory is left: room for the draft of one file, not of three.
    const page = 4096
    const room = Number(spawnSync('df', ['--output=avail', '-B1', mounted], { encoding: 'utf8' }).stdout.split('\n')[1])
    writeFileSync(join(mounted, 'ballast'), Buffer.alloc(room - page))
    const { code, stderr } = await run(mounted)
    rmSync(join(mounted, 'ballast'))
    expect(code).toBe(2)
    expect(stderr).toMatch(/error\[FILE_UNWRITABLE\]: \S+ cannot be written \(ENOSPC\)/)
    expect(contents(mounted)).toEqual(Object.fromEntries(names.map(name => [name, before])))
  })

  test('two runs at once: each file is new, and no draft is left', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `requirements-${i}.txt`)
    const folder = projectWith(names)
    const runs = await Promise.all([run(folder), run(folder)])
    for (const { code, stderr } of runs)
      if (code !== 0) expect([code, stderr]).toEqual([2, expect.stringContaining('FILE_CHANGED')])
    expect(runs.map(({ code }) => code)).toContain(0)
    expect(contents(folder)).toEqual(Object.fromEntries(names.map(name => [name, after()])))
  })
})
