import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type GateOptions, gate } from '../../src/check/gate/gate.ts'
import { gateReports } from '../../src/report/gate.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'

const { indexes, folderWith, optionsIn } = sandbox(cpu2023, main2023)

type Texts = Readonly<Record<string, string | undefined>>

/** A repository in which some files are committed and others lie about: its folder. */
function changed(before: Texts, after: Texts): string {
  const cwd = folderWith({})
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'pipe' })
  const put = (texts: Texts) => {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      if (text === undefined) rmSync(join(cwd, path))
      else writeFileSync(join(cwd, path), text.replaceAll('{CPU}', indexes.cpu))
    }
  }
  git('init', '-q')
  put({ 'README.md': '', ...before })
  git('add', '-A')
  git('commit', '-q', '-m', 'a')
  put(after)
  return cwd
}

const compared = (cwd: string, given: Partial<GateOptions> = {}, paths: readonly string[] = []) =>
  gate(paths, {
    against: 'HEAD',
    ...optionsIn(cwd),
    environment: { ...process.env, PIP_CONFIG_FILE: '/dev/null' },
    ...given,
  })

const cpu = '--extra-index-url {CPU}\ntorch==2.1.0+cpu\n'

describe('what a change of requirements files adds', () => {
  test('CUDA that comes back, at the line that brings it', async () => {
    const cwd = changed({ 'requirements.txt': cpu }, { 'requirements.txt': 'flask\ntorch==2.1.0\n' })
    const { findings, locks, growth } = await compared(cwd)
    expect(findings).toEqual([
      {
        code: 'cuda-added',
        level: 'error',
        path: 'requirements.txt',
        line: 2,
        message: expect.stringMatching(
          /^it brings CUDA to linux-x86_64: torch 2\.1\.0, triton 2\.1\.0, nvidia-cublas-cu12 12\.1\.3\.1, [\d.]+ k?B more to download$/,
        ),
        hint: 'torchpin rewrite .',
      },
    ])
    const [{ savings, isNew, target, ways }] = locks as [(typeof locks)[number]]
    expect({ isNew, python: target.python }).toEqual({ isNew: false, python: ['3.11'] })
    expect(ways).toContainEqual({ name: 'triton', way: ['torch', 'triton'] })
    const bytes = (side: 'before' | 'after') =>
      savings.packages.reduce((sum, row) => sum + (row[side]?.download ?? 0), 0)
    expect(growth.download).toBe(bytes('after') - bytes('before'))
    expect(savings.packages.find(({ name }) => name === 'torch')).toMatchObject({
      before: { version: '2.1.0+cpu' },
      after: { version: '2.1.0' },
    })
  })

  test('the way back is none of its findings, and weighs less', async () => {
    const { ok, growth } = await compared(
      changed({ 'requirements.txt': 'torch==2.1.0\n' }, { 'requirements.txt': cpu }),
    )
    expect({ ok, smaller: growth.download < 0 }).toEqual({ ok: true, smaller: true })
  })

  test('in a file that another brings in, and one that is new', async () => {
    const cwd = changed(
      { 'requirements.txt': '-r requirements/base.txt\nflask==3.0.0\n', 'requirements/base.txt': cpu },
      {
        'requirements/base.txt': '-r deeper/torch.txt\n',
        'requirements/deeper/torch.txt': 'torch==2.1.0\n',
      },
    )
    const { findings, locks } = await compared(cwd, {}, ['requirements.txt'])
    expect(findings.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['cuda-added', 'requirements/deeper/torch.txt', 1],
    ])
    expect(locks[0]!.savings.before.packages).toBe(4)
  })

  test('constraints of the other side count there', async () => {
    const cwd = changed(
      { 'requirements.txt': '-c constraints.txt\ntorch\n', 'constraints.txt': 'torch<2.1\n' },
      { 'constraints.txt': 'torch<2.1.1\n' },
    )
    const { locks } = await compared(cwd)
    expect(locks[0]!.savings.packages.find(({ name }) => name === 'torch')).toMatchObject({
      before: { version: '2.0.1' },
      after: { version: '2.1.0' },
    })
  })

  test('a file that is new counts whole', async () => {
    const { locks, findings } = await compared(changed({}, { 'requirements.txt': 'torch==2.1.0\n' }))
    expect(locks[0]).toMatchObject({ isNew: true, savings: { before: { packages: 0 } } })
    expect(findings.map(({ code }) => code)).toEqual(['cuda-added'])
  })

  test('where no text differs no index is asked', async () => {
    const cwd = changed({ 'requirements.txt': 'torch\n', 'b/requirements.txt': 'flask\n' }, {})
    const before = indexes.requests.length
    expect(await compared(cwd)).toMatchObject({ ok: true, locks: [], growth: { download: 0, exact: true } })
    expect(indexes.requests.length).toBe(before)
  })

  test('of several sets the one that differs, from a folder below the top', async () => {
    const cwd = changed(
      { 'a/requirements.txt': '-r ../base.txt\n', 'b/requirements.txt': 'flask\n', 'base.txt': 'flask<3\n' },
      { 'base.txt': 'flask\n' },
    )
    const { locks } = await compared(cwd)
    expect(locks.map(({ path }) => path)).toEqual(['a/requirements.txt'])
    const below = await compared(join(cwd, 'a'))
    expect(below.locks.map(({ path, savings }) => [path, savings.packages[0]!.before?.version])).toEqual([
      ['requirements.txt', '2.3.3'],
    ])
  })

  test('nothing outside of the repository is asked for', async () => {
    const outside = folderWith({ 'requirements.txt': 'torch\n' })
    const cwd = changed({ 'requirements.txt': `-r ${outside}/requirements.txt\n` }, { 'requirements.txt': 'flask\n' })
    const notices: string[] = []
    const { locks } = await compared(cwd, { onNotice: notice => notices.push(notice) })
    expect(notices[0]).toBe(
      `requirements.txt on the other side: it may bring in ${outside}/requirements.txt, which lies outside of the repository`,
    )
    expect(locks[0]!.savings.packages).toEqual([])
  })
})

describe('what cannot be worked out', () => {
  const broken = () => changed({ 'requirements.txt': 'torch = 2\n' }, { 'requirements.txt': 'torch==2.1.0+cpu\n' })

  test('is told', async () => {
    const notices: string[] = []
    const { locks } = await compared(broken(), { onNotice: notice => notices.push(notice) }, ['requirements.txt'])
    expect(notices).toEqual([
      expect.stringMatching(/^requirements\.txt on the other side: requirements\.txt:1:7: /),
      'requirements.txt: what the files installed before cannot be worked out, so there is nothing to compare',
    ])
    expect(locks[0]!.savings).toMatchObject({ before: { exact: false }, packages: [] })
  })

  test('keeps no budget', async () => {
    const { findings } = await compared(broken(), { maxGrowthDownload: 1e12 })
    expect(findings.map(({ code, path }) => [code, path])).toEqual([['budget-unknown', 'requirements.txt']])
  })
})

test('a budget on the growth', async () => {
  const cwd = changed({ 'requirements.txt': 'flask==3.0.0\n' }, { 'requirements.txt': 'flask==3.0.0\nnumpy==1.26.4\n' })
  const { findings } = await compared(cwd, { maxGrowthDownload: 1 })
  expect(findings).toMatchObject([{ code: 'growth-over-budget', message: expect.stringContaining('numpy') }])
  expect((await compared(cwd, { maxGrowthDownload: 1e9 })).findings).toEqual([])
})

test('a lock file and a requirements file are not compared', async () => {
  const cwd = changed({ 'requirements.txt': '', 'base/uv.lock': '' }, {})
  await expect(compared(cwd, { against: 'base/uv.lock' }, ['requirements.txt'])).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: 'requirements.txt is compared with a revision of git, and not with a lock file',
  })
})

test('the report has a table for each set', async () => {
  const cwd = changed({ 'requirements.txt': cpu }, { 'requirements.txt': 'torch==2.1.0\n' })
  const result = await compared(cwd)
  const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false, terminal: false }
  const markdown = gateReports.markdown(result, style)
  expect(markdown).toContain('requirements.txt, Python 3.11 on linux-x86\\_64:')
  expect(markdown).toMatch(/\| `triton` \|/)
  expect(readFileSync(join(cwd, 'requirements.txt'), 'utf8')).toBe('torch==2.1.0\n')
})
