import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commandIn } from '../loopback/in-process.ts'
import { torchpinIn } from '../loopback/torchpin.ts'

let cwd: string
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-docker-')))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const run = (...args: string[]) => commandIn(cwd)(cwd, ['docker', 'check', ...args])

const write = (text: string) => writeFileSync(join(cwd, 'Dockerfile'), text)
const read = () => readFileSync(join(cwd, 'Dockerfile'), 'utf8')
const bad = 'FROM python:3.12-slim\nRUN pip install --no-cache-dir torch\n'

describe('torchpin docker check', () => {
  test.each([
    { id: 'nothing found', text: 'FROM python:3.12-slim\n', code: 0 },
    { id: 'a note alone', text: 'FROM python:3.12-slim as a\n', code: 0 },
    { id: 'a warning', text: 'FROM python:3.12-slim\nRUN pip install flask\n', code: 1 },
    { id: 'an error', text: bad, code: 1 },
    { id: 'no Dockerfile', text: 'hello\n', code: 2 },
  ])('$id: exit code $code', async ({ text, code }) => {
    write(text)
    const done = await run()
    expect(done.code).toBe(code)
    expect(done.stderr === '').toBe(code !== 2)
    expect(done.stdout === '').toBe(code === 2)
  })

  test('a file that is not there', async () => {
    write(bad)
    expect(await run('Dockerfil')).toMatchObject({
      code: 2,
      stderr: 'error[FILE_UNREADABLE]: Dockerfil does not exist\nhint: did you mean Dockerfile?\n',
    })
  })

  test('--fix writes, and exits by what remains', async () => {
    write(bad)
    expect(await run('--fix')).toMatchObject({ code: 0, stderr: '' })
    expect(read()).toContain('--index-url https://download.pytorch.org/whl/cpu')
    write(`${bad}RUN apt-get update && apt-get install -y gcc\n`)
    expect((await run('--fix')).code).toBe(1)
  })

  test('--fix --dry-run writes nothing, and prints what git applies', async () => {
    write(bad)
    const { stdout, code } = await run('--fix', '--dry-run', '--diff-only')
    expect(read()).toBe(bad)
    expect(code).toBe(0)
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: resolve(cwd, '..') }
    expect(spawnSync('git', ['apply'], { cwd, input: stdout, env }).status).toBe(0)
    expect(await run()).toMatchObject({ code: 0, stdout: 'Nothing found\n' })
  })

  test('JSON is one document', async () => {
    write(bad)
    const { files, ...rest } = JSON.parse((await torchpinIn(cwd)(cwd, ['docker', 'check', '--format', 'json'])).stdout)
    expect(rest).toEqual({ schema: 1, version: expect.any(String), ok: false })
    expect(files).toEqual([
      {
        path: 'Dockerfile',
        changed: false,
        diff: '',
        findings: [
          {
            code: 'torch-without-cpu-index',
            level: 'error',
            path: 'Dockerfile',
            line: 2,
            column: 32,
            message: 'torch comes from the public index here, whose Linux builds carry CUDA',
            hint: 'use --index-url https://download.pytorch.org/whl/cpu',
            reason: expect.any(String),
            fixable: true,
            fixed: false,
          },
        ],
        stages: [{ name: null, base: 'python:3.12-slim', line: 1, ships: true }],
      },
    ])
  })

  test('--ignore, --format github and an unknown code', async () => {
    write(bad)
    expect((await run('--ignore', 'torch-without-cpu-index')).code).toBe(0)
    expect((await run('--format', 'github')).stdout).toMatch(
      /^::error file=Dockerfile,line=2,col=32,title=torch-without-cpu-index::/,
    )
    expect((await run('--ignore', 'nothing-like-it')).code).toBe(2)
  })
})
