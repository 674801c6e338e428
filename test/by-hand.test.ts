import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import { DEFAULT_CPU_INDEX_URL as cpu } from '../src/contract/options.ts'
import { checkReports } from '../src/report/check.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { commandIn } from './loopback/in-process.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { lockCpuWorld, lockMainWorld } from './loopback/lock-world.ts'
import { plain } from './report/sample.ts'
import { sandbox } from './sandbox.ts'

/** Files that torchpin reads and that another tool has made: where it does not edit them, it says what to write. */

const { folderWith, environment, temporary } = sandbox()
const optionsIn = (cwd: string) => ({ cwd, environment, offline: true, cacheDir: join(temporary, 'cache') })

const source = `[[source]]\nname = "pytorch-cpu"\nurl = "${cpu}"\nverify_ssl = true\n\n`
const cuda = source.replace('/cpu"', '/cu118"').replace('pytorch-cpu', 'cu')
const lockOf = (packages: Readonly<Record<string, string>>) =>
  JSON.stringify({
    default: Object.fromEntries(Object.entries(packages).map(([name, version]) => [name, { version }])),
  })
const toWrite = `write [[source]] with name = "pytorch-cpu", url = "${cpu}" and verify_ssl = true, and in [packages] `

describe('a Pipfile', () => {
  test.each<{ id: string; files: Record<string, string>; found: (string | number | undefined)[][]; hint?: string }>([
    {
      id: 'with torch from anywhere',
      files: { Pipfile: '[packages]\nflask = "*"\ntorch = ">=2.0"\n' },
      found: [['not-cpu-build', 3, 'torch >=2.0 lets builds for CUDA in: nothing binds it to an index']],
      hint: `${toWrite}torch = {version = ">=2.0", index = "pytorch-cpu"}, then run pipenv lock`,
    },
    {
      id: 'with torch from an index of CUDA builds, and torchvision for development',
      files: {
        Pipfile: `${cuda}[packages]\ntorch = {version = "==2.1.0+cu118", index = "cu"}\n[dev-packages]\ntorchvision = "*"\n`,
      },
      found: [
        [
          'not-cpu-build',
          7,
          `torch ==2.1.0+cu118 lets builds for CUDA in: it is bound to ${cpu.replace('cpu', 'cu118')}`,
        ],
        ['not-cpu-build', 9, 'torchvision * lets builds for CUDA in: nothing binds it to an index'],
      ],
      hint: `${toWrite}torch = {version = "==2.1.0", index = "pytorch-cpu"}, torchvision = {version = "*", index = "pytorch-cpu"}, then run pipenv lock`,
    },
    {
      id: 'whose lock has a torch that something brings',
      files: { Pipfile: '[packages]\nsentence-transformers = "*"\n', 'Pipfile.lock': lockOf({ torch: '==2.1.0' }) },
      found: [['torch-not-named', undefined, 'Pipfile.lock has torch, which nothing binds to the index of CPU builds']],
      hint: `${toWrite}torch = {version = "*", index = "pytorch-cpu"}, then run pipenv lock`,
    },
    {
      id: 'without a lock, with a package that needs torch',
      files: { Pipfile: '[packages]\nsentence-transformers = "*"\n' },
      found: [
        [
          'torch-not-named',
          undefined,
          'sentence-transformers brings torch, which nothing binds to the index of CPU builds',
        ],
      ],
      hint: `${toWrite}torch = {version = "*", index = "pytorch-cpu"}, then run pipenv lock`,
    },
    {
      id: 'whose lock is older than its index',
      files: {
        Pipfile: `${source}[packages]\ntorch = {version = "*", index = "pytorch-cpu"}\n`,
        'Pipfile.lock': lockOf({ torch: '==2.1.0', 'nvidia-cublas-cu12': '==12.1.3.1', triton: '==2.1.0' }),
      },
      found: [
        [
          'cuda-installed',
          undefined,
          'Pipfile.lock still installs nvidia-cublas-cu12==12.1.3.1 and 1 more that only GPUs need',
        ],
      ],
      hint: 'run pipenv lock',
    },
    {
      id: 'bound to the CPU index',
      files: { Pipfile: `${source}[packages]\ntorch = {version = "*", index = "pytorch-cpu"}\n` },
      found: [],
    },
    { id: 'without torch', files: { Pipfile: '[packages]\nflask = "*"\n' }, found: [] },
  ])('$id', async ({ files, found, hint }) => {
    const options = optionsIn(folderWith(files))
    const { findings, ok } = await check(['Pipfile'], options)
    expect(findings.map(({ code, line, message }) => [code, line, message])).toEqual(found)
    expect(new Set(findings.map(({ hint }) => hint))).toEqual(new Set(hint === undefined ? [] : [hint]))
    expect(ok).toBe(found.length === 0)
    const rewriting = rewrite(['Pipfile'], options)
    if (found.length === 0) return expect((await rewriting).rewritten).toEqual([])
    await expect(rewriting).rejects.toMatchObject({ code: 'FILE_UNREADABLE', hint })
  })

  test('that is no TOML', async () => {
    await expect(check(['Pipfile'], optionsIn(folderWith({ Pipfile: '[' })))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'Pipfile is no TOML',
    })
  })

  test('the command ends with 1 where something is found', async () => {
    const cwd = folderWith({ Pipfile: '[packages]\ntorch = "*"\n' })
    const { code, stdout } = await commandIn(temporary)(cwd, ['check', '--offline', 'Pipfile'])
    expect(code).toBe(1)
    expect(stdout).toContain('error[not-cpu-build]')
  })
})

const pdm = (sources: string, ...needs: readonly string[]) =>
  `[project]\nname = "app"\nversion = "1"\ndependencies = [\n${needs.map(need => `  "${need}",\n`).join('')}]\n[tool.pdm]\n${sources}`

describe("PDM's pyproject.toml", () => {
  const sentence = (names: string) =>
    `write [[tool.pdm.source]] with name = "pytorch-cpu", url = "${cpu}", include_packages = [${names}] and exclude_packages = ["*"], then run pdm lock`

  test.each<{ id: string; files: Record<string, string>; found: (string | number | undefined)[][]; hint?: string }>([
    {
      id: 'with torch from anywhere',
      files: { 'pyproject.toml': pdm('', 'flask', 'torch>=2.0') },
      found: [['not-cpu-build', 6]],
      hint: sentence('"torch"'),
    },
    {
      id: 'whose lock has what something brings',
      files: {
        'pyproject.toml': pdm('', 'sentence-transformers'),
        'pdm.lock':
          '[[package]]\nname = "torch"\nversion = "2.1.0"\n[[package]]\nname = "torchvision"\nversion = "1"\n',
      },
      found: [
        ['torch-not-named', undefined],
        ['torch-not-named', undefined],
      ],
      hint: sentence('"torch", "torchvision"'),
    },
    {
      id: 'bound, with what something brings',
      files: {
        'pyproject.toml': pdm(
          `[[tool.pdm.source]]\nname = "a"\nurl = "${cpu}"\ninclude_packages = ["torch*"]\n`,
          'torch',
        ),
        'pdm.lock': '[[package]]\nname = "torchvision"\nversion = "1"\n',
      },
      found: [],
    },
  ])('$id', async ({ files, found, hint }) => {
    const { findings } = await check(['pyproject.toml'], optionsIn(folderWith(files)))
    expect(findings.map(({ code, line }) => [code, line])).toEqual(found)
    expect(new Set(findings.map(({ hint }) => hint))).toEqual(new Set(hint === undefined ? [] : [hint]))
  })

  test('alone in a folder, the hint says to name it', async () => {
    await expect(check(['.'], optionsIn(folderWith({ 'pyproject.toml': pdm('', 'torch') })))).rejects.toMatchObject({
      hint: "there is PDM's pyproject.toml: name it, and torchpin check says what binds torch to CPU builds",
    })
  })
})

describe('a pylock.toml', () => {
  let indexes: Loopback
  beforeAll(async () => {
    indexes = await serveIndexes(lockCpuWorld, lockMainWorld)
  })
  afterAll(() => indexes.close())

  function folderOf(name: string, change = (text: string): string => text) {
    const cwd = folderWith({})
    cpSync(join('fixtures/locks/pylock', name), cwd, { recursive: true })
    const text = readFileSync(join(cwd, 'pylock.toml'), 'utf8')
    writeFileSync(
      join(cwd, 'pylock.toml'),
      change(text.replaceAll('http://127.0.0.1:8419', new URL(indexes.main).origin)),
    )
    return { ...optionsIn(cwd), offline: false, python: ['3.11'] }
  }

  test('CUDA in it is found, with its bytes and the command that makes it anew', async () => {
    const result = await check(['pylock.toml'], folderOf('direct'))
    expect(result.findings).toEqual([
      {
        code: 'cuda-installed',
        level: 'error',
        path: 'pylock.toml',
        line: expect.any(Number),
        message: expect.stringMatching(/^it installs CUDA on linux-x86_64: torch 2\.15\.0, .* to download$/),
        hint: 'it is an export by uv: run torchpin rewrite pyproject.toml, then uv export --frozen --no-emit-project -o pylock.toml; or torchpin rewrite pylock.toml, which lasts until the next export',
      },
    ])
    expect(result.install).toMatchObject({ packages: 6, exact: true })
    expect(checkReports.text(result, plain)).toMatch(/1 finding: 6 packages, [\d.]+ k?B to download/)
  })

  test('a budget is held against it', async () => {
    const { findings, budgets } = await check(['pylock.toml'], { ...folderOf('explicit-index'), maxDownload: 1 })
    expect(budgets).toMatchObject([{ name: 'max-download', exceeded: true }])
    expect(findings.map(({ code, path }) => [code, path])).toEqual([['over-budget', 'pylock.toml']])
  })

  test('without CUDA nothing is found', async () => {
    expect(await check(['pylock.toml'], folderOf('explicit-index'))).toMatchObject({ ok: true, files: [] })
  })

  const withoutHead = (text: string) => text.replaceAll(/^#.*\n/gm, '')
  test.each([
    [
      'uv',
      withoutHead,
      'it is an export by uv: run torchpin rewrite pyproject.toml, then uv export --format pylock.toml -o pylock.toml',
    ],
    [
      'uv, with more than words in its note',
      (text: string) => text.replace(/(uv export .*)/, '$1; rm a'),
      'it is an export by uv: run torchpin rewrite pyproject.toml, then uv export --format pylock.toml -o pylock.toml',
    ],
    [
      'pip',
      (text: string) => withoutHead(text).replace('created-by = "uv"', 'created-by = "pip"'),
      'it is an export by pip: run torchpin rewrite requirements.txt, then python -m pip lock -r requirements.txt -o pylock.toml',
    ],
    [
      'another tool',
      (text: string) => withoutHead(text).replace('created-by = "uv"', 'created-by = "x"'),
      'it is an export by x: run torchpin rewrite pyproject.toml, and have it exported anew',
    ],
  ])('with a release that has no CPU build is not rewritten: of %s', async (_, change, hint) => {
    const options = { ...folderOf('direct', change), cpuIndexUrl: indexes.cpu }
    await expect(rewrite(['pylock.toml'], options)).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      message: expect.stringContaining('The CPU index does not have torch 2.15.0 yet'),
      hint,
    })
  })

  test('is not rewritten where nobody tells which wheels the CPU index has', async () => {
    await expect(rewrite(['pylock.toml'], { ...folderOf('direct'), offline: true })).rejects.toMatchObject({
      code: 'INDEX_UNREACHABLE',
    })
  })

  test('that is not there', async () => {
    await expect(check(['pylock.toml'], optionsIn(folderWith({})))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
