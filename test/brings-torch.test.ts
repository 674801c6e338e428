import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import { checkReports } from '../src/report/check.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import type { IndexSpec } from './loopback/indexes.ts'
import { makeTar } from './package-index/tar.ts'
import { sandbox } from './sandbox.ts'

/** What brings torch though no wheel tells so: archives of sources, repositories and folders. */
const linux = { tags: ['cp311-cp311-manylinux_2_28_x86_64'] }
const pure = { tags: ['py3-none-any'] }
const cpu: IndexSpec = {
  torch: { '2.0.0+cpu': linux, '2.1.0+cpu': linux },
  torchaudio: { '2.1.0+cpu': { ...linux, requires: ['torch==2.1.0'] } },
}
const main: IndexSpec = {
  torch: { '2.0.0': linux, '2.1.0': linux },
  torchaudio: { '2.1.0': { ...linux, requires: ['torch==2.1.0'] } },
  app: { '2.0': { ...pure, requires: ['torch<2.1', 'helper'] } },
  helper: { '1.0': pure },
  'openai-whisper': { '20230314': { ...pure, requires: ['torch<2.1'] }, '20240930': { ...pure, requires: ['torch'] } },
}
const sources: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'lib-1.0': { 'lib.egg-info/requires.txt': 'torch<2.1\n' },
  'plain-1.0': { 'plain.egg-info/SOURCES.txt': '' },
  'app-1.0': { 'setup.py': '' },
  'flair-0.1': { 'setup.py': '' },
  'dark-1.0': { 'setup.py': '' },
}

const { indexes, folderWith } = sandbox(cpu, main)

function optionsWith(text: string, files: Readonly<Record<string, string>> = {}) {
  const cwd = folderWith({})
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), content)
  }
  for (const [name, members] of Object.entries(sources)) {
    const inside = Object.entries(members).map(([path, content]) => [`${name}/${path}`, content])
    write(`links/${name}.tar.gz`, gzipSync(makeTar(Object.fromEntries(inside))))
  }
  for (const [path, content] of Object.entries(files)) write(path, content)
  write('requirements.txt', `--find-links ${cwd}/links\n${text}`)
  return {
    cwd,
    python: ['3.11'],
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    // The default folder outlives the test, and another index may have had this port before.
    cacheDir: join(cwd, 'cache'),
    environment: { PIP_CONFIG_FILE: '/dev/null' },
  }
}

test('a wheel from a URL that tells nothing is named at its own line', async () => {
  const text = 'helper==1.0\ndark @ http://127.0.0.1:9/dark-1.0-py3-none-any.whl\n'
  const { result } = await rewrite(['requirements.txt'], { ...optionsWith(text), sizes: false })
  const told = result.files.flatMap(({ diagnostics }) => diagnostics)
  expect(told.filter(({ code }) => code === 'dependencies-unknown')).toMatchObject([{ line: 3 }])
})

describe('a file without a line for torch gets one', () => {
  const cases: readonly {
    id: string
    text: string
    files?: Readonly<Record<string, string>>
    adds: readonly string[]
    warns?: readonly string[]
  }[] = [
    {
      id: 'for an archive whose egg-info asks for it',
      text: 'lib==1.0\n',
      adds: ['torch==2.0.0+cpu  # CPU build, for lib'],
    },
    { id: 'not for one whose egg-info asks for nothing', text: 'plain==1.0\n', adds: [] },
    {
      id: 'for an archive that tells nothing, as the nearest release does; its bounds do not count',
      text: 'app==1.0\n',
      adds: ['torch==2.1.0+cpu  # CPU build, for app'],
      warns: [
        'what app==1.0 needs is not known, for it has no metadata that can be read; the needs of app 2.0 are taken for it, without their versions',
      ],
    },
    {
      id: 'for an archive of a project that is known to need it',
      text: 'flair==0.1\n',
      adds: ['torch==2.1.0+cpu  # CPU build, for flair'],
      warns: [
        'what flair==0.1 needs is not known, for it has no metadata that can be read; torch is, which every release of it needs, and nothing else',
      ],
    },
    {
      id: 'not for one of which nothing is known',
      text: 'dark==1.0\n',
      adds: [],
      warns: ['what dark==1.0 needs is not known, for it has no metadata that can be read; it is not counted'],
    },
    {
      id: 'for a repository, as the newest release asks for it',
      text: 'git+https://github.com/openai/whisper.git\n',
      adds: ['torch==2.1.0+cpu  # CPU build, for openai-whisper'],
      warns: ['what openai-whisper needs is not known, but for torch, which openai-whisper 20240930 needs'],
    },
    {
      id: 'for a repository, as the release asks for it that the line names',
      text: 'git+https://github.com/openai/whisper.git@v20230314\n',
      adds: ['torch==2.0.0+cpu  # CPU build, for openai-whisper'],
      warns: ['what openai-whisper needs is not known, but for torch, which openai-whisper 20230314 needs'],
    },
    {
      id: 'for a repository that a name stands in front of',
      text: 'demucs @ git+https://example.org/fork.git\n',
      adds: ['torch==2.1.0+cpu  # CPU build, for demucs', 'torchaudio==2.1.0+cpu  # CPU build, for demucs'],
      warns: ['what demucs needs is not known, but for torch and torchaudio, which every release of it needs'],
    },
    {
      id: 'not for a repository of which nothing is known',
      text: 'git+https://user:secret@example.org/x.git\n',
      adds: [],
      warns: ['what git+https://****@example.org/x.git needs is not known, and it may bring torch'],
    },
    {
      id: 'for a folder whose pyproject.toml states it, extras and all',
      text: '-e ./lib[sound]\n',
      files: {
        'lib/pyproject.toml':
          '[project]\nname = "x"\ndependencies = ["helper"]\noptional-dependencies.sound = ["torchaudio"]\noptional-dependencies.other = ["dark"]\n',
      },
      adds: [
        'torch==2.1.0+cpu  # CPU build, for pyproject.toml',
        'torchaudio==2.1.0+cpu  # CPU build, for pyproject.toml',
      ],
    },
    {
      id: 'not for a folder that leaves it to the build',
      text: '-e ./lib\n',
      files: { 'lib/pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n' },
      adds: [],
      warns: ['what ./lib needs is not known, and it may bring torch'],
    },
  ]
  test.each(cases)('$id', async ({ text, files, adds, warns = [] }) => {
    const { result } = await rewrite(['requirements.txt'], { ...optionsWith(text, files), sizes: false })
    const [{ changes, diagnostics }] = result.files as [(typeof result.files)[number]]
    expect(changes.filter(({ action }) => action === 'add').map(({ to }) => to)).toEqual(adds)
    expect(diagnostics.filter(({ level }) => level === 'warning').map(({ message }) => message)).toEqual(warns)
  })

  test('beside a line for torch it counts which version that line asks for', async () => {
    const text = 'torch==2.1.0\ngit+https://github.com/openai/whisper.git@v20230314\n'
    const { result } = await rewrite(['requirements.txt'], { ...optionsWith(text), sizes: false })
    expect(result.files[0]!.changes.map(({ to }) => to)).toContain('torch==2.1.0+cpu')
  })
})

describe('check', () => {
  const verdictOf = async (text: string, maxDownload?: number) => {
    const found = await check(['requirements.txt'], { ...optionsWith(text), ...(maxDownload && { maxDownload }) })
    const style = { color: false, unicode: true, width: 80, verbose: false }
    return { codes: found.findings.map(({ code }) => code), text: checkReports.text(found, style as never) }
  }

  test.each(['dark==1.0\n', 'git+https://example.org/x.git\n', '-e .\n'])(
    'does not say that nothing was found where needs are unknown: %j',
    async text => {
      const found = await verdictOf(`helper==1.0\n${text}`)
      expect(found.codes).toEqual([])
      expect(found.text).toMatch(/No findings, but what \S+ needs is not known/)
    },
  )

  test.each(['dark==1.0\n', 'git+https://example.org/x.git\n', 'flair==0.1\n', 'app==1.0\n'])(
    'does not vouch for a budget then: %j',
    async text => {
      const found = await verdictOf(`helper==1.0\n${text}`, 1e9)
      expect(found.codes).toContain('budget-unknown')
      expect(found.text).not.toContain('within')
    },
  )

  test('vouches for it where all is known', async () => {
    const found = await verdictOf('plain==1.0\nhelper==1.0\n', 1e9)
    expect(found.codes).toEqual([])
    expect(found.text).toContain('within')
  })
})
