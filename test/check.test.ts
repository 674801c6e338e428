import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CheckOptions, check } from '../src/check/check.ts'
import type { CheckResult } from '../src/contract/results/check.ts'
import { checkReports } from '../src/report/check.ts'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { commandIn } from './loopback/in-process.ts'
import { serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const { indexes, temporary, folderWith, optionsIn } = sandbox(cpu2023, main2023)

const fileWith = (text: string): string => folderWith({ 'requirements.txt': text })

const checked = (text: string, more: Partial<CheckOptions> = {}): Promise<CheckResult> =>
  check(['requirements.txt'], { ...optionsIn(fileWith(text)), ...more })

const told = ({ findings }: CheckResult) => findings.map(({ line, code }) => `${line} ${code}`)

test('a budget is not vouched for where nobody tells the size of a part', async () => {
  const gone = { tags: ['py3-none-any'], wheels: 'gone' as const }
  const small = await serveIndexes({}, {}, 0, {
    linkPages: { 'p.html': { big: { '1.0': gone }, small: { '1.0': { tags: gone.tags } } } },
  })
  const text = `--no-index\n--find-links ${small.links}/p.html\nsmall==1.0\nbig==1.0\n`
  const found = await checked(text, { maxDownload: 1e9, maxInstalled: 1 })
  expect(found.savings!.unknown).toEqual(['big'])
  expect(found.findings.map(({ code }) => code)).toEqual(['over-budget', 'budget-unknown'])
  expect(found.findings[1]!.message).toBe(
    '--max-download cannot be vouched for: no index tells the size of big, and what big==1.0 needs is not known',
  )
  const alone = await checked(text.replace('small==1.0\n', ''), { maxDownload: 1e9 })
  expect([alone.savings, alone.findings.map(({ code }) => code)]).toEqual([null, ['budget-unknown']])
  expect(told(await checked(text))).toEqual([])
  await small.close()
})

describe('what is found, and where', () => {
  test.each<{ id: string; text: string; found: string[]; options?: Partial<CheckOptions> }>([
    {
      id: 'a range of torch, no index',
      text: 'numpy==1.26.4\ntorch>=2.0.0\n',
      found: ['1 cpu-index-missing', '2 not-cpu-build', '2 cuda-installed'],
    },
    {
      id: 'a plain pin beside the index: right today, and open to the other index',
      text: '--extra-index-url {CPU}\ntorch==2.1.0\n',
      found: ['2 not-cpu-build'],
    },
    { id: 'a CPU pin', text: '--extra-index-url {CPU}\ntorch==2.1.0+cpu\n', found: [] },
    { id: 'an open version', text: 'fastapi>=0.100\n', found: ['1 not-pinned'] },
    { id: 'an open version that is let be', text: 'fastapi>=0.100\n', options: { pin: 'torch' }, found: [] },
    {
      id: 'torch comes along',
      text: 'sentence-transformers==2.2.2\n',
      found: ['1 cpu-index-missing', '1 torch-not-named', '1 torch-not-named', '1 line-missing', '1 cuda-installed'],
    },
    {
      id: 'a line for CUDA',
      text: '--extra-index-url {CPU}\ntorch==2.1.0+cpu\nnvidia-cublas-cu12==12.1.3.1\n',
      found: ['3 gpu-line', '3 cuda-installed'],
    },
    {
      id: 'a package for GPUs',
      text: 'onnxruntime-gpu==1.16.3\n',
      found: ['1 gpu-line'],
    },
    {
      id: 'kept on purpose, and CUDA all the same',
      text: '--extra-index-url {CPU}\ntorch==2.1.1  # torchpin: keep\n',
      found: ['2 cuda-installed'],
    },
  ])('$id', async ({ text, found, options = {} }) => {
    const result = await checked(text, options)
    expect(told(result)).toEqual(found)
    expect(result.ok).toBe(found.length === 0)
  })

  test('CUDA is laid to the line that names torch, not to the first that brings it', async () => {
    const { findings } = await checked('sentence-transformers==2.2.2\ntorch==2.1.0\n')
    expect(findings.filter(({ code }) => code === 'cuda-installed')).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringMatching(/: torchvision 0\.16\.0, [^,]*to download$/) }),
      {
        code: 'cuda-installed',
        level: 'error',
        path: 'requirements.txt',
        line: 2,
        message: expect.stringMatching(
          /^torch brings CUDA on linux-x86_64: (?=.*torch 2\.1\.0)(?=.*triton 2\.1\.0)(?=.*nvidia-cublas-cu12 12\.1\.3\.1).*to download$/,
        ),
        hint: 'torchpin rewrite requirements.txt',
      },
    ])
  })

  test('no bytes asked for, none told, and CUDA found', async () => {
    const result = await checked('torch>=2.0.0\n', { sizes: false })
    expect(result).toMatchObject({ savings: null, install: null })
    expect(told(result)).toContain('1 cuda-installed')
  })

  test('files that no set of versions satisfies cannot be checked', async () => {
    await expect(checked('torch==2.1.0\ntorchvision==0.15.2\n')).rejects.toMatchObject({ code: 'NO_SOLUTION' })
  })
})

test.each(['torch>=2.0.0\ntorchvision\n', 'sentence-transformers==2.2.2\n', 'torch==2.0.1+cu118\nfastapi\n'])(
  'what rewrite makes of %j passes',
  async text => {
    const cwd = fileWith(text)
    await save(await rewrite(['requirements.txt'], optionsIn(cwd)))
    const result = await check(['requirements.txt'], optionsIn(cwd))
    expect(result.findings).toEqual([])
    expect(result.ok).toBe(true)
  },
)

describe('budgets', () => {
  const clean = '--extra-index-url {CPU}\ntorch==2.1.0+cpu\n'

  test.each(['download', 'installed'] as const)('%s: held at the figure itself, broken one byte below', async what => {
    const flag = what === 'download' ? 'maxDownload' : 'maxInstalled'
    const { install } = await checked(clean)
    const actual = what === 'download' ? install!.download : install!.installed + install!.bytecode!.bytes
    expect(actual).toBeGreaterThan(0)
    const held = await checked(clean, { [flag]: actual })
    expect(held).toMatchObject({ ok: true, budgets: [{ limit: actual, actual, exceeded: false }] })
    const broken = await checked(clean, { [flag]: actual - 1 })
    expect(broken).toMatchObject({ ok: false, budgets: [{ limit: actual - 1, actual, exceeded: true }] })
    expect(told(broken)).toEqual(['2 over-budget'])
  })

  test('it is the install of the files as they are that counts', async () => {
    const rewritten = (await checked(clean)).install!
    const result = await checked('torch>=2.0.0\n', { maxDownload: rewritten.download })
    expect(told(result)).toContain('1 over-budget')
    expect(result.install!.packages).toBeGreaterThan(rewritten.packages)
  })

  test('what cannot be worked out does not pass', async () => {
    const result = await checked('torch>=2.0\nnvidia-cublas-cu12==1.0\n', { maxDownload: 1e12 })
    expect(told(result)).toContain('undefined budget-unknown')
    expect(result.ok).toBe(false)
  })

  test('sizes are worked out for a budget, whatever is asked of them', async () => {
    const file = '--extra-index-url {CPU}\ntorch==2.1.0+cpu\n'
    expect((await checked(file, { sizes: false })).install).toBeNull()
    const result = await checked(file, { sizes: false, maxDownload: 1e12 })
    expect(result.budgets).toMatchObject([{ name: 'max-download', exceeded: false }])
    expect(result.ok).toBe(true)
  })
})

describe('the command', () => {
  const here = () => ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--python', '3.11']

  test('0 and 1, and nothing is written', async () => {
    const torchpin = commandIn(temporary)
    const dirty = fileWith('torch>=2.0.0\n')
    const found = await torchpin(dirty, ['check', ...here(), 'requirements.txt'])
    expect(found.code).toBe(1)
    expect(found.stdout).toContain('requirements.txt:1: error[cuda-installed]: ')
    expect(readFileSync(join(dirty, 'requirements.txt'), 'utf8')).toBe('torch>=2.0.0\n')
    const clean = fileWith('--extra-index-url {CPU}\ntorch==2.1.0+cpu\n')
    expect(await torchpin(clean, ['check', ...here()])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing found: 3 packages, /),
    })
  })

  test('budgets just above and just below', async () => {
    const torchpin = commandIn(temporary)
    const clean = fileWith('--extra-index-url {CPU}\ntorch==2.1.0+cpu\n')
    const { stdout } = await torchpin(clean, ['check', ...here(), '--format', 'json'])
    const { download } = JSON.parse(stdout).install
    const at = (bytes: number) => torchpin(clean, ['check', ...here(), '--max-download', `${bytes}B`])
    expect((await at(download)).code).toBe(0)
    expect((await at(download - 1)).code).toBe(1)
    expect(await torchpin(clean, ['check', ...here(), '--max-download', '3 apples'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error[BAD_OPTION]: --max-download 3 apples is not a size'),
    })
  })

  test('--format github: a finding is an annotation at its line', async () => {
    const torchpin = commandIn(temporary)
    const { stdout } = await torchpin(fileWith('torch>=2.0.0\n'), ['check', ...here(), '--format', 'github'])
    expect(stdout).toMatch(/^::error file=requirements\.txt,line=1,title=cuda-installed::/m)
    expect(stdout).toMatch(/^::error title=torchpin check::3 findings: /m)
  })
})

test('--quiet prints errors alone, as every command does', async () => {
  const result = await checked('fastapi>=0.100\ntorch>=2.0.0\n')
  const text = checkReports.text(result, { color: false, width: 80, diffOnly: false, quiet: true, ascii: false })
  expect(told(result)).toContain('1 not-pinned')
  expect([...text.matchAll(/(\w+)\[(.+?)\]/g)].map(([, level, code]) => [level, code])).toEqual([
    ['error', 'cpu-index-missing'],
    ['error', 'not-cpu-build'],
    ['error', 'cuda-installed'],
  ])
})

test('on a terminal', async () => {
  const result = await checked('torch>=2.0.0\n', { maxDownload: 1 })
  const text = checkReports.text(result, { color: false, width: 80, diffOnly: false, quiet: false, ascii: false })
  expect(
    text
      .replaceAll(indexes.cpu, '{CPU}')
      .replace(/[\d.]+ k?B/g, 'SIZE')
      .replace(/█+.?/g, '█'),
  ).toMatchInlineSnapshot(`
    "requirements.txt:1: error[cpu-index-missing]: --extra-index-url {CPU} is missing: the CPU wheels are there
    requirements.txt:1: error[not-cpu-build]: torch>=2.0.0 should be torch==2.1.0+cpu: CPU build
    requirements.txt:1: error[cuda-installed]: torch brings CUDA on linux-x86_64: torch 2.1.1, nvidia-cublas-cu12 12.1.3.1, triton 2.1.0, SIZE to download
    requirements.txt:1: error[over-budget]: SIZE to download, and --max-download is SIZE
      hint: torch and what it brings are SIZE of it
    fix for 3 findings: torchpin rewrite requirements.txt

      download   before  SIZE  █
                 after   SIZE  █  −42 %

      installed  before  SIZE  █
                 after     SIZE  █ −44 %

    max-download: SIZE of SIZE, exceeded

    4 findings: 5 packages, SIZE to download, SIZE on disk and ~SIZE of bytecode; torchpin rewrite makes that SIZE to download (−42 %)
    torchpin explain CODE tells more of each
    "
  `)
})

test.each([
  {
    id: 'a URL that a rewrite leaves as it is',
    text: 'flask==3.0.0\ntorch @ https://example.org/torch-9.0.0%2Bcu118-cp311-cp311-linux_x86_64.whl\n',
    hint: /write the name without the URL/,
  },
  {
    id: 'a URL that a comment keeps',
    text: 'flask==3.0.0\ntorch @ https://example.org/torch-2.1.0%2Bcu118-cp311-cp311-linux_x86_64.whl  # torchpin: keep\n',
    hint: /its comment keeps it/,
  },
])('the hint does not lead in a circle: $id', async ({ text, hint }) => {
  const { findings } = await checked(text)
  const found = findings.find(({ code }) => code === 'cuda-installed')
  expect(found).toMatchObject({ line: 2, hint: expect.stringMatching(hint) })
})
