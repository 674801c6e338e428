import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type GitHub, serveGitHub } from './github.ts'

/** The file that action.yml names is run as a runner does it, with a stand-in for GitHub's REST API. */
const root = resolve(import.meta.dirname, '../..')
const { outputs: describedOutputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8'))

let temporary: string
let github: GitHub
let workspace: string
beforeAll(() => {
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-action-')))
})
afterAll(() => rmSync(temporary, { recursive: true }))
beforeEach(async () => {
  github = await serveGitHub(7)
  workspace = mkdtempSync(join(temporary, 'workspace-'))
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
function step(
  inputs: Readonly<Record<string, string>>,
  event: object = { pull_request: { number: 7 } },
): Promise<Step> {
  const runner = mkdtempSync(join(temporary, 'runner-'))
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
  return new Promise(done =>
    execFile(process.execPath, [join(root, 'action/main.js')], { cwd: workspace, env }, (error, stdout, stderr) =>
      done({
        code: typeof error?.code === 'number' ? error.code : 0,
        log: stdout + stderr,
        outputs: Object.fromEntries(
          readFileSync(files.output, 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
        ),
        summary: readFileSync(files.summary, 'utf8'),
      }),
    ),
  )
}

const bodies = () => github.comments.map(({ body }) => body)

describe('check', () => {
  test('tells a pull request at the lines, in a comment, in the summary and as outputs, and fails', async () => {
    write({ 'services/api/requirements.txt': 'torch==2.13.0\n' })
    const { code, log, outputs, summary } = await step({ 'working-directory': 'services/api', 'max-download': '800MB' })
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
    expect(log).toBe('::error title=torchpin::command cannot be "audit"%0Ahint: one of check, rewrite\n')
  })
})
