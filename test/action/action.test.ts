import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { action } from '../../src/action/action.ts'
import type { RunTorchpin } from '../../src/action/run.ts'
import { commandIn } from '../loopback/in-process.ts'
import { sandbox } from '../sandbox.ts'
import { type GitHub, serveGitHub } from './github.ts'

/** A step is run, once as a runner does it by the file that action.yml names, with a stand-in for GitHub's REST API. */
const root = resolve(import.meta.dirname, '../..')
const { outputs: describedOutputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8'))

let github: GitHub
let workspace: string
const { temporary, folderWith } = sandbox()
beforeEach(async () => {
  github = await serveGitHub(7)
  workspace = folderWith({})
  // The snapshot answers for the indexes.
  write({ '.git/HEAD': '', 'torchpin.toml': 'offline = true\npython = "3.11"\n' })
})
afterEach(() => github.close())

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true })
    writeFileSync(join(workspace, name), text)
  }
}

interface Step {
  readonly code: number
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

/** One step of a job that runs for pull request 7. @param event what started it instead */
async function step(
  inputs: Readonly<Record<string, string>>,
  event: object = { pull_request: { number: 7 } },
  run = here,
): Promise<Step> {
  const runner = folderWith({})
  const files = {
    event: join(runner, 'event.json'),
    output: join(runner, 'output'),
    summary: join(runner, 'summary.md'),
  }
  writeFileSync(files.event, JSON.stringify(event))
  writeFileSync(files.output, '')
  writeFileSync(files.summary, 'of a step before\n')
  const given = Object.entries({ token: 't', ...inputs }).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const env = {
    PATH: process.env['PATH']!,
    HOME: temporary,
    PIP_CONFIG_FILE: '/dev/null',
    TORCHPIN_CACHE_DIR: join(temporary, 'cache'),
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.api,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_TEMP: runner,
    ...Object.fromEntries(given),
  }
  const { code, log } = await run(env)
  return {
    code,
    log,
    outputs: Object.fromEntries(
      readFileSync(files.output, 'utf8')
        .split('\n')
        .filter(line => line !== '')
        .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
    summary: readFileSync(files.summary, 'utf8'),
  }
}

type Run = (env: Readonly<Record<string, string>>) => Promise<Pick<Step, 'code' | 'log'>>

/** What the file that action.yml names does, without the start of one more process, nor of that of the command. */
const here: Run = async env => {
  let log = ''
  const torchpin: RunTorchpin = async (args, cwd, variables) => {
    const { code, ...said } = await commandIn(temporary)(cwd, args, { env: variables as Record<string, string> })
    return { code: code!, ...said }
  }
  const code = await action(env, torchpin, text => {
    log += text
  })
  return { code, log }
}

/** The real thing: each process that a runner starts. */
const asRunner: Run = env =>
  new Promise(done =>
    execFile(process.execPath, [join(root, 'action/main.js')], { cwd: workspace, env }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, log: stdout + stderr }),
    ),
  )

const bodies = () => github.comments.map(({ body }) => body)

describe('check', () => {
  test('tells a pull request at the lines, in a comment, in the summary and as outputs, and fails', async () => {
    write({ 'services/api/requirements.txt': 'torch==2.13.0\n' })
    const inputs = { 'working-directory': 'services/api', 'max-download': '800MB' }
    const { code, log, outputs, summary } = await step(inputs, { pull_request: { number: 7 } }, asRunner)
    expect(code).toBe(1)
    expect(log).toMatch(/^::error file=services\/api\/requirements\.txt,line=1,title=over-budget::/m)
    expect(Object.keys(outputs)).toEqual(Object.keys(describedOutputs))
    expect(outputs).toMatchObject({
      changed: 'true',
      'bytes-saved': `${2_740_713_029 - 202_222_611}`,
      'installed-saved': `${4_764_298_104 - 740_793_797}`,
      findings: '4',
      'exit-code': '1',
    })
    const [comment] = bodies()
    expect(comment).toMatch(
      /^<!-- torchpin [0-9a-f]{16} -->\n### torchpin check in `services\/api`\n\n\*\*4 findings: /,
    )
    expect(comment).toContain('| **total** | 29 packages | 10 packages | **−2.54 GB** (−93 %) |')
    expect(summary).toMatch(/^of a step before\n### torchpin check in `services\/api`\n/)
    expect(summary).toContain('| **total** |')
  })

  test('the patch mends what it found: then the comment says so, and no other is made', async () => {
    write({ 'my requirements.txt': 'torch==2.13.0\n' })
    const found = await step({ paths: 'my requirements.txt' })
    execFileSync('git', ['apply', found.outputs['patch']!], { cwd: workspace, env: { PATH: process.env['PATH'] } })
    const mended = await step({ paths: 'my requirements.txt' })
    expect(mended.code).toBe(0)
    expect(mended.outputs).toMatchObject({ changed: 'false', findings: '0', 'exit-code': '0', patch: '' })
    expect(bodies()).toEqual([expect.stringMatching(/\n\*\*Nothing found: 10 packages, 202 MB to download/)])
  })

  test('a project is told of as requirements files are, by the extra that is installed', async () => {
    write({
      'pyproject.toml': `[project]
name = "app"
version = "1"
requires-python = "==3.11.*"
dependencies = []

[project.optional-dependencies]
models = ["torch==2.13.0"]

[tool.uv]
package = false
`,
    })
    const found = await step({ extra: 'models' })
    expect(found.outputs).toMatchObject({ changed: 'true', 'bytes-saved': `${2_740_713_029 - 202_222_611}` })
    expect(found.log).toMatch(/^::error file=pyproject\.toml,line=8,title=cuda-installed::/m)
    const patch = readFileSync(found.outputs['patch']!, 'utf8')
    expect(patch).toContain('+torch = { index = "pytorch-cpu" }\n')
    expect(bodies()).toEqual([expect.stringContaining('**−2.54 GB** (−93 %) |')])
    execFileSync('git', ['apply', found.outputs['patch']!], { cwd: workspace, env: { PATH: process.env['PATH'] } })
    const mended = await step({ extra: 'models' })
    expect(mended.outputs).toMatchObject({ changed: 'false', findings: '0', 'exit-code': '0', patch: '' })
    expect(bodies()).toEqual([expect.stringMatching(/\n\*\*Nothing found: 10 packages, 202 MB to download/)])
  })

  test('what a pull request adds is in the comment, and the outputs are negative', async () => {
    write({ 'requirements.txt': 'torch==2.13.0+cpu\n--extra-index-url https://download.pytorch.org/whl/cpu\n' })
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: workspace, stdio: 'pipe' })
    rmSync(join(workspace, '.git'), { recursive: true })
    git('init', '-q')
    git('add', '-A')
    git('commit', '-q', '-m', 'a')
    expect(await step({ against: 'HEAD' })).toMatchObject({ code: 0, outputs: { 'bytes-saved': '0', findings: '0' } })
    expect(bodies()).toEqual([])
    write({ 'requirements.txt': 'torch==2.13.0\n' })
    const { code, log, outputs } = await step({ against: 'HEAD', 'max-growth-download': '50MB' })
    expect(code).toBe(1)
    expect(outputs).toEqual({
      changed: 'false',
      'bytes-saved': `${202_222_611 - 2_740_713_029}`,
      'installed-saved': `${740_793_797 - 4_764_298_104}`,
      findings: '2',
      'exit-code': '1',
      patch: '',
    })
    expect(log).toMatch(/^::error file=requirements\.txt,line=1,title=cuda-added::/m)
    expect(bodies()[0]).toContain('**2 findings against HEAD: +2.54 GB to download')
    expect(bodies()[0]).toContain('| `nvidia-cudnn-cu13` |')
  })

  test('writes no comment where nothing is found, where none is wanted, and outside of a pull request', async () => {
    write({ 'requirements.txt': '--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.13.0+cpu\n' })
    expect(await step({})).toMatchObject({ code: 0 })
    write({ 'requirements.txt': 'torch==2.13.0\n' })
    expect(await step({ comment: 'false' })).toMatchObject({ code: 1 })
    expect(await step({}, { ref: 'refs/heads/main' })).toMatchObject({ code: 1 })
    expect(bodies()).toEqual([])
  })

  test('a token that only reads, as that of a fork, is a warning and no more', async () => {
    write({ 'requirements.txt': '--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.13.0\n' })
    github.refuse(403, 'Resource not accessible by integration')
    const { code, log, summary } = await step({})
    expect(code).toBe(1)
    expect(log).toMatch(
      /^::warning title=torchpin::the comment was not written: Resource not accessible by integration \(403\)%0Ahint: /m,
    )
    expect(summary).toContain('### torchpin check')
  })

  test('an API that is away is a warning too', async () => {
    write({ 'requirements.txt': 'torch==2.13.0\n' })
    await github.close()
    const { code, log } = await step({})
    expect(code).toBe(1)
    expect(log).toMatch(/^::warning title=torchpin::the comment was not written: /m)
  })
})

describe('ci check', () => {
  test('tells a pull request which install commands bring CUDA, and what CPU builds would save in a run', async () => {
    write({
      '.github/workflows/tests.yml':
        'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: python:3.11\n    steps:\n      - run: pip install torch==2.13.0\n',
    })
    // The indexes are those of the snapshot.
    const { code, log, outputs, summary } = await step({ command: 'ci check', args: '--offline' })
    expect(code).toBe(1)
    expect(log).toMatch(/^::error file=\.github\/workflows\/tests\.yml,line=7,.*title=ci-installs-cuda::/m)
    expect(outputs).toMatchObject({ changed: 'false', findings: '1', 'bytes-saved': `${2_740_713_029 - 202_222_611}` })
    expect(summary).toContain('### torchpin ci check')
    expect(bodies()).toEqual([expect.stringContaining('ci-installs-cuda')])
  })

  test('that finds nothing leaves no comment', async () => {
    write({ '.github/workflows/tests.yml': 'on: push\njobs: {}\n' })
    const { code, outputs } = await step({ command: 'ci check', args: '--offline' })
    expect([code, outputs['findings'], bodies()]).toEqual([0, '0', []])
  })
})

describe('rewrite', () => {
  test('changes the checkout, and tells what that saves', async () => {
    write({ 'requirements.txt': 'torch==2.13.0\n' })
    const { code, outputs, summary } = await step({ command: 'rewrite', summary: 'false' })
    expect(code).toBe(0)
    expect(readFileSync(join(workspace, 'requirements.txt'), 'utf8')).toMatch(/\ntorch==2\.13\.0\+cpu\n$/)
    expect(outputs).toMatchObject({ changed: 'true', findings: '', 'exit-code': '0' })
    expect(bodies()).toEqual([expect.stringMatching(/### torchpin rewrite\n\n\*\*2\.74 GB → 202 MB to download/)])
    expect(summary).toBe('of a step before\n')
  })
})

describe('a run that fails', () => {
  test('is an error with its hint, and what it quotes of a file is no command to the runner', async () => {
    write({ 'requirements.txt': 'torch\n::set-env name=PATH::x\n' })
    const { code, log, outputs, summary } = await step({})
    expect(code).toBe(2)
    const [, token] = /^::stop-commands::(\S+)$/m.exec(log)!
    const [before, quoted, after] = log.split(token!)
    expect(quoted).toMatch(/^\s*::set-env name=PATH/m)
    expect(before! + after!).not.toMatch(/^\s*::set-env/m)
    expect(log).toMatch(/^::error title=torchpin check::error\[FILE_UNREADABLE\]/m)
    expect(outputs).toEqual({ 'exit-code': '2' })
    expect(summary).toContain('**Failed with exit code 2**')
    expect(bodies()).toEqual([])
  })

  test('is told in the comment that is there, which would be out of date', async () => {
    write({ 'requirements.txt': 'torch==2.13.0\n' })
    await step({})
    write({ 'requirements.txt': 'torch=2\n' })
    await step({})
    expect(bodies()).toEqual([expect.stringContaining('**Failed with exit code 2**')])
  })

  test('an input that cannot be read is an error', async () => {
    const { code, log } = await step({ command: 'audit' })
    expect(code).toBe(2)
    expect(log).toBe('::error title=torchpin::command cannot be "audit"%0Ahint: one of check, rewrite, ci check\n')
  })
})
