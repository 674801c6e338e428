import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const bin = resolve(import.meta.dirname, '../../bin/torchpin.js')

let cwd: string
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-docker-')))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'docker', 'check', ...args], {
    cwd,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const write = (text: string) => writeFileSync(join(cwd, 'Dockerfile'), text)
const read = () => readFileSync(join(cwd, 'Dockerfile'), 'utf8')
const bad = 'FROM python:3.12-slim\nRUN pip install --no-cache-dir torch\n'

describe('torchpin docker check', () => {
  test.each([
    { id: 'nothing found', text: 'FROM python:3.12-slim\n', status: 0 },
    { id: 'a note alone', text: 'FROM python:3.12-slim as a\n', status: 0 },
    { id: 'a warning', text: 'FROM python:3.12-slim\nRUN pip install flask\n', status: 1 },
    { id: 'an error', text: bad, status: 1 },
    { id: 'no Dockerfile', text: 'hello\n', status: 2 },
  ])('$id: exit code $status', ({ text, status }) => {
    write(text)
    const done = run()
    expect(done.status).toBe(status)
    expect(done.stderr === '').toBe(status !== 2)
    expect(done.stdout === '').toBe(status === 2)
  })

  test('a file that is not there', () => {
    write(bad)
    expect(run('Dockerfil')).toMatchObject({
      status: 2,
      stderr: 'error[FILE_UNREADABLE]: Dockerfil does not exist\nhint: did you mean Dockerfile?\n',
    })
  })

  test('--fix writes, and exits by what remains', () => {
    write(bad)
    expect(run('--fix')).toMatchObject({ status: 0, stderr: '' })
    expect(read()).toContain('--index-url https://download.pytorch.org/whl/cpu')
    write(`${bad}RUN apt-get update && apt-get install -y gcc\n`)
    expect(run('--fix').status).toBe(1)
  })

  test('--fix --dry-run writes nothing, and prints what git applies', () => {
    write(bad)
    const { stdout, status } = run('--fix', '--dry-run', '--diff-only')
    expect(read()).toBe(bad)
    expect(status).toBe(0)
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: resolve(cwd, '..') }
    expect(spawnSync('git', ['apply'], { cwd, input: stdout, env }).status).toBe(0)
    expect(run()).toMatchObject({ status: 0, stdout: 'Nothing found\n' })
  })

  test('JSON is one document', () => {
    write(bad)
    const { files, ...rest } = JSON.parse(run('--format', 'json').stdout)
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

  test('--ignore, --format github and an unknown code', () => {
    write(bad)
    expect(run('--ignore', 'torch-without-cpu-index').status).toBe(0)
    expect(run('--format', 'github').stdout).toMatch(
      /^::error file=Dockerfile,line=2,col=32,title=torch-without-cpu-index::/,
    )
    expect(run('--ignore', 'nothing-like-it').status).toBe(2)
  })
})
