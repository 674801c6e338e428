import { chmodSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyProject, readRows, type Side } from '../../integrations/uv-projects/rows.ts'
import { check } from '../../src/check/check.ts'
import { readPyprojectManifest } from '../../src/formats/toml/pyproject/format.ts'
import { withHeldReleases } from '../../src/formats/toml/pyproject/held-releases.ts'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { type ProjectIndexes, serveProjectIndexes } from '../loopback/uv-projects.ts'
import { sandbox } from '../sandbox.ts'

/** Without any Poetry: its locks are those that it wrote for the fixtures. */
const box = sandbox()
let indexes: ProjectIndexes
beforeAll(async () => {
  indexes = await serveProjectIndexes()
})
afterAll(() => indexes.close())

function optionsFor(name: string, side: Side) {
  const cwd = join(box.temporary, name, side)
  copyProject(join('fixtures/uv-projects', name, side), cwd, indexes.placed)
  return {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(box.temporary, 'cache'),
    environment: { ...box.environment, PATH: '' },
  }
}

const names = readRows([])
  .filter(({ expected }) => expected.tool === 'poetry')
  .map(({ name }) => name)

test.each(names)('%s: nothing is found once it is rewritten and locked', async name => {
  const { findings, ok, target } = await check(['.'], optionsFor(name, 'after'))
  expect(findings).toEqual([])
  expect(ok).toBe(true)
  // The markers tell two sources of torch apart, and do not say that the project is for macOS.
  expect(target.platforms).toEqual(['linux-x86_64'])
})

test.each([
  ['poetry-A', /^torch brings CUDA on linux-x86_64: torch 2\.15\.0, nvidia-cublas/],
  ['poetry-transitive', /^sentence-transformers brings CUDA on linux-x86_64: torch 2\.15\.0, nvidia-cublas/],
  ['poetry-pair', /^timm brings CUDA on linux-x86_64: torch 2\.15\.0, torchvision 0\.30\.0/],
  ['poetry-cuda', /^torch brings CUDA on linux-x86_64: torch 2\.8\.0\+cu128, nvidia-cublas-cu12/],
])(
  '%s: check names what brings CUDA, and the savings are those of the lock that Poetry makes',
  async (name, brings) => {
    const before = await check(['.'], optionsFor(name, 'before'))
    const cuda = before.findings.filter(({ code }) => code === 'cuda-installed')
    expect(cuda.map(({ message }) => message)).toEqual([expect.stringMatching(brings)])
    const { install } = await check(['.'], optionsFor(name, 'after'))
    expect(before.savings?.after).toEqual(install)
  },
)

test.each([
  [
    'code of packages is not run',
    { builds: false },
    'Poetry may run code of packages to do so; --allow-builds lets it',
  ],
  ['there is none', { builds: true }, 'Poetry is not on the PATH'],
  [
    'it has no offline mode',
    { builds: true, offline: true },
    'Poetry would ask indexes to do so, which --offline forbids',
  ],
])('Poetry does not lock: %s', async (_, given, reason) => {
  const options = optionsFor('poetry-A', 'before')
  // What offline answers from.
  await rewrite(['.'], options)
  const { result, rewritten } = await rewrite(['.'], { ...options, ...given })
  expect(rewritten.map(({ absolute }) => basename(absolute))).toEqual(['pyproject.toml'])
  const stale = result.files.flatMap(({ diagnostics }) => diagnostics).filter(({ code }) => code === 'lock-stale')
  expect(stale).toEqual([
    expect.objectContaining({ hint: 'run poetry lock', message: expect.stringContaining(reason) }),
  ])
})

/** A script that stands in for Poetry: it notes in the lock what it is asked, and how often pyproject.toml has the release. */
function poetryThat(version: string, locks: string): string {
  const bin = box.folderWith({})
  const lines = ['#!/bin/sh', `case "$*" in *--version) echo 'Poetry (version ${version})';; *) ${locks};; esac`]
  writeFileSync(join(bin, 'poetry'), `${lines.join('\n')}\n`)
  chmodSync(join(bin, 'poetry'), 0o755)
  return `${bin}:/usr/bin:/bin`
}
const noting = 'echo "# $*: $(grep -c ==2.13.0 pyproject.toml), keyring $POETRY_KEYRING_ENABLED" >> poetry.lock'

describe.skipIf(process.platform === 'win32')('what Poetry is asked', () => {
  const lockedBy = async (PATH: string) => {
    const options = optionsFor('poetry-A', 'before')
    return rewrite(['.'], { ...options, builds: true, environment: { ...options.environment, PATH } })
  }

  test('it locks once with the releases, and again as the file is to be', async () => {
    const { rewritten } = await lockedBy(poetryThat('2.5.1', noting))
    const lock = rewritten.find(({ absolute }) => basename(absolute) === 'poetry.lock')
    expect(new TextDecoder().decode(lock?.after).split('\n').slice(-3)).toEqual([
      '# --no-plugins --no-interaction --no-ansi lock: 2, keyring false',
      '# --no-plugins --no-interaction --no-ansi lock: 0, keyring false',
      '',
    ])
  })

  test('one that updates what it locks is not asked', async () => {
    const { result } = await lockedBy(poetryThat('1.8.3', noting))
    const messages = result.files.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message))
    expect(messages).toContain('poetry.lock is not updated yet: Poetry 1.8.3 is too old')
  })

  test('no solution is one, in its words', async () => {
    const failing = poetryThat('2.5.1', "echo 'Because app depends on torch, version solving failed.'; exit 1")
    await expect(lockedBy(failing)).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      message: expect.stringContaining('Because app depends on torch, version solving failed.'),
    })
  })
})

describe('a release is held for the time of locking', () => {
  const held = (table: string) => {
    const source = `[tool.poetry.dependencies]\n${table}\n`
    const manifest = readPyprojectManifest(new TextEncoder().encode(source), 'pyproject.toml', 'poetry')
    return withHeldReleases(manifest, new Map([['torch', '2.13.0']]))
      .split('\n')
      .slice(1, -1)
      .join('\n')
  }
  test.each([
    ['a range', 'torch = ">=2.12"', 'torch = "==2.13.0"'],
    ['a caret', 'torch = "^2"', 'torch = "==2.13.0"'],
    ['any', 'torch = "*"', 'torch = "==2.13.0"'],
    [
      'each alternative',
      'torch = [{ version = "*", source = "a" }, { version = ">=2", source = "b" }]',
      'torch = [{ version = "==2.13.0", source = "a" }, { version = "==2.13.0", source = "b" }]',
    ],
    [
      'not an alternative that rules it out',
      'torch = [{ version = "<2.9", python = "<3.12" }, { version = ">=2.9" }]',
      'torch = [{ version = "<2.9", python = "<3.12" }, { version = "==2.13.0" }]',
    ],
    ['not a build for CUDA', 'torch = "2.13.0+cu128"', 'torch = "2.13.0+cu128"'],
    ['not what comes from a place', 'torch = { path = "../torch" }', 'torch = { path = "../torch" }'],
    ['not another project', 'numpy = ">=2"', 'numpy = ">=2"'],
  ])('%s', (_, before, after) => {
    expect(held(before)).toBe(after)
  })

  test('in the list of the project, to which Poetry adds sources', () => {
    const source = '[project]\ndependencies = ["torch>=2.12; python_version < \'3.14\'"]\n'
    const manifest = readPyprojectManifest(new TextEncoder().encode(source), 'pyproject.toml', 'poetry')
    expect(withHeldReleases(manifest, new Map([['torch', '2.13.0']]))).toBe(source.replace('>=2.12', '==2.13.0'))
  })
})
