import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fittingFiles } from '../../src/locks/choose-file.ts'
import type { Selection } from '../../src/locks/lock.ts'
import { readLock } from '../../src/locks/read-lock.ts'
import { type Walked, walk } from '../../src/locks/walk.ts'
import type { Platform, Target } from '../../src/packaging/target.ts'

/** What `uv sync` would install, or what `poetry export` writes: see scripts/record-locks.ts. */
interface Recorded {
  readonly options: readonly string[]
  readonly selection: Selection
  readonly platform: Platform
  /** Versions by name, or why uv refuses. */
  readonly installed: Readonly<Record<string, string>> | string
}

const folder = 'fixtures/locks'
const lockIn = async (name: string) => {
  const entries = readdirSync(join(folder, name))
  const file = entries.find(entry => /^pylock|\.lock$/.test(entry))!
  const read = (entry: string) => readFileSync(join(folder, name, entry), 'utf8')
  return readLock(file, read(file), entries.includes('pyproject.toml') ? read('pyproject.toml') : undefined)
}
const linux: Target = { python: '3.11', platform: 'linux-x86_64' }
const cases = ['uv', 'poetry', 'pylock'].flatMap(tool => readdirSync(join(folder, tool)).map(name => `${tool}/${name}`))

describe('a lock installs what the tool that wrote it installs by it', () => {
  describe.each(cases)('%s', name => {
    const runs = JSON.parse(readFileSync(join(folder, name, 'installed.json'), 'utf8')) as Recorded[]

    test.each(runs.map(run => [run.options.join(' ') || 'no options', run.platform, run] as const))(
      '%s on %s',
      async (_, platform, { selection, installed }) => {
        const target = { python: '3.11', platform }
        const walked = walk(await lockIn(name), selection, target)
        expect(versionsOf(walked, target)).toEqual(installed)
      },
    )
  })
})

/** Versions by name; in the words of uv where the target has no file to take. */
function versionsOf(walked: Walked, target: Target): Record<string, string> | string {
  for (const { locked } of walked.values())
    if (fittingFiles(locked.files, target).best === undefined)
      return `error: Distribution \`${locked.name}==${locked.version} @ registry+${locked.source.at}\` can't be installed because it doesn't have a source distribution or wheel for the current platform`
  return Object.fromEntries([...walked].map(([name, { locked }]) => [name, locked.version]))
}

describe('the shortest way to a package', () => {
  test.each([
    ['uv/direct', { extras: [], groups: [] }, 'torch', ['app', 'torch']],
    ['uv/direct', { extras: [], groups: [] }, 'triton', ['app', 'torch', 'triton']],
    ['uv/transitive', { extras: [], groups: [] }, 'torch', ['app', 'sentence-transformers', 'torch']],
    ['uv/groups', { extras: [], groups: ['models'] }, 'torch', ['app', 'torch']],
    ['uv/workspace', { extras: [], groups: [] }, 'torch', ['app', 'api', 'models', 'torch']],
    ['uv/workspace', { extras: [], groups: [], members: 'all' }, 'torch', ['models', 'torch']],
    ['poetry/transitive', { extras: [], groups: [] }, 'triton', ['app', 'sentence-transformers', 'torch', 'triton']],
    ['poetry/groups-and-extras', { extras: [], groups: ['dev'] }, 'triton', ['app', 'torch', 'triton']],
    ['poetry/groups-and-extras', { extras: [], groups: [] }, 'pysocks', ['app', 'requests', 'pysocks']],
    ['pylock/direct', { extras: [], groups: [] }, 'torch', ['torch']],
    ['uv/script', { extras: [], groups: [] }, 'numpy', ['sentence-transformers', 'numpy']],
  ] satisfies [string, Selection, string, string[]][])('%s %o: %s', async (name, selection, project, chain) => {
    expect(walk(await lockIn(name), selection, linux).get(project)?.chain).toEqual(chain)
  })
})

describe('what a package needs', () => {
  test('with the extras that are asked of it', async () => {
    const walked = walk(await lockIn('uv/extras-of-dependencies'), { extras: [], groups: [] }, linux)
    expect(walked.get('server')?.needs).toEqual(['idna', 'loop', 'requests'])
    expect(walked.get('requests')?.needs).toEqual(['idna', 'pysocks'])
  })

  test('on the target alone', async () => {
    const needsOn = async (platform: Platform) =>
      walk(await lockIn('uv/direct'), { extras: [], groups: [] }, { python: '3.11', platform }).get('torch')?.needs
    expect(await needsOn('linux-x86_64')).toEqual(['filelock', 'nvidia-cublas', 'triton'])
    expect(await needsOn('windows-x86_64')).toEqual(['filelock'])
  })
})

describe('what is installed where no groups are chosen', () => {
  test.each([
    ['uv/direct', ['dev']],
    ['uv/exclusive-groups', ['cpu']],
    ['poetry/groups-and-extras', ['lint', 'dev']],
    ['pylock/direct', []],
  ])('%s: %j', async (name, groups) => {
    expect((await lockIn(name)).defaultGroups).toEqual(groups)
  })
})

describe('a poetry.lock before 2.1 does not say when a package is installed', () => {
  const text = `[[package]]
name = "requests"
version = "2.31.0"
optional = false
files = [{ file = "requests-2.31.0-py3-none-any.whl", hash = "sha256:00" }]

[package.dependencies]
idna = ">=2.5,<4"
PySocks = { version = ">=1.5.6", optional = true, markers = "extra == \\"socks\\"" }
win-lib = { version = "*", markers = "sys_platform == \\"win32\\"" }

[package.extras]
socks = ["PySocks (>=1.5.6)"]

[[package]]
name = "idna"
version = "2.0"
optional = false

[[package]]
name = "idna"
version = "3.4"
optional = false

[[package]]
name = "pysocks"
version = "1.7.1"
optional = false

[[package]]
name = "win-lib"
version = "1"
optional = false

[[package]]
name = "torch"
version = "2.1.0"
optional = true

[extras]
models = ["torch"]

[metadata]
lock-version = "2.0"
python-versions = "^3.11"
`
  const pyproject = `[tool.poetry]
name = "app"
[tool.poetry.dependencies]
python = "^3.11"
requests = { version = "^2", extras = ["socks"] }
torch = { version = "*", optional = true }
`
  const installed = async (selection: Selection, target = linux, project?: string) =>
    [...walk(await readLock('poetry.lock', text, project), selection, target)].map(
      ([name, { locked, chain }]) => `${chain.join(' > ')} ${name === locked.name ? locked.version : ''}`,
    )

  test('what the project asks for reaches it', async () => {
    expect(await installed({ extras: [], groups: [] }, linux, pyproject)).toEqual([
      'app > requests 2.31.0',
      'app > requests > idna 3.4',
    ])
  })

  test('an extra of the project', async () => {
    expect(await installed({ extras: ['models'], groups: [] }, linux, pyproject)).toContain('app > torch 2.1.0')
  })

  test('the target decides', async () => {
    expect(await installed({ extras: [], groups: [] }, { ...linux, platform: 'windows-x86_64' }, pyproject)).toContain(
      'app > requests > win-lib 1',
    )
  })

  test('without the project, what nothing else needs is asked for', async () => {
    expect(await installed({ extras: [], groups: [] })).toEqual(['requests 2.31.0', 'requests > idna 3.4'])
  })
})
