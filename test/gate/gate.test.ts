import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type GateOptions, gate } from '../../src/check/gate/gate.ts'
import { gateReports } from '../../src/report/gate.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'
import { lockCpuWorld, lockMainWorld } from '../loopback/lock-world.ts'
import { torchpinIn } from '../loopback/torchpin.ts'

const cacheDir = mkdtempSync(join(tmpdir(), 'torchpin-gate-cache-'))
const folders: string[] = []
let indexes: Loopback
let cwd: string

beforeAll(async () => {
  indexes = await serveIndexes(lockCpuWorld, lockMainWorld)
})
afterAll(async () => {
  await indexes.close()
  for (const folder of [cacheDir, ...folders]) rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'torchpin-gate-'))
  folders.push(cwd)
})

/** Puts the lock of a case in the folder; it names the servers of this run. */
function put(name: string, file = 'uv.lock', folder = cwd): void {
  const text = readFileSync(join('fixtures/locks', name, file), 'utf8')
  writeFileSync(join(folder, file), text.replaceAll('http://127.0.0.1:8419', new URL(indexes.main).origin))
  cpSync(join('fixtures/locks', name, 'pyproject.toml'), join(folder, 'pyproject.toml'))
}

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'pipe' }).toString()

function commit(): void {
  git('init', '-q')
  git('add', '-A')
  git('commit', '-q', '-m', 'a')
}

const compared = (given: Partial<GateOptions> = {}, paths: readonly string[] = []) =>
  gate(paths, { against: 'HEAD', cwd, cacheDir, python: ['3.11'], environment: process.env, ...given })

describe('what a change of a lock file adds', () => {
  test('CUDA that comes back is a finding, with the way to it', async () => {
    put('uv/explicit-index')
    commit()
    put('uv/direct')
    const result = await compared()
    expect(result.findings).toEqual([
      {
        code: 'cuda-added',
        level: 'error',
        path: 'uv.lock',
        line: expect.any(Number),
        message: expect.stringMatching(
          /^it brings CUDA to linux-x86_64: torch 2\.15\.0, nvidia-cublas 13\.1\.0, triton 3\.7\.0, by app > torch, [\d.]+ k?B more to download$/,
        ),
        hint: 'bind torch to the index of CPU builds in pyproject.toml, and lock again',
      },
    ])
    expect(result.ok).toBe(false)
    const line = readFileSync(join(cwd, 'uv.lock'), 'utf8').split('\n')[result.findings[0]!.line! - 1]
    expect(line).toBe('name = "torch"')
  })

  test('by package, in bytes to the byte', async () => {
    put('uv/explicit-index')
    commit()
    put('uv/direct')
    const { growth, locks } = await compared()
    const [{ savings, ways }] = locks as [(typeof locks)[number]]
    expect(savings.packages.map(({ name }) => name).sort()).toEqual([
      'filelock',
      'numpy',
      'nvidia-cublas',
      'torch',
      'torchvision',
      'triton',
    ])
    const bytes = (side: 'before' | 'after') =>
      savings.packages.reduce((sum, row) => sum + (row[side]?.download ?? 0), 0)
    expect(growth).toEqual({ download: bytes('after') - bytes('before'), installed: expect.any(Number), exact: true })
    expect(growth.download).toBeGreaterThan(0)
    expect(ways).toContainEqual({ name: 'triton', way: ['app', 'torch', 'triton'] })
  })

  test('the way back is none of its findings', async () => {
    put('uv/direct')
    commit()
    put('uv/explicit-index')
    const { ok, growth } = await compared()
    expect({ ok, smaller: growth.download < 0 }).toEqual({ ok: true, smaller: true })
  })

  test('nothing changed, nothing added', async () => {
    put('uv/direct')
    commit()
    expect(await compared()).toMatchObject({ ok: true, growth: { download: 0, installed: 0, exact: true } })
  })

  test('CUDA that was there is not added', async () => {
    put('uv/transitive')
    commit()
    put('uv/direct')
    expect((await compared()).findings).toEqual([])
  })

  test('a lock file that is new counts whole', async () => {
    writeFileSync(join(cwd, 'a.txt'), '')
    commit()
    put('uv/direct')
    const { locks, findings } = await compared()
    expect(locks[0]).toMatchObject({ isNew: true, savings: { before: { packages: 0 }, after: { packages: 6 } } })
    expect(findings.map(({ code }) => code)).toEqual(['cuda-added'])
  })

  test('CUDA that a marker keeps from every platform is not found', async () => {
    put('poetry/two-entries', 'poetry.lock')
    expect(readFileSync(join(cwd, 'poetry.lock'), 'utf8')).toContain('nvidia-cublas')
    writeFileSync(join(cwd, 'a.txt'), '')
    git('init', '-q')
    git('add', 'a.txt')
    git('commit', '-q', '-m', 'a')
    const platform = ['linux-x86_64', 'linux-aarch64', 'windows-x86_64', 'macos-arm64'] as const
    expect((await compared({ platform })).findings).toEqual([])
  })

  test('a poetry.lock has its bytes from its indexes', async () => {
    put('poetry/two-entries', 'poetry.lock')
    commit()
    put('poetry/transitive', 'poetry.lock')
    const { growth, findings } = await compared()
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('by app > sentence-transformers > torch'),
    ])
    expect(growth).toMatchObject({ exact: true })
  })

  test('extras that are chosen', async () => {
    put('uv/exclusive-extras')
    const base = join(cwd, 'base')
    mkdirSync(base)
    put('uv/extras-of-dependencies', 'uv.lock', base)
    const codes = async (extra: string) =>
      (await compared({ against: 'base/uv.lock', extras: [extra] }, ['uv.lock'])).findings.map(({ code }) => code)
    expect(await codes('cpu')).toEqual([])
    expect(await codes('gpu')).toEqual(['cuda-added'])
  })
})

describe('budgets on the growth', () => {
  beforeEach(() => {
    put('uv/explicit-index')
    commit()
    put('uv/direct')
  })

  test('exceeded', async () => {
    const { budgets, findings } = await compared({ maxGrowthDownload: 10, maxGrowthInstalled: 1e9 })
    expect(budgets.map(({ name, exceeded }) => [name, exceeded])).toEqual([
      ['max-growth-download', true],
      ['max-growth-installed', false],
    ])
    expect(findings.map(({ code }) => code)).toEqual(['cuda-added', 'growth-over-budget'])
  })

  test('bytes that are not known are no reason to pass', async () => {
    const text = readFileSync(join(cwd, 'uv.lock'), 'utf8')
    writeFileSync(
      join(cwd, 'uv.lock'),
      text.replace(
        /(triton[^{]*?\n)source = .*\n(?:wheels = \[[^\]]*\]\n)/,
        '$1source = { git = "https://127.0.0.1/a.git#1" }\n',
      ),
    )
    const { findings } = await compared({ maxGrowthDownload: 1e9 })
    expect(findings.map(({ code }) => code)).toContain('budget-unknown')
  })
})

describe('the other side', () => {
  test.each([
    ['no revision', 'nothing-of-the-kind', 'is no revision of this repository'],
    ['an option', '--output=x', 'is no revision of this repository'],
    ['an option behind a dash', '-h', 'is no revision of this repository'],
  ])('%s', async (_, against, message) => {
    put('uv/direct')
    commit()
    await expect(compared({ against })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining(message),
    })
  })

  test('runs nothing that the repository asks git to run', async () => {
    put('uv/direct')
    commit()
    const mark = join(cwd, 'ran')
    for (const [key, value] of [
      ['core.fsmonitor', `touch ${mark}`],
      ['core.hooksPath', '.'],
      ['core.pager', `touch ${mark}`],
      ['diff.external', `touch ${mark}`],
      ['filter.a.smudge', `touch ${mark}`],
      ['diff.a.textconv', `touch ${mark}`],
    ] as const)
      git('config', key, value)
    writeFileSync(join(cwd, '.gitattributes'), '* filter=a diff=a\n')
    expect((await compared()).ok).toBe(true)
    expect(() => readFileSync(mark)).toThrow('ENOENT')
  })

  test('a lock file of another name is refused', async () => {
    writeFileSync(join(cwd, 'a.lock'), '')
    commit()
    await expect(compared({}, ['a.lock'])).rejects.toMatchObject({ code: 'BAD_OPTION' })
  })

  test('a folder without lock files', async () => {
    writeFileSync(join(cwd, 'a.txt'), '')
    commit()
    await expect(compared()).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'no lock files and no requirements files below .',
    })
  })
})

describe('the command', () => {
  const torchpin = torchpinIn(cacheDir)
  const check = (...args: string[]) => torchpin(cwd, ['check', '--python', '3.11', ...args])

  test('ends with 1 where CUDA comes in, and with 0 where nothing does', async () => {
    put('uv/explicit-index')
    commit()
    expect(await check('--against', 'HEAD')).toMatchObject({ code: 0, stderr: '' })
    put('uv/direct')
    const { code, stdout } = await check('--against', 'HEAD', 'uv.lock')
    expect({ code, found: /error\[([\w-]+)\]/.exec(stdout)?.[1] }).toEqual({ code: 1, found: 'cuda-added' })
  })

  test('a budget on growth without another side would never fail', async () => {
    put('uv/direct')
    expect(await check('--max-growth-download', '1MB')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--max-growth-download counts with --against alone'),
    })
  })

  test('a setting of the repository starts no git', async () => {
    put('uv/direct')
    commit()
    writeFileSync(join(cwd, 'torchpin.toml'), 'against = "HEAD"\n')
    expect(await check()).toMatchObject({ code: 2, stderr: expect.stringContaining('against') })
  })

  test('a budget on growth that the repository sets waits for --against', async () => {
    put('uv/explicit-index')
    commit()
    put('uv/direct')
    writeFileSync(join(cwd, 'torchpin.toml'), 'max-growth-download = "10B"\n')
    writeFileSync(join(cwd, 'requirements.txt'), '')
    expect(await check('requirements.txt')).toMatchObject({ code: 0 })
    const { code, stdout } = await check('--against', 'HEAD', 'uv.lock')
    expect(code).toBe(1)
    expect(stdout).toContain('growth-over-budget')
  })
})

describe('reports', () => {
  const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false, terminal: false }
  const stable = (text: string) =>
    text.replaceAll(/"version": "\d+\.\d+\.\d+[^"]*",\n {2}"against"/g, '"version": "…",\n  "against"')

  test.each(['text', 'json', 'markdown', 'github'] as const)('%s', async format => {
    put('uv/explicit-index')
    commit()
    put('uv/direct')
    const result = await compared({ maxGrowthDownload: 10 })
    await expect(stable(gateReports[format](result, style))).toMatchFileSnapshot(`gate.${format}.txt`)
  })
})
