import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askedOfProcess } from '../../src/commands/last-run/question.ts'
import { type Kept, readRecord, writeRecord } from '../../src/commands/last-run/record.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { cpu2023, main2023, pages2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'
import { folderWith as made } from '../workspace/temporary.ts'
import { askedUntilKept, asker, isAgain, withoutRun } from './same-question.ts'

const { temporary, indexes, folderWith } = sandbox(cpu2023, main2023, pages2023)
const ask = asker(temporary)
const flags = () => ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--python', '3.11']
const repository = (requirements = 'torch==2.1.0\n') =>
  folderWith({ '.git/HEAD': 'ref: refs/heads/main\n', 'requirements.txt': requirements })
const done = () => repository(`--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu\n`)

describe('what is kept', () => {
  test('a run with nothing to write', async () => {
    const cwd = done()
    await askedUntilKept(() => ask(cwd, ['rewrite', ...flags(), '.']))
  })

  test('findings, with their exit code', async () => {
    const cwd = repository()
    expect((await askedUntilKept(() => ask(cwd, ['check', ...flags(), '.']))).code).toBe(1)
  })

  test('an answer of a cache alone, offline', async () => {
    const cwd = repository()
    await ask(cwd, ['check', ...flags(), '.'])
    await askedUntilKept(() => ask(cwd, ['check', '--offline', ...flags(), '.']))
  })

  test('nothing is said of it without --verbose', async () => {
    const cwd = done()
    const torchpin = torchpinIn(temporary)
    const answers = []
    for (let i = 0; i < 4; i++) answers.push(await torchpin(cwd, ['check', ...flags(), '.']))
    expect(answers[3]).toEqual(answers[0])
    expect(answers[3]!.stderr).not.toContain('last run')
  })
})

describe('what is worked out each time', () => {
  test.each<readonly [id: string, args: readonly string[]]>([
    ['with a report in a file', ['check', '--output', 'json=report.json', '.']],
    ['with an error', ['check', 'missing.txt']],
    ['where the settings of the repository say so', ['check', '.']],
  ])('%s', async (id, args) => {
    const cwd = done()
    if (id.includes('settings')) writeFileSync(join(cwd, 'torchpin.toml'), 'last-run = false\n')
    for (let i = 0; i < 3; i++) expect(isAgain(await ask(cwd, [...args, ...flags()]))).toBe(false)
    if (id.includes('report')) expect(readFileSync(join(cwd, 'report.json'), 'utf8')).toContain('"ok"')
  })

  test('standard input', async () => {
    const torchpin = torchpinIn(temporary)
    const cwd = done()
    for (const stdin of ['torch==2.1.0\n', 'torch==2.1.0\n', 'torch==2.0.1\n']) {
      const { stdout, stderr } = await torchpin(cwd, ['rewrite', '--verbose', ...flags(), '-'], { stdin })
      expect(stdout).toContain(stdin.trim())
      expect(stderr).not.toContain('from the last run')
    }
  })

  test('a run that writes: the next one finds other files', async () => {
    const cwd = repository()
    const before = readFileSync(join(cwd, 'requirements.txt'), 'utf8')
    for (let i = 0; i < 3; i++) {
      writeFileSync(join(cwd, 'requirements.txt'), before)
      expect(isAgain(await ask(cwd, ['rewrite', ...flags(), '.']))).toBe(false)
      expect(readFileSync(join(cwd, 'requirements.txt'), 'utf8')).not.toBe(before)
    }
  })

  test('what a server wants to be asked for each time', async () => {
    const cwd = done()
    const server = createServer((request, response) => {
      response.setHeader('cache-control', 'no-cache')
      response.end(
        `<a href="/torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl">torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl</a>`,
      )
      asked.push(request.url ?? '')
    })
    const asked: string[] = []
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    try {
      const { port } = server.address() as AddressInfo
      const args = ['check', ...flags(), '--cpu-index-url', `http://127.0.0.1:${port}/cpu`, '--no-sizes', '.']
      for (let i = 0; i < 3; i++) {
        asked.length = 0
        expect(isAgain(await ask(cwd, args))).toBe(false)
        expect(asked).toContain('/cpu/torch/')
      }
    } finally {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    }
  })
})

describe('side by side', () => {
  test('eight processes say the same, and keep one answer', async () => {
    const cwd = done()
    const one = await ask(cwd, ['check', ...flags(), '.'])
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(cwd, ['check', ...flags(), '.'])))
    for (const each of all) expect(withoutRun(each)).toEqual(withoutRun(one))
    expect(isAgain(await ask(cwd, ['check', ...flags(), '.']))).toBe(true)
    expect(readdirSync(join(temporary, 'cache/last-run')).filter(name => name.startsWith('.'))).toEqual([])
  })
})

describe('secrets', () => {
  const recordsIn = (home: string) => {
    const folder = join(home, 'cache/last-run')
    return readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')] as const)
  }

  test('of addresses, variables and files are in no record', async () => {
    const cwd = done()
    const home = folderWith({
      '.netrc': 'machine 127.0.0.1 login me password netrc-s3cret\n',
      'pip.conf': `[global]\nextra-index-url = ${indexes.main.replace('//', '//me:conf-s3cret@')}\n`,
    })
    const withPassword = (index: string, password: string) => index.replace('//', `//me:${password}@`)
    const args = ['check', '--python', '3.11', '--cpu-index-url', withPassword(indexes.cpu, 'flag-s3cret'), '.']
    const env = {
      PIP_INDEX_URL: withPassword(indexes.main, 'variable-s3cret'),
      PIP_CONFIG_FILE: join(home, 'pip.conf'),
    }
    await askedUntilKept(() => asker(home)(cwd, args, env))
    expect(recordsIn(home)).toHaveLength(1)
    for (const [name, text] of recordsIn(home)) expect(`${name} ${text}`).not.toMatch(/s3cret/)
    // The name of a record says nothing of a password either.
    const other = args.map(argument => argument.replace('flag-s3cret', 'another'))
    expect(isAgain(await asker(home)(cwd, other, env))).toBe(false)
    expect(recordsIn(home)).toHaveLength(1)
    expect(isAgain(await asker(home)(cwd, other, { ...env, PIP_INDEX_URL: withPassword(indexes.main, 'other') }))).toBe(
      false,
    )
  })

  test('that a file puts into a path are in no record', async () => {
    const text = `--extra-index-url ${indexes.cpu}\n--find-links ./\${TOKEN}\ntorch==2.1.0+cpu\n`
    const cwd = repository(text)
    const home = folderWith({})
    for (let i = 0; i < 3; i++) {
      const ran = await asker(home)(cwd, ['check', ...flags(), '.'], { TOKEN: 't0ken' })
      expect(ran.code).toBeLessThan(2)
      expect(isAgain(ran)).toBe(false)
    }
    expect(readdirSync(join(home, 'cache'))).toEqual(['v3'])
    // The value makes the difference: where none is put in, the same is kept.
    await askedUntilKept(() => asker(home)(cwd, ['check', ...flags(), '.']))
  })

  test.skipIf(process.platform === 'win32')('are for their user alone', async () => {
    const cwd = done()
    const home = folderWith({})
    await askedUntilKept(() => asker(home)(cwd, ['check', ...flags(), '.']))
    const folder = join(home, 'cache/last-run')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })
})

describe('records', () => {
  const kept: Kept = {
    made: 1,
    until: null,
    looks: [],
    salt: '',
    digest: '',
    printed: [['stdout', 'é\n']],
    exitCode: 1,
  }

  test('come back as they were written', () => {
    const folder = join(made({}), 'cache/last-run')
    writeRecord(folder, 'one', kept)
    expect(readRecord(folder, 'one')).toEqual(kept)
    expect(readRecord(folder, 'two')).toBeUndefined()
  })

  test('that are too large are none', () => {
    const folder = join(made({}), 'last-run')
    writeRecord(folder, 'one', { ...kept, printed: [['stdout', 'x'.repeat(17 * 2 ** 20)]] })
    expect(readRecord(folder, 'one')).toBeUndefined()
  })

  test('the oldest make room, in number and in bytes', () => {
    const folder = join(made({}), 'last-run')
    mkdirSync(folder)
    for (let i = 0; i < 300; i++) {
      writeFileSync(join(folder, `old-${i}`), '')
      utimesSync(join(folder, `old-${i}`), i, i)
    }
    writeRecord(folder, 'new', kept)
    expect(readdirSync(folder)).toHaveLength(200)
    expect(readdirSync(folder)).toContain('old-299')
    expect(readRecord(folder, 'new')).toEqual(kept)
    for (let i = 0; i < 6; i++)
      writeRecord(folder, `${i}`, { ...kept, printed: [['stdout', 'x'.repeat(15 * 2 ** 20)]] })
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    expect(bytes).toBeLessThanOrEqual(64 * 2 ** 20)
    expect(readRecord(folder, '5')).toBeDefined()
  })
})

describe('another edition of torchpin is asked something else', () => {
  const askedWith = (shipped: string, args: readonly string[] = ['check', '.']) => {
    const { argv } = process
    process.argv = [process.execPath, 'torchpin', ...args]
    try {
      return askedOfProcess(shipped)
    } finally {
      process.argv = argv
    }
  }

  test.each(['package.json', 'dist/cli.cjs', 'snapshot/cpu.json', 'snapshot/pypi.json'])('by its %s', name => {
    const shipped = made({
      'package.json': '1',
      'dist/cli.cjs': '1',
      'snapshot/cpu.json': '1',
      'snapshot/pypi.json': '1',
    })
    const before = askedWith(shipped)
    expect(askedWith(shipped)).toEqual(before)
    writeFileSync(join(shipped, name), '22')
    expect(askedWith(shipped)?.facts).not.toBe(before?.facts)
    expect(askedWith(shipped)?.name).not.toBe(before?.name)
  })

  test.each<readonly [string, readonly string[]]>([
    ['another command', ['audit', '.']],
    ['no command', []],
    ['--no-last-run', ['check', '--no-last-run', '.']],
  ])('%s asks for a run', (_, args) => {
    expect(askedWith(made({}), args)).toBeUndefined()
  })

  test.each<readonly [string, readonly string[]]>([
    ['--cache-dir FOLDER', ['check', '--cache-dir', 'there', '.']],
    ['--cache-dir=FOLDER', ['check', '--cache-dir', 'elsewhere', '--cache-dir=there', '.']],
  ])('%s says where answers are', (_, args) => {
    expect(askedWith(made({}), args)?.folder).toBe(join('there', 'last-run'))
  })
})
