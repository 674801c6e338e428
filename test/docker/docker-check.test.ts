import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import { checkDockerfile, type DockerCheckOptions, saveFixes } from '../../src/docker/check.ts'
import { initDocker, saveDocker } from '../../src/docker/init.ts'
import { dockerCheckReports } from '../../src/report/docker/check.ts'
import { runs } from '../full.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures/docker')

let cwd: string
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-docker-')))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), contents)
  }
}

const check = (paths: string[] = [], options: Partial<DockerCheckOptions> = {}) =>
  checkDockerfile(paths, { cwd, ...options })
const codes = async (...given: Parameters<typeof check>) =>
  (await check(...given)).result.files.flatMap(({ findings }) => findings.map(({ code }) => code))
const refusal = (...given: Parameters<typeof check>) =>
  check(...given).catch(error => ({ code: error.code, message: error.message, hint: error.hint }))

describe('what is checked', () => {
  test('the Dockerfile of the folder, else the Containerfile', async () => {
    write({ Containerfile: 'FROM x\n' })
    expect((await check()).result.files.map(({ path }) => path)).toEqual(['Containerfile'])
    write({ Dockerfile: 'FROM x\n' })
    expect((await check()).result.files.map(({ path }) => path)).toEqual(['Dockerfile'])
  })

  test('several, by path or by folder', async () => {
    write({ 'a/Dockerfile': 'FROM x\n', 'b/Dockerfile.dev': 'FROM x\n' })
    expect((await check(['a', 'b/Dockerfile.dev'])).result.files.map(({ path }) => path)).toEqual([
      'a/Dockerfile',
      'b/Dockerfile.dev',
    ])
  })

  test('stages are told', async () => {
    write({
      Dockerfile:
        'ARG V=3.12\nFROM python:$V AS base\nFROM base AS build\nFROM ${OTHER}\nFROM base\nCOPY --from=build /x /x\n',
    })
    const { result } = await check()
    expect(result.files[0]!.stages).toEqual([
      { name: 'base', base: 'python:3.12', line: 2, ships: true },
      { name: 'build', base: 'base', line: 3, ships: false },
      { name: null, base: '${OTHER}', line: 4, ships: false },
      { name: null, base: 'base', line: 5, ships: true },
    ])
  })

  test('requirements are looked up in the context', async () => {
    write({
      'docker/Dockerfile':
        'FROM python:3.12-slim\nCOPY api/requirements.txt /\nRUN pip install --no-cache-dir -r /requirements.txt\n',
      'api/requirements.txt': 'torch\n',
    })
    expect(await codes(['docker/Dockerfile'])).toEqual([])
    expect(await codes(['docker/Dockerfile'], { context: '.' })).toEqual(['torch-without-cpu-index'])
  })
})

describe('what is refused', () => {
  test.each([
    {
      id: 'nothing there',
      files: {},
      path: [],
      message: 'there is no Dockerfile in this folder',
      hint: 'torchpin docker init writes one',
    },
    {
      id: 'a wrong name',
      files: { Dockerfile: 'FROM x' },
      path: ['Dokerfile'],
      message: 'Dokerfile does not exist',
      hint: 'did you mean Dockerfile?',
    },
    {
      id: 'no FROM',
      files: { Dockerfile: 'RUN a\n' },
      path: [],
      message: 'Dockerfile has no FROM, so it is no Dockerfile',
      hint: 'give the path of a Dockerfile',
    },
    {
      id: 'empty',
      files: { Dockerfile: '' },
      path: [],
      message: 'Dockerfile has no FROM, so it is no Dockerfile',
      hint: 'give the path of a Dockerfile',
    },
    {
      id: 'another instruction',
      files: { Dockerfile: 'FROM x\nRUM a\n' },
      path: [],
      message: 'Dockerfile:2:1: there is no such instruction in a Dockerfile\nRUM a\n^^^',
      hint: 'did you mean RUN?',
    },
    {
      id: 'no UTF-8',
      files: { Dockerfile: Buffer.from('FROM x\n# \xff', 'latin1') },
      path: [],
      message: 'Dockerfile is not UTF-8 throughout',
      hint: expect.any(String),
    },
  ])('$id', async ({ files, path, message, hint }) => {
    write(files as Record<string, string>)
    expect(await refusal(path)).toEqual({ code: 'FILE_UNREADABLE', message, hint })
  })

  test('a code that there is not', async () => {
    write({ Dockerfile: 'FROM x\n' })
    expect(await refusal([], { ignore: ['gpu-indx'] })).toEqual({
      code: 'BAD_OPTION',
      message: '--ignore gpu-indx: docker check has no such code',
      hint: 'did you mean gpu-index?',
    })
  })

  test('instructions of another frontend are let be', async () => {
    write({ Dockerfile: '# syntax = edrevo/dockerfile-plus\nFROM x\nINCLUDE+ y\n' })
    expect(await codes()).toEqual([])
  })
})

describe('what is not told', () => {
  const bad = 'FROM python:3.12-slim\nRUN pip install --no-cache-dir torch\n'
  test.each([
    { id: 'told', text: bad, expected: ['torch-without-cpu-index'] },
    {
      id: 'a comment before',
      text: bad.replace('RUN', '# torchpin: ignore torch-without-cpu-index\nRUN'),
      expected: [],
    },
    {
      id: 'several codes',
      text: bad.replace('RUN', '#torchpin: ignore gpu-index, torch-without-cpu-index why\n\n# hm\nRUN'),
      expected: [],
    },
    {
      id: 'inside of the instruction',
      text: bad.replace('install', 'install \\\n # torchpin: ignore torch-without-cpu-index\n'),
      expected: [],
    },
    {
      id: 'another code',
      text: bad.replace('RUN', '# torchpin: ignore gpu-index\nRUN'),
      expected: ['torch-without-cpu-index'],
    },
    {
      id: 'another instruction',
      text: `${bad}# torchpin: ignore torch-without-cpu-index\nRUN x\n`,
      expected: ['torch-without-cpu-index'],
    },
  ])('$id', async ({ text, expected }) => {
    write({ Dockerfile: text })
    expect(await codes()).toEqual(expected)
  })

  test('--ignore', async () => {
    write({ Dockerfile: bad })
    const { result } = await check([], { ignore: ['torch-without-cpu-index'] })
    expect(result.ok).toBe(true)
  })

  test('in a .dockerignore', async () => {
    write({
      Dockerfile: 'FROM x\nCOPY . .\n',
      '.dockerignore': '.git\n# torchpin: ignore dockerignore-root-only\n__pycache__\n*.pyc\n',
    })
    expect(await codes()).toEqual(['dockerignore-root-only'])
  })
})

describe('.git', () => {
  test.each([
    {
      id: 'where the context is the repository',
      files: { '.git/HEAD': '', Dockerfile: 'FROM x\nCOPY . .\n' },
      expected: ['dockerignore-gaps'],
    },
    { id: 'not where it is above', files: { '../.git/HEAD': '', Dockerfile: 'FROM x\nCOPY . .\n' }, expected: [] },
  ])('$id', async ({ files, expected }) => {
    const home = cwd
    cwd = join(home, 'sub')
    write({ ...files, '.dockerignore': '**/__pycache__\n' })
    expect(await codes()).toEqual(expected)
    cwd = home
  })
})

describe('docker check and docker init say the same of a project', () => {
  const cpu = 'https://download.pytorch.org/whl/cpu'
  const gpu = 'https://download.pytorch.org/whl/cu128'
  const mirror = 'https://mirror.example.org/simple'
  const entry = (name: string, version: string, registry: string, more = '') =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "${registry}" }\n${more}\n`
  const root = (more: string) =>
    `version = 1\n[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\n${more}\n`
  const needsTorch = 'dependencies = [{ name = "torch" }]'
  const project = (dependencies: string, more = '') =>
    `[project]\nname = "app"\nversion = "1"\ndependencies = [${dependencies}]\n${more}`
  const index = (name: string, url: string, explicit = true) =>
    `[[tool.uv.index]]\nname = "${name}"\nurl = "${url}"\n${explicit ? 'explicit = true\n' : ''}`
  const bound = `${index('cpu', cpu)}[tool.uv.sources]\ntorch = { index = "cpu" }\n`
  const cudnn = entry('nvidia-cudnn-cu12', '9.1', mirror)
  const asksCudnn = `dependencies = [{ name = "nvidia-cudnn-cu12", marker = "sys_platform == 'linux'" }]`
  const onMac = `marker = "sys_platform == 'darwin'"`
  const offMac = `marker = "sys_platform != 'darwin'"`
  const twoBuilds = (linux: string, mac: string) =>
    root(
      `dependencies = [{ name = "torch", version = "2.13.0", source = { registry = "${mirror}" }, ${mac} }, { name = "torch", version = "2.13.0+cpu", source = { registry = "${cpu}" }, ${linux} }]`,
    ) +
    entry('torch', '2.13.0', mirror, asksCudnn) +
    entry('torch', '2.13.0+cpu', cpu) +
    cudnn
  const byExtra =
    root(
      `[package.optional-dependencies]\ncpu = [{ name = "torch", version = "2.13.0+cpu", source = { registry = "${cpu}" } }]\ncu = [{ name = "torch", version = "2.13.0", source = { registry = "${mirror}" } }]`,
    ) +
    entry('torch', '2.13.0', mirror, asksCudnn) +
    entry('torch', '2.13.0+cpu', cpu) +
    cudnn
  const poetry = (torch: string, more = '') => `[tool.poetry.dependencies]\npython = "^3.11"\ntorch = ${torch}\n${more}`
  const poetrySource = `[[tool.poetry.source]]\nname = "cpu"\nurl = "${cpu}"\npriority = "explicit"\n`
  const uv = { verb: 'uv sync --locked --no-dev', pyproject: project('"torch"') }
  const unlocked = 'uv sync --no-dev'
  const install = 'poetry install --only main'

  const rows: readonly {
    id: string
    verb: string
    pyproject: string
    lock?: string
    cuda: boolean
    /** What only the command of the Dockerfile says, which docker init would not write. */
    checkOnly?: true
  }[] = [
    {
      id: 'A: a lock from the public index',
      ...uv,
      lock: root(needsTorch) + entry('torch', '2.15.0', DEFAULT_INDEX_URL),
      cuda: true,
    },
    { id: 'A: not locked', verb: unlocked, pyproject: project('"torch>=2.12"'), cuda: true },
    {
      id: 'a marker that holds',
      verb: unlocked,
      pyproject: project(`"torch>=2.0 ; python_version >= '3.9'"`),
      cuda: true,
    },
    { id: 'a marker for macOS', verb: unlocked, pyproject: project(`"torch ; sys_platform == 'darwin'"`), cuda: false },
    { id: 'B: UV_TORCH_BACKEND', verb: `UV_TORCH_BACKEND=cpu ${unlocked}`, pyproject: project('"torch"'), cuda: true },
    {
      id: 'C: torch-backend of uv pip',
      verb: unlocked,
      pyproject: project('"torch"', '[tool.uv.pip]\ntorch-backend = "cpu"'),
      cuda: true,
    },
    {
      id: 'D: an explicit index and a source',
      verb: unlocked,
      pyproject: project('"torch>=2.12"', bound),
      cuda: false,
    },
    { id: 'D: locked, and another build for macOS', ...uv, lock: twoBuilds(offMac, onMac), cuda: false },
    { id: 'the other way round', ...uv, lock: twoBuilds(onMac, offMac), cuda: true },
    {
      id: 'D2: torchvision without a source',
      verb: unlocked,
      pyproject: project('"torch", "torchvision"', bound),
      cuda: true,
    },
    {
      id: 'D2: locked',
      ...uv,
      lock:
        root('dependencies = [{ name = "torch" }, { name = "torchvision" }]') +
        entry('torch', '2.13.0+cpu', cpu) +
        entry('torchvision', '0.28.0', mirror),
      cuda: true,
    },
    {
      id: 'E: torch comes with another package, and the source does nothing',
      verb: unlocked,
      pyproject: project('"sentence-transformers"', bound),
      cuda: true,
    },
    {
      id: 'F: constraint-dependencies do not help',
      verb: unlocked,
      pyproject: project('"sentence-transformers"', `[tool.uv]\nconstraint-dependencies = ["torch"]\n${bound}`),
      cuda: true,
    },
    {
      id: 'G: override-dependencies do',
      verb: unlocked,
      pyproject: project('"sentence-transformers"', `[tool.uv]\noverride-dependencies = ["torch"]\n${bound}`),
      cuda: false,
    },
    {
      id: 'H: with torch named too',
      verb: unlocked,
      pyproject: project('"sentence-transformers", "torch"', bound),
      cuda: false,
    },
    {
      id: 'I: with torch in a group',
      verb: unlocked,
      pyproject: project('"sentence-transformers"', `[dependency-groups]\ndev = ["torch"]\n${bound}`),
      cuda: false,
    },
    {
      id: 'K: an index that is not explicit',
      verb: unlocked,
      pyproject: project('"torch"', index('cpu', cpu, false)),
      cuda: false,
    },
    {
      id: 'K2: an explicit index without a source',
      verb: unlocked,
      pyproject: project('"torch"', index('cpu', cpu)),
      cuda: true,
    },
    {
      id: 'a source that is an index for GPUs',
      verb: unlocked,
      pyproject: project('"torch"', `${index('gpu', gpu)}[tool.uv.sources]\ntorch = [{ index = "gpu" }]\n`),
      cuda: true,
    },
    {
      id: 'a lock with builds for GPUs',
      ...uv,
      lock: root(needsTorch) + entry('torch', '2.13.0+cu128', gpu),
      cuda: true,
    },
    {
      id: 'L: a +cpu pin from a mirror',
      ...uv,
      lock: root(needsTorch) + entry('torch', '2.13.0+cpu', mirror),
      cuda: false,
    },
    { id: 'a lock from a mirror', ...uv, lock: root(needsTorch) + entry('torch', '2.5.1', mirror), cuda: true },
    {
      id: 'torch built from a repository',
      ...uv,
      lock:
        root(needsTorch) +
        '[[package]]\nname = "torch"\nversion = "2.5.1"\nsource = { git = "https://git.example.org/torch" }\n',
      cuda: false,
    },
    {
      id: 'N: nvidia-cublas by name',
      ...uv,
      lock:
        root('dependencies = [{ name = "torch" }, { name = "nvidia-cublas-cu12" }]') +
        entry('torch', '2.13.0+cpu', cpu) +
        entry('nvidia-cublas-cu12', '12.1', mirror),
      cuda: true,
    },
    { id: 'Y: an extra for each build, neither chosen', ...uv, lock: byExtra, cuda: false },
    { id: 'Y: that for CPU', ...uv, verb: 'uv sync --extra cpu', lock: byExtra, cuda: false, checkOnly: true },
    { id: 'Y: that for CUDA', ...uv, verb: 'uv sync --extra=cu', lock: byExtra, cuda: true, checkOnly: true },
    {
      id: 'Y: uv export of it',
      ...uv,
      verb: 'uv export --extra cu > r.txt && uv pip install --system -r r.txt',
      lock: byExtra,
      cuda: true,
      checkOnly: true,
    },
    {
      id: 'Poetry: a lock from the public index',
      verb: install,
      pyproject: poetry('"^2"'),
      lock: '[[package]]\nname = "torch"\nversion = "2.9.0"\n',
      cuda: true,
    },
    {
      id: 'Poetry: one from a source',
      verb: install,
      pyproject: poetry('"^2"'),
      lock: `[[package]]\nname = "torch"\nversion = "2.9.0+cpu"\n[package.source]\ntype = "legacy"\nurl = "${cpu}"\n`,
      cuda: false,
    },
    {
      id: 'Poetry: CUDA behind a marker for macOS',
      verb: install,
      pyproject: poetry('"^2"'),
      lock: `[[package]]\nname = "nvidia-cudnn-cu12"\nversion = "9.1"\nmarkers = "sys_platform == \\"darwin\\""\n[[package]]\nname = "torch"\nversion = "2.9.0"\nmarkers = "sys_platform == \\"darwin\\""\n[[package]]\nname = "torch"\nversion = "2.9.0+cpu"\nmarkers = "sys_platform != \\"darwin\\""\n[package.source]\ntype = "legacy"\nurl = "${cpu}"\n`,
      cuda: false,
    },
    {
      id: 'Poetry: not locked, an explicit source',
      verb: install,
      pyproject: poetry('{ version = "^2", source = "cpu" }', poetrySource),
      cuda: false,
    },
    {
      id: 'Poetry: not locked, a source that nothing names',
      verb: install,
      pyproject: poetry('"^2"', poetrySource),
      cuda: true,
    },
  ]
  const lockName = (verb: string) => (verb.startsWith('poetry') ? 'poetry.lock' : 'uv.lock')

  test.each(rows)('$id: docker check', async ({ verb, pyproject, lock, cuda }) => {
    write({
      Dockerfile: `FROM python:3.12-slim\nWORKDIR /app\nENV UV_NO_CACHE=1 POETRY_NO_CACHE=1\nCOPY pyproject.toml *.lock ./\nRUN ${verb}\n`,
      'pyproject.toml': pyproject,
      ...(lock === undefined ? {} : { [lockName(verb)]: lock }),
    })
    const found = (await codes()).filter(code => code === 'torch-without-cpu-index' || code === 'gpu-index')
    expect(found.length > 0).toBe(cuda)
  })

  test.each(rows.filter(({ checkOnly }) => !checkOnly))('$id: docker init', async ({ verb, pyproject, lock, cuda }) => {
    const uses = verb.includes('uv ') && !pyproject.includes('[tool.uv') ? '\n[tool.uv]\npackage = false\n' : ''
    write({ 'pyproject.toml': pyproject + uses, ...(lock === undefined ? {} : { [lockName(verb)]: lock }) })
    const { result } = await initDocker('.', { cwd })
    expect(result.findings.some(({ code }) => code === 'init-torch-not-cpu-only')).toBe(cuda)
  })
})

describe('fixes', () => {
  const bad = 'FROM python:3.12-slim as b\nRUN apt-get install curl && pip install torch\nCOPY . .\n'
  const files = { Dockerfile: bad, '.dockerignore': '__pycache__\n' }

  test('are not applied unasked', async () => {
    write(files)
    const done = await check()
    expect(done.rewritten).toEqual([])
    expect(done.result.files[0]).toMatchObject({ changed: false, diff: '' })
  })

  test('are written, and a second run finds nothing to do', async () => {
    write(files)
    const done = await check([], { fix: true })
    await saveFixes(done)
    expect(readFileSync(join(cwd, 'Dockerfile'), 'utf8')).toBe(
      'FROM python:3.12-slim AS b\nRUN apt-get update && apt-get install -y curl && pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch\nCOPY . .\n',
    )
    expect(readFileSync(join(cwd, '.dockerignore'), 'utf8')).toBe('**/__pycache__\n.git\n')
    expect(done.result.ok).toBe(true)
    expect(done.result.files[0]!.findings.every(({ fixed }) => fixed)).toBe(true)
    const again = await check([], { fix: true })
    expect(again.rewritten).toEqual([])
    expect(again.result.files[0]!.findings).toEqual([])
  })

  test('the diff is what git applies', async () => {
    write(files)
    const { result, rewritten } = await check([], { fix: true })
    execFileSync('git', ['apply', '-'], {
      cwd,
      input: result.files[0]!.diff,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(cwd) },
    })
    for (const { absolute, after } of rewritten) expect(readFileSync(absolute)).toEqual(Buffer.from(after))
  })

  test('keep the mark and the line ends', async () => {
    write({ Dockerfile: `\ufeff${bad.replaceAll('\n', '\r\n')}`, '.dockerignore': '.git\r\n**/__pycache__\r\n' })
    const { rewritten } = await check([], { fix: true })
    const text = Buffer.from(rewritten[0]!.after).toString()
    expect(text).toMatch(
      /^\ufeffFROM python:3.12-slim AS b\r\nRUN apt-get update && apt-get install -y curl .* torch\r\nCOPY \. \.\r\n$/,
    )
  })

  test('one .dockerignore of two Dockerfiles is mended once', async () => {
    write({ 'a.Dockerfile': 'FROM x\nCOPY . .\n', 'b.Dockerfile': 'FROM x\nCOPY . .\n', '.dockerignore': 'docs\n' })
    const { rewritten } = await check(['a.Dockerfile', 'b.Dockerfile'], { fix: true })
    expect(rewritten.map(({ after }) => Buffer.from(after).toString())).toEqual(['docs\n.git\n**/__pycache__\n'])
  })
})

describe('what docker init writes has nothing that docker check warns of', () => {
  const examples = resolve(fixtures, '../docker-init')
  test.each(readdirSync(examples, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? entry.name : [])))(
    '%s',
    async name => {
      cpSync(join(examples, name, 'input'), cwd, { recursive: true })
      await saveDocker(await initDocker('.', { cwd, force: true }))
      const { result } = await check()
      expect(result.files[0]!.findings.filter(({ level }) => level !== 'info')).toEqual([])
    },
  )
})

/** Real Dockerfiles, cut up and put together. */
const all = ['rules', 'images'].flatMap(kind =>
  readdirSync(join(fixtures, kind), { recursive: true, encoding: 'utf8' })
    .filter(file => /(?:^|[\\/])Dockerfile$/.test(file))
    .map(file => readFileSync(join(fixtures, kind, file), 'utf8')),
)
const lines = [...new Set(all.flatMap(text => text.split(/(?<=\n)/)))]
const mutilated = fc.oneof(
  fc
    .array(fc.constantFrom(...lines), { minLength: 1, maxLength: 25 })
    .map(picked => `FROM python:3.12-slim\n${picked.join('')}`),
  fc
    .tuple(
      fc.constantFrom(...all),
      fc.nat(400),
      fc.nat(20),
      fc.constantFrom('', '"', "'", '\\', '$', '\n', '<<EOF', '# '),
    )
    .map(([text, at, length, put]) => text.slice(0, at) + put + text.slice(at + length)),
)

test('whatever is cut, a fix leaves nothing to fix, nothing new to find, and twice is once', async () => {
  cpSync(join(fixtures, 'images/guide/requirements.txt'), join(cwd, 'requirements.txt'))
  await fc.assert(
    fc.asyncProperty(mutilated, fc.constantFrom('', '__pycache__\n', '*.txt\ndocs'), async (dockerfile, ignored) => {
      write({ Dockerfile: dockerfile, '.dockerignore': ignored })
      const first = await check([], { fix: true }).catch(error => error)
      if (first instanceof Error) {
        // What no build would take is refused, and nothing else goes wrong.
        expect(first).toMatchObject({ name: 'TorchpinError', code: 'FILE_UNREADABLE' })
        return
      }
      const { findings } = first.result.files[0]
      for (const { level, line, column, message, hint } of findings) {
        expect(['error', 'warning', 'info']).toContain(level)
        expect([line >= 1, column >= 1, message !== '', hint !== '']).toEqual([true, true, true, true])
      }
      expect(findings.filter((found: { fixable: boolean; fixed: boolean }) => found.fixable && !found.fixed)).toEqual(
        [],
      )
      await saveFixes(first)
      const second = await check([], { fix: true })
      expect(second.rewritten).toEqual([])
      const key = (found: { code: string; message: string }) => `${found.code} ${found.message}`
      expect(new Set(second.result.files[0]!.findings.map(key))).toEqual(
        new Set(findings.filter((found: { fixed: boolean }) => !found.fixed).map(key)),
      )
    }),
    { numRuns: runs(30, 200) },
  )
})

describe('reports', () => {
  const style = { color: false, width: 80, diffOnly: false, quiet: false, ascii: false }
  test('text', async () => {
    write({ Dockerfile: 'FROM python:3.12-slim as b\nRUN pip install --no-cache-dir torch\n' })
    expect(dockerCheckReports.text((await check()).result, style)).toMatchInlineSnapshot(`
      "Dockerfile:1:23: info[stage-as-casing]: BuildKit warns where FROM and as are not written alike
        hint: write AS
      Dockerfile:2:32: error[torch-without-cpu-index]: torch comes from the public index here, whose Linux builds carry CUDA
        hint: use --index-url https://download.pytorch.org/whl/cpu

      1 error, 1 note; 2 that --fix mends
      torchpin explain CODE tells more of each
      "
    `)
    expect(dockerCheckReports.text((await check([], { fix: true })).result, style)).toMatchInlineSnapshot(`
      "--- a/Dockerfile
      +++ b/Dockerfile
      @@ -1,2 +1,2 @@
      -FROM python:3.12-slim as b
      -RUN pip install --no-cache-dir torch
      +FROM python:3.12-slim AS b
      +RUN pip install --index-url https://download.pytorch.org/whl/cpu --no-cache-dir torch

      Dockerfile:1:23: info[stage-as-casing]: BuildKit warns where FROM and as are not written alike (fixed)
        hint: write AS
      Dockerfile:2:32: error[torch-without-cpu-index]: torch comes from the public index here, whose Linux builds carry CUDA (fixed)
        hint: use --index-url https://download.pytorch.org/whl/cpu

      Nothing left; 2 fixed
      torchpin explain CODE tells more of each
      "
    `)
  })

  test('markdown and GitHub', async () => {
    write({ Dockerfile: 'FROM nvidia/cuda:12.4.1-base\n' })
    const { result } = await check()
    expect(dockerCheckReports.markdown(result, style)).toMatchInlineSnapshot(`
      "**1 error**

      - \`Dockerfile:1\` error \`gpu-base-image\`: the image starts from nvidia/cuda:12.4.1-base, which brings gigabytes for GPUs: it is an image of CUDA. Hint: start from python:3.12-slim or the like
      "
    `)
    expect(dockerCheckReports.github(result, style)).toMatchInlineSnapshot(`
      "::error file=Dockerfile,line=1,col=6,title=gpu-base-image::the image starts from nvidia/cuda:12.4.1-base, which brings gigabytes for GPUs: it is an image of CUDA%0Ahint: start from python:3.12-slim or the like
      ::error title=torchpin docker check::1 error
      "
    `)
  })

  test('GitHub and SARIF name files from the top of the repository', async () => {
    write({ Dockerfile: 'FROM nvidia/cuda:12.4.1-base\n' })
    const { result } = await check()
    const below = { ...style, folder: 'services/api' }
    expect(dockerCheckReports.github(result, below)).toContain('::error file=services/api/Dockerfile,line=1,')
    const [run] = JSON.parse(dockerCheckReports.sarif(result, below)).runs
    expect(run.results).toMatchObject([
      {
        ruleId: 'gpu-base-image',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'services/api/Dockerfile' } } }],
      },
    ])
  })

  test('SARIF has no alert for what the run mends', async () => {
    write({ Dockerfile: 'FROM python:3.12-slim\nRUN pip install flask\n' })
    const codes = async (fix: boolean) => {
      const { result } = await check([], { fix })
      return JSON.parse(dockerCheckReports.sarif(result, style)).runs[0].results.map(
        ({ ruleId }: { ruleId: string }) => ruleId,
      )
    }
    expect(await codes(false)).toContain('pip-cache-kept')
    expect(await codes(true)).not.toContain('pip-cache-kept')
  })

  test('nothing found', async () => {
    write({ Dockerfile: 'FROM python:3.12-slim\n' })
    expect(dockerCheckReports.text((await check()).result, style)).toBe('Nothing found\n')
  })

  test('foreign text is made safe', async () => {
    write({ Dockerfile: 'FROM evil\u001b[31m/x:1-cuda12.1\n' })
    const { result } = await check()
    expect(dockerCheckReports.text(result, style)).not.toContain('\u001b')
    expect(JSON.parse(dockerCheckReports.json(result)).files[0].findings[0].message).toContain('\u001b[31m')
  })
})
