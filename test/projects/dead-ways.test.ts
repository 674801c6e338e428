import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyProject } from '../../integrations/uv-projects/rows.ts'
import { check } from '../../src/check/check.ts'
import type { CheckResult } from '../../src/contract/results/check.ts'
import { type ProjectIndexes, serveProjectIndexes } from '../loopback/uv-projects.ts'
import { sandbox } from '../sandbox.ts'

const box = sandbox()
let indexes: ProjectIndexes
beforeAll(async () => {
  indexes = await serveProjectIndexes()
})
afterAll(() => indexes.close())

let copies = 0

/** What `check` says of a project beside what it says of CUDA: `path:line code`. @param row of fixtures/uv-projects, and which side of it */
async function deadWays(row: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return inShort(await checked(row, more))
}

async function checked(row: string, more: Readonly<Record<string, string>>): Promise<CheckResult> {
  const cwd = join(box.temporary, `dead-ways-${++copies}`)
  copyProject(`fixtures/uv-projects/${row}`, cwd, indexes.placed)
  for (const [path, text] of Object.entries({ '.git/HEAD': '', ...more })) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  return check(['.'], {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(box.temporary, 'cache'),
    environment: { ...box.environment, PATH: '' },
    sizes: false,
  })
}

const codes = ['torch-backend-not-locked', 'index-without-source', 'source-without-requirement', 'export-without-index']
const inShort = ({ findings }: CheckResult) =>
  findings.filter(({ code }) => codes.includes(code)).map(({ path, line, code }) => `${path}:${line} ${code}`)

describe('settings that do nothing', () => {
  test.each<[row: string, found: string[]]>([
    ['C/before', ['pyproject.toml:10 torch-backend-not-locked']],
    ['K2/before', ['pyproject.toml:10 index-without-source']],
    ['E/before', ['pyproject.toml:15 source-without-requirement']],
    ['F/before', ['pyproject.toml:18 source-without-requirement']],
    ['A/before', []],
    ['D/before', []],
    ['GX/before', []],
    ['W/before', []],
    // What is bound to the CPU index needs no other way.
    ['C/after', []],
    ['K2/after', []],
    ['E/after', []],
  ])('%s', async (row, found) => {
    expect(await deadWays(row)).toEqual(found)
  })
})

describe('UV_TORCH_BACKEND', () => {
  const workflow = (run: string, name = 'UV_TORCH_BACKEND: cpu') =>
    `on: push\njobs:\n  test:\n    env:\n      ${name}\n    steps:\n      - run: ${run}\n`
  test.each<[id: string, files: Readonly<Record<string, string>>, found: string[]]>([
    [
      'beside uv sync in a Dockerfile',
      { Dockerfile: 'FROM x\nENV UV_TORCH_BACKEND=cpu\nRUN uv sync\n' },
      ['Dockerfile:2'],
    ],
    ['in front of uv lock', { 'lock.sh': 'UV_TORCH_BACKEND=cpu uv lock\n' }, ['lock.sh:1']],
    ['in a workflow', { '.github/workflows/a.yml': workflow('uv run pytest') }, ['.github/workflows/a.yml:5']],
    ['in quotes', { 'a.sh': 'export UV_TORCH_BACKEND="cpu"\nuv sync --frozen\n' }, ['a.sh:1']],
    ['in a comment', { 'a.sh': '# UV_TORCH_BACKEND=cpu\nuv sync\n' }, []],
    ['beside uv pip, where it counts', { 'a.sh': 'export UV_TORCH_BACKEND=cpu\nuv sync\nuv pip install torch\n' }, []],
    ['without uv', { 'a.sh': 'export UV_TORCH_BACKEND=cpu\npytest\n' }, []],
    ['another variable', { '.github/workflows/a.yml': workflow('uv sync', 'MY_UV_TORCH_BACKEND: cpu') }, []],
  ])('%s', async (_, files, found) => {
    expect(await deadWays('A/before', files)).toEqual(found.map(place => `${place} torch-backend-not-locked`))
  })

  test('is no matter where torch is bound', async () => {
    expect(await deadWays('A/after', { 'a.sh': 'UV_TORCH_BACKEND=cpu uv sync\n' })).toEqual([])
  })
})

describe('uv export', () => {
  test.each<[id: string, script: string, lines: number[]]>([
    ['and pip', 'uv export > requirements.txt\npip install -r requirements.txt\n', [1]],
    ['and uv pip', 'uv sync\nuv export --frozen -o out/r.txt && uv pip install -r out/r.txt\n', [2]],
    ['and uv pip sync', 'uv export -o r.txt\nuv pip sync r.txt\n', [1]],
    ['through a pipe', 'uv export | uv pip install -r -\n', [1]],
    ['in another folder of an image', 'uv export -o /tmp/r.txt\nCOPY /tmp/r.txt .\npip install -r r.txt\n', [1]],
    ['with its index', 'uv export --emit-index-url > r.txt\npip install -r r.txt\n', []],
    ['as a pylock.toml', 'uv export -o pylock.toml\nuv pip install -r pylock.toml\n', []],
    ['that nothing installs', 'uv export > r.txt\npip-audit -r r.txt\n', []],
    ['of another list', 'uv export > r.txt\npip install -r other.txt\n', []],
    [
      'with the index named where it is read',
      'uv export > r.txt\npip install -r r.txt --extra-index-url https://x.org\n',
      [],
    ],
    ['with the index in a variable', 'export UV_INDEX=https://x.org\nuv export > r.txt\nuv pip install -r r.txt\n', []],
    ['with a backend', 'uv export > r.txt\nuv pip install --torch-backend cpu -r r.txt\n', []],
    ['without torch', 'uv export --prune torch > r.txt\npip install -r r.txt\n', []],
    ['behind the install', 'pip install -r r.txt\nuv export > r.txt\n', []],
  ])('%s', async (_, script, lines) => {
    const found = await deadWays('D/after', { 'install.sh': script })
    expect(found).toEqual(lines.map(line => `install.sh:${line} export-without-index`))
  })

  test('in words', async () => {
    const { findings, ok } = await checked('D/after', {
      Makefile: 'a:\n\tuv export > r.txt\n\tuv pip install -r r.txt\n',
    })
    expect(ok).toBe(false)
    expect(findings).toEqual([
      {
        code: 'export-without-index',
        level: 'error',
        path: 'Makefile',
        line: 2,
        message: 'uv export writes no index, and uv pip install on line 3 asks its own for torch',
        hint: 'add --emit-index-url to uv export',
      },
    ])
  })

  test('of a project without torch', async () => {
    expect(await deadWays('no-torch/before', { 'a.sh': 'uv export | uv pip install -r -\n' })).toEqual([])
  })
})
