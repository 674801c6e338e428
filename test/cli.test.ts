import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { headerBlock } from './audit/make-tar.ts'
import { commandIn } from './loopback/in-process.ts'
import { torchpinIn } from './loopback/torchpin.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const bin = resolve(import.meta.dirname, '../bin/torchpin.js')

const { indexes, temporary, folderWith } = sandbox(cpu2023, main2023)

/** Within this process; `started` is the real command, which takes longer. */
const torchpin = commandIn(temporary)
const started = torchpinIn(temporary)

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

const here = (): string[] => ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--python', '3.11']
const read = (cwd: string, name = 'requirements.txt') => readFileSync(join(cwd, name), 'utf8')

describe('torchpin rewrite', () => {
  test("the guide's case: exactly the index line and the pin", async () => {
    const cwd = folderWith({ 'requirements.txt': 'torch>=2.0.0\n' })
    const { code, stdout } = await started(cwd, ['rewrite', ...here(), 'requirements.txt'])
    expect(code).toBe(0)
    expect(read(cwd)).toBe(`--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu\n`)
    expect(stdout).toContain('+torch==2.1.0+cpu')
    expect(stdout).toMatch(/5 → 3 packages/)
  })

  test('--dry-run writes nothing, and git applies the diff it prints', async () => {
    const text = '# Modelle für alle\r\ntorch>=2.0.0\r\nflask>=2'
    const cwd = folderWith({ 'my requirements.txt': text })
    const { code, stdout } = await torchpin(cwd, [
      'rewrite',
      ...here(),
      '--dry-run',
      '--diff-only',
      'my requirements.txt',
    ])
    expect(code).toBe(0)
    expect(read(cwd, 'my requirements.txt')).toBe(text)
    execFileSync('git', ['init', '-q'], { cwd })
    execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd, input: stdout })
    expect(read(cwd, 'my requirements.txt')).toBe(
      `--extra-index-url ${indexes.cpu}\r\n# Modelle für alle\r\ntorch==2.1.0+cpu\r\nflask==3.0.0`,
    )
  })

  test('--format json prints one document and nothing else', async () => {
    const cwd = folderWith({ 'requirements.txt': 'torch>=2.0.0\n' })
    const { stdout } = await torchpin(cwd, ['rewrite', ...here(), '--format', 'json', '--no-sizes', 'requirements.txt'])
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      target: { python: ['3.11'], platforms: ['linux-x86_64'], source: '--python' },
      index: { url: indexes.cpu, origin: 'live' },
      files: [
        {
          path: 'requirements.txt',
          changed: true,
          changes: [
            { action: 'inject', line: 1, from: '', to: `--extra-index-url ${indexes.cpu}` },
            { action: 'pin', line: 1, name: 'torch', from: 'torch>=2.0.0', to: 'torch==2.1.0+cpu' },
          ],
        },
      ],
      savings: null,
    })
  })

  test('savings are the bytes of the wheels', async () => {
    const cwd = folderWith({ 'requirements.txt': 'torch==2.1.0\n' })
    const { stdout } = await torchpin(cwd, ['rewrite', ...here(), '--format', 'json', 'requirements.txt'])
    const { savings } = JSON.parse(stdout)
    expect(savings.before).toMatchObject({ packages: 5, exact: true })
    expect(savings.after).toMatchObject({ packages: 3, exact: true })
    expect(savings.saved.download).toBe(savings.before.download - savings.after.download)
    expect(savings.packages.map((row: { name: string }) => row.name).sort()).toEqual([
      'filelock',
      'nvidia-cublas-cu12',
      'torch',
      'triton',
      'typing-extensions',
    ])
    expect(savings.packages.find((row: { name: string }) => row.name === 'triton').after).toBeNull()
    const total = savings.packages.reduce(
      (sum: number, row: { before: { download: number } | null }) => sum + (row.before?.download ?? 0),
      0,
    )
    expect(total).toBe(savings.before.download)
  })

  test('--verbose tells what was asked of the indexes, and --quiet keeps that back', async () => {
    const cwd = folderWith({ 'requirements.txt': 'torch>=2.0.0\n' })
    const run = (...flags: string[]) =>
      torchpin(cwd, ['rewrite', ...here(), '--dry-run', '--cache-dir', mkdtempSync(join(cwd, 'cache-')), ...flags, '.'])
    const asked = indexes.requests.length
    const { stderr } = await run('--verbose')
    const [, requests] = /^note: (\d+) requests, \d\S* k?B\n$/.exec(stderr) ?? [stderr]
    expect(Number(requests)).toBe(indexes.requests.length - asked)
    expect((await run('--verbose', '--quiet')).stderr).toBe('')
  })

  test('- reads standard input and writes the new file to standard output', async () => {
    const { code, stdout, stderr } = await started(folderWith({}), ['rewrite', ...here(), '-'], {
      stdin: 'torch>=2\n',
    })
    expect(code).toBe(0)
    expect(stdout).toBe(`--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu\n`)
    expect(stderr).toContain('to download')
  })

  test('a folder means the requirements files below it, without what git ignores', async () => {
    const cwd = folderWith({
      '.gitignore': 'build/\n',
      'requirements.txt': 'torch\n',
      'api/requirements-dev.txt': 'flask>=2\n',
      'build/requirements.txt': 'torch\n',
      'notes.txt': 'torch\n',
    })
    const { code } = await torchpin(cwd, ['rewrite', ...here()])
    expect(code).toBe(0)
    expect(read(cwd, 'api/requirements-dev.txt')).toBe('flask==3.0.0\n')
    expect(read(cwd, 'build/requirements.txt')).toBe('torch\n')
    expect(read(cwd, 'notes.txt')).toBe('torch\n')
    expect(read(cwd)).toContain('torch==2.1.0+cpu')
  })

  test('mode, link and encoding stay', async () => {
    const cwd = folderWith({ 'real.txt': Buffer.from('\uFEFFtorch>=2\r\n', 'utf16le') })
    chmodSync(join(cwd, 'real.txt'), 0o640)
    symlinkSync('real.txt', join(cwd, 'requirements.txt'))
    const { code } = await torchpin(cwd, ['rewrite', ...here(), 'requirements.txt'])
    expect(code).toBe(0)
    expect(lstatSync(join(cwd, 'requirements.txt')).isSymbolicLink()).toBe(true)
    expect(statSync(join(cwd, 'real.txt')).mode & 0o777).toBe(0o640)
    expect(readFileSync(join(cwd, 'real.txt'))).toEqual(
      Buffer.from(`\uFEFF--extra-index-url ${indexes.cpu}\r\ntorch==2.1.0+cpu\r\n`, 'utf16le'),
    )
    expect(readdirSync(cwd).sort()).toEqual(['real.txt', 'requirements.txt'])
  })

  test('without a network the snapshot answers, and is said to', async () => {
    const cwd = folderWith({ 'requirements.txt': 'torch==2.13.0\n' })
    const { code, stdout, stderr } = await torchpin(cwd, [
      'rewrite',
      '--offline',
      '--python',
      '3.11',
      '--format',
      'json',
      'requirements.txt',
    ])
    expect(code).toBe(0)
    expect(stderr).toContain('snapshot')
    const { index, savings } = JSON.parse(stdout)
    expect(index).toMatchObject({ origin: 'snapshot', snapshotDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
    const bytecode = { bytes: expect.any(Number), exact: false }
    const [before, after] = [
      { download: 2_740_713_029, installed: 4_764_298_104 },
      { download: 202_222_611, installed: 740_793_797 },
    ]
    expect(savings.before).toEqual({ packages: 29, ...before, bytecode, exact: true })
    expect(savings.after).toEqual({ packages: 10, ...after, bytecode, exact: true })
  })
})

describe('what goes wrong says what, where and what to do, and leaves every file as it was', () => {
  const refused: [id: string, file: string, args: () => string[], code: number, said: RegExp][] = [
    ['an unknown option', 'torch\n', () => ['--bogus'], 2, /unknown option '--bogus'/],
    [
      'a Python that is none',
      'torch\n',
      () => [...here().slice(0, 4), '--python', 'banana'],
      2,
      /--python banana is not a Python version[\s\S]*hint: write it as 3\.11/,
    ],
    [
      'a platform that is none',
      'torch\n',
      () => [...here(), '--platform', 'amiga'],
      2,
      /--platform amiga is not known[\s\S]*linux-x86_64/,
    ],
    [
      'a line that cannot be read',
      'flask>=2\ntorch=2.0\n',
      here,
      2,
      /requirements\.txt:2:\d+: [\s\S]*torch=2\.0\n\s*\^/,
    ],
    [
      'a version that does not exist',
      'torch==9.9.9\n',
      here,
      3,
      /requirements\.txt:1 asks for torch==9\.9\.9\.[\s\S]*no such version of torch[\s\S]* 2\.1\.0\./,
    ],
    [
      'a Python without wheels',
      'torch==2.1.0\n',
      () => [...here().slice(0, 4), '--python', '3.13'],
      3,
      /torch 2\.1\.0 has no wheel for Python 3\.13, only for Python 3\.10 and 3\.11/,
    ],
    [
      'lines that conflict',
      'torch==2.0.1\ntorchvision==0.16.0\n',
      here,
      3,
      /torch==2\.0\.1[\s\S]*torchvision==0\.16\.0, which depends on torch==2\.1\.0[\s\S]*No version of torch fits both/,
    ],
    ['a project that no index has', 'no-such-project>=1\n', here, 3, /No index has a project named no-such-project/],
    [
      'an index that is down',
      'flask>=2\n',
      () => ['--python', '3.11', '--index-url', 'http://127.0.0.1:9/simple'],
      4,
      /http:\/\/127\.0\.0\.1:9 cannot be reached: nothing listens there[\s\S]*hint: /,
    ],
    [
      'no network, and nothing known of the project',
      'no-such-project>=1\n',
      () => ['--python', '3.11', '--offline'],
      4,
      /neither the cache nor the snapshot knows no-such-project/,
    ],
    ['an include that is not there', '-r missing.txt\n', here, 2, /missing\.txt/],
    ['an include of itself', '-r requirements.txt\n', here, 2, /requirements\.txt/],
  ]
  test.each(refused)('%s', async (_, text, args, code, said) => {
    const cwd = folderWith({ 'requirements.txt': text })
    const ran = await torchpin(cwd, ['rewrite', ...args(), 'requirements.txt'])
    expect(ran.stderr).toMatch(said)
    expect(ran.code).toBe(code)
    expect(ran.stdout).toBe('')
    expect(read(cwd)).toBe(text)
    expect(readdirSync(cwd)).toEqual(['requirements.txt'])
  })

  test('an interruption while an index keeps it waiting', async () => {
    const cwd = folderWith({ 'requirements.txt': 'flask>=2\n' })
    const asked = deferred()
    const silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const env = { PATH: process.env['PATH']!, HOME: temporary, PIP_CONFIG_FILE: '/dev/null' }
    const child = spawn(
      process.execPath,
      [
        // Something that would keep the process waiting, as a connection does that is only being made.
        ...['--import', 'data:text/javascript,setInterval(() => undefined, 1e9)', bin],
        ...['rewrite', '--python', '3.11', '--index-url', `http://127.0.0.1:${port}/simple`, 'requirements.txt'],
      ],
      { cwd, env },
    )
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
    await asked.promise
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    silent.closeAllConnections()
    silent.close()
    expect(code).toBe(130)
    expect(stderr).toBe('error[INTERRUPTED]: interrupted; no file has changed\n')
    expect(read(cwd)).toBe('flask>=2\n')
  })

  // More than a pipe holds, so that the last of it is written only when the command is reading.
  const unfinished = Buffer.concat([
    headerBlock({ name: 'layer.tar', type: '0', size: 2 ** 30 }),
    Buffer.alloc(2 ** 20, '#'),
  ])
  test.each(['rewrite', 'check', 'audit', 'explain'])(
    'an interruption of %s while standard input keeps it waiting',
    async command => {
      const env = { PATH: process.env['PATH']!, HOME: temporary }
      const child = spawn(process.execPath, [bin, command, '-'], { cwd: temporary, env })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
      await new Promise(read => child.stdin.write(unfinished, read))
      child.kill('SIGINT')
      const [code] = await once(child, 'close')
      expect(stderr).toContain('interrupted')
      expect(code).toBe(130)
    },
  )

  test('a file that is not there', async () => {
    const { code, stderr } = await torchpin(folderWith({}), ['rewrite', ...here(), 'requirments.txt'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/requirments\.txt does not exist/)
  })

  test('one bad file of two: neither is written', async () => {
    const cwd = folderWith({ 'a.txt': 'torch\n', 'b.txt': 'torch==9.9.9\n' })
    const { code } = await torchpin(cwd, ['rewrite', ...here(), 'a.txt', 'b.txt'])
    expect(code).toBe(3)
    expect([read(cwd, 'a.txt'), read(cwd, 'b.txt')]).toEqual(['torch\n', 'torch==9.9.9\n'])
  })

  test('text of an index or a file cannot write to the terminal', async () => {
    const cwd = folderWith({ 'requirements.txt': 'torch=\u001b[31m2.0\n' })
    const { stderr } = await torchpin(cwd, ['rewrite', ...here(), 'requirements.txt'])
    expect(stderr).not.toContain('\u001b[31m')
  })

  test('a password in an index URL stays in the file and appears nowhere else', async () => {
    const cwd = folderWith({
      'requirements.txt': `--extra-index-url ${indexes.main.replace('http://', 'http://user:s3cret@')}\ntorch\n`,
    })
    const done = await torchpin(cwd, ['rewrite', ...here(), '--format', 'json', 'requirements.txt'])
    expect(done.code).toBe(0)
    expect(read(cwd)).toContain('user:s3cret@')
    expect(done.stdout + done.stderr).not.toContain('s3cret')
  })
})

describe('the program itself', () => {
  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(resolve(bin, '../../package.json'), 'utf8'))
    expect(await started(temporary, ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('--help of a command shows examples and exit codes', async () => {
    const { code, stdout } = await torchpin(temporary, ['rewrite', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('torchpin rewrite requirements.txt')
    expect(stdout).toContain('Exit codes')
  })
})
